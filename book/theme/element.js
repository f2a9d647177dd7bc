// How scripts of the book make parts of a page, and fetch what a page needs only now and then.

// Charts do both already.
globalThis.bookElement = globalThis.stillCharts.element;
globalThis.bookScript = globalThis.stillCharts.load;

globalThis.bookButton = (textContent, act, properties) => {
  const made = globalThis.bookElement("button", { type: "button", textContent, ...properties });
  made.addEventListener("click", act);
  return made;
};
