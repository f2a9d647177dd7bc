// An element with its properties and children: the one way in which scripts of the book make parts of a page.
globalThis.bookElement = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
