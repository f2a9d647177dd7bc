// A field over a long list that leaves only the rows with the words that a reader types: terms of
// the glossary, tables of data, cited numbers. Without this script the list is whole.
(() => {
  const { bookElement: element, bookWords: words } = globalThis;
  // All messages, for translators.
  const SAYS = {
    form: "Filter this list",
    q: "Find ",
    shown: (count, all) => `${count} of ${all} shown`,
  };
  // Where a list stands, its rows, and what goes with its last row: headings and folds around it.
  const LISTS = [
    { rows: "dl.glossary > dt", around: "" },
    {
      rows: "section > section:has(> .folded-box .facts)",
      around: "section:has(> section .facts)",
    },
    { rows: ".figures > li", around: ".figures, section:has(> .folded-box .figures)" },
  ];
  const place = document.querySelector(".sift");
  const list = LISTS.find(({ rows }) => place?.parentElement.querySelector(`:scope ${rows}`));
  if (!list) return;
  const within = (selector) =>
    selector ? [...place.parentElement.querySelectorAll(`:scope :is(${selector})`)] : [];
  // A term is shown with its meaning, and a source with its numbers.
  const beside = (row) => (row.matches("dt") ? [row, row.nextElementSibling] : [row]);
  const sourceOf = (part) =>
    part.matches(".figures") && part.previousElementSibling?.matches(".source")
      ? part.previousElementSibling
      : null;
  const rows = within(list.rows).map((row) => {
    const parts = beside(row);
    const source = row.parentElement.matches(".figures") ? sourceOf(row.parentElement) : null;
    return {
      parts,
      text: words.plain([...parts, source].map((part) => part?.textContent ?? "").join(" ")),
    };
  });

  const field = element("input", { type: "search", name: "q", autocomplete: "off" });
  const count = element("p", { role: "status" });
  const form = element(
    "form",
    { className: "ledger-filter", "aria-label": SAYS.form },
    element("label", {}, SAYS.q, field),
    count,
  );
  const apply = () => {
    const asked = words.split(field.value);
    const shown = rows.filter(({ parts, text }) => {
      const isThere = words.hasAll(text, asked);
      for (const part of parts) part.hidden = !isThere;
      return isThere;
    });
    for (const part of within(list.around)) {
      const isEmpty = !rows.some(({ parts: [row] }) => part.contains(row) && !row.hidden);
      part.hidden = isEmpty;
      const source = sourceOf(part);
      if (source) source.hidden = isEmpty;
      const fold = part.querySelector(":scope > .folded-box > details");
      if (fold && !part.matches(":has(:target)")) fold.open = asked.length > 0 && !isEmpty;
    }
    count.textContent = asked.length ? SAYS.shown(shown.length, rows.length) : "";
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  // A link to a hidden row shows it.
  addEventListener("hashchange", () => {
    if (!document.querySelector("[hidden]:is(:target, :has(:target))")) return;
    field.value = "";
    apply();
    document.querySelector(":target").scrollIntoView({ behavior: "instant" });
  });
  place.append(form);
})();
