// Without this script the ledger is a plain page of all claims.
(() => {
  const { bookElement: element, bookWords: words } = globalThis;

  const ledger = document.querySelector(".ledger.container");
  if (!ledger) return;
  // The theme's spy reads every link of a page, and fails at those that lead to words of the
  // article.
  document.body.dataset.bsTarget = "#pst-page-toc-nav";
  // All messages, for translators.
  const SAYS = {
    form: "Filter the claims",
    q: "Find ",
    subject: "Subject ",
    anySubject: "all subjects",
    label: "Verdict ",
    anyLabel: "all verdicts",
    shown: (count, all) => `${count} of ${all} claims shown`,
    copied: "Copied",
    copy: "Copy as text",
    copyOf: (name) => `Copy as text, ${name}`,
    copyForm: "Copy the form",
    formOf: (name) => `Copy the form, ${name}`,
  };
  const valueOf = (row, kind) =>
    [...row.classList].find((name) => name.startsWith(`${kind}-`))?.slice(kind.length + 1);
  const lines = (row) =>
    [...row.querySelectorAll(".copied")].map(({ textContent }) =>
      textContent.trim().replace(/\s+/g, " "),
    );
  const claims = [...ledger.querySelectorAll(".claim")].map((row) => ({
    row,
    subject: valueOf(row, "subject"),
    label: valueOf(row, "verdict"),
    text: words.plain(lines(row).join(" ")),
  }));

  // Filters, which stand in the address: ?q=port&subject=trains-and-ports&label=unchecked
  const titled = (value) => value.charAt(0).toUpperCase() + value.slice(1).replaceAll("-", " ");
  const written = {
    subject: titled,
    label: (value) => document.querySelector(`.claim.verdict-${value} .badge`).textContent,
  };
  const makeSelect = (name, any) => {
    const values = [...new Set(claims.map((claim) => claim[name]))].sort();
    return element(
      "select",
      { name },
      new Option(any, ""),
      ...values.map((value) => new Option(written[name](value), value)),
    );
  };
  const fields = [
    element("input", { type: "search", name: "q", autocomplete: "off" }),
    makeSelect("subject", SAYS.anySubject),
    makeSelect("label", SAYS.anyLabel),
  ];
  const count = element("p", { role: "status" });
  const form = element(
    "form",
    { className: "ledger-filter", "aria-label": SAYS.form },
    ...fields.map((field) => element("label", {}, SAYS[field.name], field)),
    count,
  );
  const apply = () => {
    const [query, subject, label] = fields.map(({ value }) => value);
    const asked = words.split(query);
    for (const claim of claims) {
      claim.row.hidden = !(
        (!subject || claim.subject === subject) &&
        (!label || claim.label === label) &&
        words.hasAll(claim.text, asked)
      );
    }
    count.textContent = SAYS.shown(claims.filter(({ row }) => !row.hidden).length, claims.length);
  };
  const note = (hash) => {
    apply();
    const asked = new URLSearchParams(
      fields.filter(({ value }) => value).map(({ name, value }) => [name, value]),
    );
    history.replaceState(null, "", location.pathname + (asked.size ? `?${asked}` : "") + hash);
  };
  form.addEventListener("input", () => note(""));
  form.addEventListener("submit", (event) => event.preventDefault());
  const asked = new URLSearchParams(location.search);
  for (const field of fields) field.value = asked.get(field.name) ?? "";
  for (const select of fields.slice(1)) if (select.selectedIndex < 0) select.value = "";
  ledger.before(form);
  apply();
  // A link to a hidden claim shows it.
  const reveal = () => {
    const row = document.querySelector(".claim[hidden]:is(:target, :has(:target))");
    if (!row) return;
    for (const field of fields) field.value = "";
    note(location.hash);
    row.scrollIntoView({ behavior: "instant" });
  };
  addEventListener("hashchange", reveal);
  reveal();

  const edition = document.querySelector(".ledger-edition").textContent;
  for (const { row } of claims) {
    const name = row.id.slice(6).toUpperCase();
    const makeButton = (text, label, write) =>
      globalThis.bookButton(
        text,
        async ({ currentTarget: button }) => {
          await globalThis.bookCopy(write());
          button.textContent = button.ariaLabel = SAYS.copied;
        },
        { className: "ledger-copy", "aria-label": label },
      );
    const verdict = () =>
      [...lines(row), `${location.href.split(/[?#]/)[0]}#${row.id}`, edition, ""].join("\n");
    const form = row.querySelector(".correction-form");
    form.before(makeButton(SAYS.copyForm, SAYS.formOf(name), () => form.textContent));
    form.closest(".folded-box").before(makeButton(SAYS.copy, SAYS.copyOf(name), verdict));
    // One claim is open at a time.
    row.querySelector("details").name = "claim";
  }
})();
