// Joins the pages of the built book to one document for paper; book_pdf.py calls what is on `bookPdf`.
const bookPdf = (() => {
  const CHAPTER = "article.bd-article";
  // What the print of one page hides and would only make this document heavy; and what is for no scripts at all.
  const NOT_PRINTED = "script, noscript, .headerlink, .chart-data, .chart-still.narrow";
  const made = (tag, text, properties = {}) =>
    Object.assign(document.createElement(tag), { textContent: text, ...properties });
  const fetched = async (path) => new DOMParser().parseFromString(await (await fetch(path)).text(), "text/html");
  const slug = (path) => path.replace(/\.html$/, "").replaceAll("/", "-");
  // An id is unique in its page only. It stays in front: styles know links by how their address begins.
  const anchor = (path, id) => (id ? `${id}--${slug(path)}` : slug(path));
  let publicHome;

  // Every page of the book in the order of its navigation: path, title, depth, and the part that it is in.
  const contents = async () => {
    const start = await fetched("index.html");
    document.documentElement.lang = start.documentElement.lang;
    publicHome = start.querySelector("link[rel=canonical]")?.getAttribute("href").replace(/index\.html$/, "");
    let part = "";
    const found = [];
    for (const node of start.querySelectorAll("nav.bd-links :is(p.caption, a)")) {
      if (node.matches("p.caption")) {
        part = node.textContent.trim();
        continue;
      }
      const depth = node.closest("li").className.includes("toctree-l2") ? 1 : 0;
      const path = node.getAttribute("href").replace(/^#$/, "index.html");
      found.push({ path, title: node.textContent.trim(), depth, part });
    }
    return { pages: found, note: start.querySelector(".bd-header-announcement")?.textContent.trim() ?? "" };
  };

  // The style sheets of the page that has most of them, in its order: those of the others are among them.
  const styles = async (paths) => {
    const lists = await Promise.all(
      paths.map(async (path) =>
        [...(await fetched(path)).querySelectorAll("link[rel=stylesheet]")].map(
          (link) => new URL(link.getAttribute("href"), new URL(path, location)).href,
        ),
      ),
    );
    const longest = lists.reduce((most, list) => (list.length > most.length ? list : most));
    await Promise.all(
      longest.map(
        (href) =>
          new Promise((done, failed) =>
            document.head.append(made("link", "", { rel: "stylesheet", href, onload: done, onerror: failed })),
          ),
      ),
    );
  };

  const add = async ({ path, title, depth, part, opens }) => {
    const article = document.adoptNode((await fetched(path)).querySelector(CHAPTER));
    article.querySelectorAll(NOT_PRINTED).forEach((node) => node.remove());
    article.querySelectorAll("details").forEach((node) => (node.open = true));
    // Drawings keep theirs: they refer to them in more ways than links do, and carry their chart's name.
    article.querySelectorAll("[id]:not(svg [id])").forEach((node) => (node.id = anchor(path, node.id)));
    for (const name of ["for", "aria-labelledby", "aria-describedby"]) {
      article.querySelectorAll(`[${name}]`).forEach((node) => node.setAttribute(name, anchor(path, node.getAttribute(name))));
    }
    for (const node of article.querySelectorAll("[src]")) {
      node.src = new URL(node.getAttribute("src"), new URL(path, location)).href;
    }
    // A PDF speaks a description only if the drawing itself has it.
    for (const view of article.querySelectorAll(".chart-view[role=img]")) {
      const drawing = view.querySelector("svg");
      drawing.removeAttribute("aria-hidden");
      drawing.role = "img";
      drawing.ariaLabel = view.ariaLabel;
      view.removeAttribute("role");
      view.removeAttribute("aria-label");
    }
    article.querySelectorAll("a[href]").forEach((link) => (link.dataset.page = path));
    // The outline of the PDF follows the levels: part, page, page below it, section.
    for (const heading of article.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
      heading.ariaLevel = Number(heading.tagName[1]) + depth + (part ? 1 : 0);
    }
    article.id = slug(path);
    article.style.page = slug(path);
    if (opens) article.prepend(made("p", opens, { className: "part-title", role: "heading", ariaLevel: 1 }));
    document.querySelector(".bd-article-container").append(article);
    const heads = `@page ${slug(path)} { @top-right { content: ${JSON.stringify(title)} } }`;
    document.head.append(made("style", heads));
  };

  // The cover says which edition it is, if the pages do; then the contents.
  const list = ({ pages, note }) => {
    if (note) document.querySelector(".paper-cover h1").after(made("p", note, { className: "note" }));
    const nav = made("nav", "", { className: "paper-contents" });
    nav.append(made("h1", "Contents", { ariaLevel: 1 }));
    for (const { path, title, depth, opens } of pages) {
      if (opens) nav.append(made("p", opens, { className: "part" }));
      const line = nav.appendChild(made("p", "", { className: `page depth-${depth}` }));
      const link = line.appendChild(made("a", title, { href: `#${slug(path)}` }));
      link.append(made("span", "", { className: "number" }));
    }
    document.querySelector(".paper-cover").after(nav);
  };

  // Links to what is printed lead there; others to the published book if it has an address, else nowhere.
  const finish = () => {
    for (const link of document.querySelectorAll("a[data-page]")) {
      const target = new URL(link.getAttribute("href"), new URL(link.dataset.page, location));
      if (target.origin !== location.origin) continue;
      const path = target.pathname.slice(1);
      const place = anchor(path, decodeURIComponent(target.hash.slice(1)));
      if (document.getElementById(place)) link.setAttribute("href", `#${place}`);
      else if (document.getElementById(slug(path))) link.setAttribute("href", `#${slug(path)}`);
      else if (publicHome) link.href = new URL(path + target.hash, publicHome).href;
      else link.replaceWith(...link.childNodes);
    }
  };

  // The PDF has tags for each token of code, most of the file: neighbours that look the same become one.
  const lighten = () => {
    const look = (node) => ["color", "fontStyle", "fontWeight"].map((name) => getComputedStyle(node)[name]).join();
    const blocks = [...document.querySelectorAll(".highlight pre")].map((block) =>
      [...block.childNodes].map((node) => [node, node.nodeType === Node.ELEMENT_NODE ? look(node) : ""]),
    );
    for (const tokens of blocks) {
      let run, shown;
      for (const [node, own] of tokens) {
        if (run && (own === shown || !node.textContent.trim())) {
          run.textContent += node.textContent;
          node.remove();
        } else {
          [run, shown] = own ? [node, own] : [];
        }
      }
    }
  };

  const number = (pages) => {
    for (const [name, page] of Object.entries(pages)) {
      const place = document.querySelector(`.paper-contents a[href="#${name}"] .number`);
      if (place) place.textContent = page;
    }
  };

  // Two signs that look the same are boxes for signs that no font has.
  const drawsChinese = () => {
    const canvas = made("canvas", "", { width: 40, height: 40 });
    const pen = canvas.getContext("2d");
    const [one, other] = ["区", "域"].map((sign) => {
      pen.clearRect(0, 0, 40, 40);
      pen.font = "32px sans-serif";
      pen.fillText(sign, 2, 34);
      return canvas.toDataURL();
    });
    return one !== other;
  };

  return { contents, styles, add, list, finish, lighten, number, drawsChinese };
})();
