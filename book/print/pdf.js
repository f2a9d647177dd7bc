// What pdf.py asks of a page that is open in the browser: each function is called by its name.
globalThis.bookPdf = {
  // The book's own address if it has one, its edition, and every page in the order of its navigation: path, title,
  // the part that it is in, and how deep it lies: in a part, and there under another page.
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

  // Puts a page's title at the head of each sheet, counts on from the sheets before, and has the browser note where
  // each place of the page is printed: it does so for places that a link of the same page leads to. All other links
  // become addresses, as they may lead to other prints. Gives level, title and place of each heading.
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
