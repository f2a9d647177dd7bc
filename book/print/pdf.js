// Functions that pdf.py calls in an open page.
globalThis.bookPdf = {
  // The book's address if it has one, its edition, and its pages in the order of the navigation: path, title, part,
  // and depth (in a part, and below another page).
  list() {
    let part = "";
    const pages = [...document.querySelectorAll("nav.bd-links :is(p.caption, a)")].flatMap((node) => {
      const title = node.textContent.trim();
      if (node.matches("p.caption")) {
        part = title;
        return [];
      }
      const depth = (part ? 1 : 0) + (node.closest("li").classList.contains("toctree-l2") ? 1 : 0);
      return [{ path: node.getAttribute("href").replace(/^#$/, "index.html"), title, part, depth }];
    });
    const address = document.querySelector("link[rel=canonical]")?.getAttribute("href").replace(/index\.html$/, "");
    return { pages, address, note: document.querySelector(".bd-header-announcement")?.textContent.trim() ?? "" };
  },

  // Prints the title at the top of each sheet, continues the page numbers, and makes the browser note where each id is
  // printed, which it does for targets of links on the same page. All other links become addresses, as their targets
  // may be in other prints. Returns level, title and id of each heading.
  prepare({ title, number }) {
    const article = document.querySelector("article.bd-article");
    const made = (tag, properties) => Object.assign(document.createElement(tag), properties);
    const head = `@page { @top-right { content: ${JSON.stringify(title)}; } }`;
    document.head.append(made("style", { textContent: `${head} html { counter-reset: page ${number - 1}; }` }));
    document.querySelectorAll("footer, .headerlink").forEach((part) => part.remove());
    for (const link of article.querySelectorAll("a[href^='#']")) link.href = `?${link.hash}`;
    const places = [...article.querySelectorAll("[id]:not(svg [id])")];
    article.append(made("div", { hidden: true, innerHTML: places.map(({ id }) => `<a href="#${id}">.</a>`).join("") }));
    return [...article.querySelectorAll("section[id] > :is(h1, h2, h3)")].map((heading) => (
      [Number(heading.tagName[1]), heading.textContent.trim(), heading.parentElement.id]));
  },
};
