// Filters for the ledger. Without this script the ledger is a plain table with every claim.
(() => {
  const table = document.querySelector("table.ledger");
  if (!table) return;
  const element = (name, properties, ...inside) => {
    const made = document.createElement(name);
    Object.entries(properties).forEach(([key, value]) => made.setAttribute(key, value));
    made.append(...inside);
    return made;
  };
  const rows = [...table.tBodies[0].rows];
  const valueOf = (row, kind) => [...row.classList].find((name) => name.startsWith(`${kind}-`)).slice(kind.length + 1);
  const readable = (slug) => slug.replaceAll("-", " ");

  const form = element("form", { class: "ledger-filter", "aria-label": "Filter the claims" });
  const count = element("p", { role: "status" });

  const selects = ["theme", "verdict"].map((kind) => {
    const values = [...new Set(rows.map((row) => valueOf(row, kind)))].sort();
    const options = [new Option(`every ${kind}`, ""), ...values.map((value) => new Option(readable(value), value))];
    const select = element("select", { name: kind }, ...options);
    form.append(element("label", {}, `${kind[0].toUpperCase()}${kind.slice(1)} `, select));
    return select;
  });

  const apply = () => {
    rows.forEach((row) => {
      row.hidden = selects.some((select) => select.value && valueOf(row, select.name) !== select.value);
    });
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = `${shown} of ${rows.length} claims shown`;
  };

  // A row as plain text: what it says, and where it stands.
  const write = (row) =>
    [...row.querySelectorAll(".copied")].map((part) => part.innerText.trim()).join("\n") +
    `\n${location.href.split("#")[0]}#${row.id}\n`;
  rows.forEach((row) => {
    const button = element("button", { type: "button", class: "ledger-copy", "aria-label": `Copy as text, ${row.cells[0].innerText.trim()}` }, "Copy as text");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(write(row));
      button.textContent = button.ariaLabel = "Copied";
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
