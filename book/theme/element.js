// How scripts of the book make parts of a page, and fetch what a page needs only now and then.

// An element with its properties and children; what is no property of it becomes an attribute.
globalThis.bookElement = (tag, properties, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};

globalThis.bookButton = (textContent, act, properties) => {
  const made = globalThis.bookElement("button", { type: "button", textContent, ...properties });
  made.addEventListener("click", act);
  return made;
};

// A file of the book as a script, once, as browsers fetch no data from a folder.
{
  const fetched = {};
  globalThis.bookScript = (name) =>
    (fetched[name] ??= new Promise((onload, reject) => {
      const src = `${document.documentElement.dataset.content_root || "./"}${name}`;
      const onerror = () => reject(new Error(`${name} is not there`));
      document.head.append(globalThis.bookElement("script", { src, onload, onerror }));
    }));
}
