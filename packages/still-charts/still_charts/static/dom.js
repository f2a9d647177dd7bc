// What the scripts of charts share, as `stillCharts`; other scripts of a page may use it too.
globalThis.stillCharts = (() => {
  // An element with its properties and children; what is no property of it becomes an attribute.
  const element = (tag, properties, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  };

  // A file of the book as a script, once, as browsers fetch no data from a folder.
  const loaded = {};
  const addressOf = (name) => `${document.documentElement.dataset.content_root || "./"}${name}`;
  const load = (name) =>
    (loaded[name] ??= new Promise((onload, reject) => {
      const onerror = () => reject(new Error(`${name} is not there`));
      document.head.append(element("script", { src: addressOf(name), onload, onerror }));
    }));

  // The text column in which a chart stands.
  const columnOf = (chart) => chart.closest("article, main, [role='main']") ?? document.body;

  // Gives the reader a file; its address stays until the browser has taken it.
  const save = (download, blob) => {
    const href = URL.createObjectURL(blob);
    element("a", { href, download }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  };

  return { element, addressOf, load, columnOf, save };
})();
