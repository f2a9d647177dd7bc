// Shared by scripts of the book: make elements, and load further scripts. Charts have both.
globalThis.bookElement = globalThis.stillCharts.element;
globalThis.bookScript = globalThis.stillCharts.load;

globalThis.bookButton = (textContent, act, properties) => {
  const button = globalThis.bookElement("button", { type: "button", textContent, ...properties });
  button.addEventListener("click", act);
  return button;
};

// Radio buttons under a legend; of each option the value and what its label shows.
globalThis.bookOptions = (name, legend, options, checked) => {
  const element = globalThis.bookElement;
  const labels = options.map(([value, ...content]) => {
    const radio = element("input", { type: "radio", name, value, checked: value === checked });
    return element("label", { className: "option" }, radio, element("span", {}, ...content));
  });
  return element("fieldset", {}, element("legend", { textContent: legend }), ...labels);
};

// For fields that filter a list: a text in plain words, each after a space, so that a query finds
// the beginning of a word ("port", but not "report"). Chinese has no spaces and is found anywhere.
const plain = (text) =>
  ` ${text
    .toLowerCase()
    .replace(/[‘’]/g, "'")
    .replace(/[^\p{L}\d.,'%]+/gu, " ")}`;
globalThis.bookWords = {
  plain,
  split: (query) => plain(query).match(/ \S+/g) ?? [],
  hasAll: (text, words) =>
    words.every((word) => text.includes(/\p{Script=Han}/u.test(word) ? word.trim() : word)),
};
