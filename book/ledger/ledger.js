// Without this script the ledger is a plain table of all claims, and the picture of the findings is a drawing.
(() => {
  const element = globalThis.bookElement;

  // Each mark in the picture of all claims, and each row of its table, links to its claim.
  const picture = document.querySelector(".claims-picture");
  const drawings = [...(picture?.querySelectorAll(".chart-still") ?? [])].map((drawing) => [...drawing.querySelectorAll(".mark-symbol > :is(path, use)")]);
  const targets = new Map([...document.querySelectorAll("table.findings a")].map((link) => [link.textContent, link.getAttribute("href")]));
  picture?.querySelectorAll(".chart-data tbody tr").forEach((row, order) => {
    const cell = [...row.cells].find(({ textContent }) => targets.has(textContent));
    if (!cell) return;
    const href = targets.get(cell.textContent);
    cell.replaceChildren(element("a", { href, textContent: cell.textContent }));
    for (const marks of drawings) {
      const link = document.createElementNS("http://www.w3.org/2000/svg", "a");
      link.setAttribute("href", href);
      link.setAttribute("tabindex", "-1"); // for the keyboard there is the table
      marks[order].replaceWith(link);
      link.append(marks[order]);
    }
  });

  const table = document.querySelector("table.ledger");
  if (!table) return;
  // All messages, for translators.
  const SAYS = {
    form: "Filter the claims", theme: "Theme ", anyTheme: "every theme", verdict: "Verdict ", anyVerdict: "every verdict",
    shown: (count, all) => `${count} of ${all} claims shown`, copy: "Copy as text", copyOf: (name) => `Copy as text, ${name}`, copied: "Copied",
  };
  const rows = [...table.tBodies[0].rows];
  const valueOf = (row, kind) => [...row.classList].find((name) => name.startsWith(`${kind}-`)).slice(kind.length + 1);
  const readable = (kind, value) =>
    (kind === "verdict" && table.querySelector(`tr.verdict-${value} .badge`)?.textContent) || value.replaceAll("-", " ");

  const form = element("form", { className: "ledger-filter", "aria-label": SAYS.form });
  const count = element("p", { role: "status" });
  const selects = [["theme", SAYS.anyTheme], ["verdict", SAYS.anyVerdict]].map(([name, any]) => {
    const values = [...new Set(rows.map((row) => valueOf(row, name)))].sort();
    const options = values.map((value) => new Option(readable(name, value), value));
    const select = element("select", { name }, new Option(any, ""), ...options);
    form.append(element("label", {}, SAYS[name], select));
    return select;
  });
  form.append(count);

  const apply = () => {
    rows.forEach((row) => (row.hidden = selects.some(({ name, value }) => value && valueOf(row, name) !== value)));
    count.textContent = SAYS.shown(rows.filter((row) => !row.hidden).length, rows.length);
  };
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  // A link to a hidden claim shows it.
  addEventListener("hashchange", () => {
    const row = table.querySelector("tr[hidden]:target");
    if (!row) return;
    form.reset();
    apply();
    row.scrollIntoView({ behavior: "instant" });
  });
  table.closest(".ledger-box").before(form);
  apply();

  // A row as plain text: its content and its address.
  const write = (row) => [...row.querySelectorAll(".copied")].map((part) => `${part.innerText.trim()}\n`).join("") + `${location.href.split("#")[0]}#${row.id}\n`;
  for (const row of rows) {
    const name = SAYS.copyOf(row.cells[0].innerText.trim());
    row.cells[2].append(globalThis.bookButton(SAYS.copy, async ({ currentTarget }) => {
      const button = currentTarget; // gone from the event once it has been dispatched
      await navigator.clipboard.writeText(write(row));
      button.textContent = button.ariaLabel = SAYS.copied;
    }, { className: "ledger-copy", "aria-label": name }));
  }
})();
