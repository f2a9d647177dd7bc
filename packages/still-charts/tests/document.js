// A small part of the DOM, enough to test the scripts of charts and cells in Node.
const { readFileSync } = require("node:fs");
const vm = require("node:vm");

class Attributes extends Map {
  add(name) {
    this.set(name, "");
  }
  remove(name) {
    this.delete(name);
  }
  contains(name) {
    return this.has(name);
  }
}

// Match a compound selector of a tag, .classes, #ids, [attribute], [attribute^='start'] and
// :not(...).
const matches = (node, selector) =>
  [...selector.matchAll(/:not\(([^)]*)\)|\[(\w+)(?:\^='([^']*)')?\]|([.#]?)([\w-]+)/g)].every(
    ([, not, attribute, start, sign, name]) => {
      if (not) return !matches(node, not);
      if (attribute)
        return start === undefined
          ? Boolean(node[attribute])
          : String(node[attribute] ?? "").startsWith(start);
      return sign === "."
        ? node.classList.contains(name)
        : sign === "#"
          ? node.id === name
          : node.tagName === name;
    },
  );

class Node extends EventTarget {
  constructor(tagName) {
    super();
    Object.assign(this, {
      tagName,
      childNodes: [],
      dataset: {},
      style: {},
      attributes: new Attributes(),
      classList: new Attributes(),
      hidden: false,
      id: "",
      href: "",
      src: "",
      type: "",
      value: "",
      onload: null,
      onerror: null,
    });
    Object.defineProperty(this, "className", {
      get: () => [...this.classList.keys()].join(" "),
      set: (names) => {
        this.classList = new Attributes(
          names
            .split(" ")
            .filter(Boolean)
            .map((name) => [name, ""]),
        );
      },
    });
  }
  get children() {
    return this.childNodes.filter((node) => node instanceof Node);
  }
  get firstElementChild() {
    return this.children[0] ?? null;
  }
  get parentElement() {
    return this.parent ?? null;
  }
  get isConnected() {
    return this === document.body || Boolean(this.parent?.isConnected);
  }
  get previousSibling() {
    return this.parent?.childNodes[this.parent.childNodes.indexOf(this) - 1] ?? null;
  }
  get textContent() {
    return this.childNodes.map((node) => node.textContent ?? node).join("");
  }
  set textContent(text) {
    this.replaceChildren(String(text));
  }
  get rows() {
    return this.querySelectorAll("tr");
  }
  get cells() {
    return this.children;
  }
  get tHead() {
    return this.querySelector("thead");
  }
  get tBodies() {
    return this.querySelectorAll("tbody");
  }
  insert(at, nodes) {
    nodes.forEach((node) => {
      node.remove?.();
      if (node instanceof Node) node.parent = this;
    });
    this.childNodes.splice(at, 0, ...nodes);
  }
  append(...nodes) {
    this.insert(this.childNodes.length, nodes);
  }
  prepend(...nodes) {
    this.insert(0, nodes);
  }
  replaceChildren(...nodes) {
    this.childNodes = [];
    this.append(...nodes);
  }
  before(...nodes) {
    this.parent.insert(this.parent.childNodes.indexOf(this), nodes);
  }
  after(...nodes) {
    this.parent.insert(this.parent.childNodes.indexOf(this) + 1, nodes);
  }
  replaceWith(...nodes) {
    this.before(...nodes);
    this.remove();
  }
  remove() {
    this.parent?.childNodes.splice(this.parent.childNodes.indexOf(this), 1);
    this.parent = undefined;
  }
  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }
  setAttribute(name, value) {
    this.attributes.set(name, value);
  }
  matches(selectors) {
    return selectors.split(", ").some((selector) => {
      const [last, above] = selector.split(/ (?:> )?/).reverse();
      return matches(this, last) && (!above || Boolean(this.parent?.closest(above)));
    });
  }
  closest(selector) {
    return this.matches(selector) ? this : (this.parent?.closest(selector) ?? null);
  }
  descendants() {
    return this.children.flatMap((child) => [child, ...child.descendants()]);
  }
  querySelectorAll(selectors) {
    if (selectors.startsWith(":scope > "))
      return this.children.filter((child) => child.matches(selectors.slice(9)));
    return this.descendants().filter((node) => node.matches(selectors));
  }
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
  checkVisibility() {
    return !this.hidden;
  }
  focus() {
    document.activeElement = this;
    this.dispatchEvent(new Event("focus"));
  }
  click() {
    this.dispatchEvent(new Event("click"));
  }
  scrollIntoView() {}
}

// Make an element from a tag with classes, as "p.chart-title", its children or text, and
// properties.
const make = (name, children = [], properties = {}) => {
  const [tag, ...classes] = name.split(".");
  const made = Object.assign(new Node(tag), properties);
  made.className = classes.join(" ");
  made.append(...[children].flat());
  return made;
};

// Make a page of elements the global document, with other globals of a browser.
const open = (children, browser = {}) => {
  const body = make("body");
  const head = make("head");
  const document = Object.assign(new EventTarget(), {
    body,
    head,
    activeElement: body,
    documentElement: make("html", [head, body]),
    createElement: (tag) => new Node(tag),
  });
  document.getElementById = (id) => body.querySelector(`#${id}`);
  for (const name of ["querySelector", "querySelectorAll"])
    document[name] = (selector) => document.documentElement[name](selector);
  Object.assign(globalThis, {
    document,
    location: new URL("https://book.invalid/page.html"),
    ...browser,
  });
  body.append(...children);
};

// Run scripts, each in a scope of its own.
const run = (...files) =>
  files.forEach((file) =>
    vm.runInThisContext(`(() => {${readFileSync(file, "utf-8")}\n})();`, {
      filename: file,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }),
  );

// Wait until the promises that listeners made are settled.
const settle = (value) => new Promise((resolve) => setTimeout(resolve, 0, value));
const press = (target, key, more = {}) => {
  const event = Object.assign(new Event("keydown", { cancelable: true }), { key, ...more });
  target.dispatchEvent(event);
  return settle(event);
};
// Make an event that bubbles up from an element.
const bubble = (type, target, more = {}) =>
  Object.defineProperty(Object.assign(new Event(type), more), "target", { value: target });

module.exports = { bubble, make, open, press, run, settle };
