// Filters for the ledger. Without this script the ledger is a plain table with every claim.
(() => {
  const table = document.querySelector("table.ledger");
  if (!table) return;
  // All that a reader is told, for translators.
  const SAYS = {
    form: "Filter the claims", theme: "Theme ", anyTheme: "every theme", verdict: "Verdict ", anyVerdict: "every verdict",
    shown: (count, all) => `${count} of ${all} claims shown`, copy: "Copy as text", copyOf: (name) => `Copy as text, ${name}`, copied: "Copied",
  };
  const element = (name, properties, ...inside) => {
    const made = document.createElement(name);
    Object.entries(properties).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...inside);
    return made;
  };
  const rows = [...table.tBodies[0].rows];
  const valueOf = (row, kind) => [...row.classList].find((name) => name.startsWith(`${kind}-`)).slice(kind.length + 1);
  const readable = (kind, value) =>
    (kind === "verdict" && table.querySelector(`tr.verdict-${value} .badge`)?.textContent) || value.replaceAll("-", " ");

  const form = element("form", { class: "ledger-filter", "aria-label": SAYS.form });
  const count = element("p", { role: "status" });

  const selects = [["theme", SAYS.anyTheme], ["verdict", SAYS.anyVerdict]].map(([kind, any]) => {
    const values = [...new Set(rows.map((row) => valueOf(row, kind)))].sort();
    const options = [new Option(any, ""), ...values.map((value) => new Option(readable(kind, value), value))];
    const select = element("select", { name: kind }, ...options);
    form.append(element("label", {}, SAYS[kind], select));
    return select;
  });

  const apply = () => {
    const isOut = (row) => selects.some((select) => select.value && valueOf(row, select.name) !== select.value);
    rows.forEach((row) => (row.hidden = isOut(row)));
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = SAYS.shown(shown, rows.length);
  };

  // A row as plain text: what it says, and where it stands.
  const write = (row) =>
    [...row.querySelectorAll(".copied")].map((part) => part.innerText.trim()).join("\n") +
    `\n${location.href.split("#")[0]}#${row.id}\n`;
  rows.forEach((row) => {
    const button = element("button", { type: "button", class: "ledger-copy", "aria-label": SAYS.copyOf(row.cells[0].innerText.trim()) }, SAYS.copy);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(write(row));
      button.textContent = button.ariaLabel = SAYS.copied;
    });
    row.cells[2].append(button);
  });

  form.append(count);
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  // A link to a claim that is left out shows it.
  const reveal = (row) => row && (form.reset(), apply(), row.scrollIntoView({ behavior: "instant" }));
  addEventListener("hashchange", () => reveal(table.querySelector("tr[hidden]:target")));
  table.closest(".ledger-box").before(form);
  apply();
})();
