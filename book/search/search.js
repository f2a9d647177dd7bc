// Searches while the reader types, on the search page and in the dialog that Ctrl+K opens. Nothing
// of the index is fetched before the reader types, or follows a link with "?q=".
(() => {
  // Texts, for translators; `asking` are words of a question that do not say what it is about.
  const SAYS = {
    found: (count, words, readAs) =>
      `${count === 1 ? "1 page" : `${count || "No"} pages`} for “${words}”${readAs}.`,
    best: (most, words, readAs) => `The ${most} best pages for “${words}”${readAs}.`,
    readAs: (words) => `, read as “${words}”`,
    none: (glossary, index) => [
      " Try one word of it, or look in the ",
      glossary("glossary"),
      " or the ",
      index("index"),
      ".",
    ],
    asking:
      "a an and are can do does for from how i in is it me my of on the there to was" +
      " what when where which who why with",
  };
  const ASKING = new Set(SAYS.asking.split(" "));
  // A folder that is not packed cannot load the index: there the sentence on the page stays.
  const { liveFiles } = globalThis;
  if (location.protocol === "file:" && !liveFiles.isPacked) return;
  const STEP = 5;
  // A query of several words finds nearly every page; what is further down answers nobody.
  const MOST = 10;
  const SECTIONS = 3;
  // Of more than this share of a query's words lacking, the book is not about it.
  const LACKING = 0.5;
  // A word in a page's title says what the page is about.
  const TITLED = 4;
  // A form of a word is at most so many letters longer.
  const FORM = 3;
  const ENDINGS = /(?:ing|ers?|ed|e?s|ly|ions?|al|e|(?:ib|ab)?ilit(?:y|ies))$/;
  const index = new URL("../pagefind/pagefind.js", document.currentScript.src);

  // The index has spaces between Chinese characters, which readers neither see nor type.
  const chinese = (html) =>
    html
      .replace(
        /(?<=\p{Script=Han})(<\/mark>)?\s+(<mark>)?(?=\p{Script=Han})/gu,
        (_, end = "", start = "") => (end && start ? "" : end + start),
      )
      .replace(/\p{Script=Han}+/gu, '<span lang="zh-Hans">$&</span>');

  let loading;
  const load = () =>
    (loading ??= liveFiles.load(index.href).then(async (pagefind) => {
      // Long pages rank no lower. In a folder no worker can be started.
      const basePath = index.pathname.replace(/[^/]*$/, "");
      await pagefind.options({
        basePath,
        noWorker: liveFiles.isPacked,
        ranking: { pageLength: 0.2 },
      });
      return pagefind;
    }));

  // The words of the book, by which a query's are recognised (Pagefind shortens a word until some
  // page matches): those of its topics, and those that are rare; and of each page its weight and
  // the words of its title.
  let loadingGuide;
  const loadGuide = () =>
    (loadingGuide ??= fetch(new URL("guide.json", index)).then((file) => file.json()));

  const bare = (word) =>
    word
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[^\p{L}\d]/gu, "");

  // Whether one letter is wrong, missing or too many, or two neighbours have changed places.
  function isNear(one, other) {
    if (Math.abs(one.length - other.length) > 1) return false;
    let start = 0;
    while (start < one.length && one[start] === other[start]) start += 1;
    const [here, there] = [one.slice(start), other.slice(start)];
    return (
      [
        [1, 1],
        [1, 0],
        [0, 1],
      ].some(([i, j]) => here.slice(i) === there.slice(j)) ||
      (here[0] === there[1] && here[1] === there[0] && here.slice(2) === there.slice(2))
    );
  }

  // Whether one of the words is the word that is asked for, or a form or the beginning of it.
  function has(words, asked) {
    const stem = asked.replace(ENDINGS, "");
    const begins = stem.length < 4 ? asked : stem;
    return words.some(
      (one) =>
        one === asked ||
        (begins.length > 3 && one.startsWith(begins) && one.length <= asked.length + FORM),
    );
  }

  // The word itself if pages have it; else a word that is one letter away, else "".
  function recognise(word, { words, rare }) {
    const asked = bare(word);
    if (has(words, asked)) return word;
    if (rare.includes(asked)) return "";
    const near =
      asked.length > 3 && !/\d/.test(asked)
        ? [...words, ...rare].filter((one) => isNear(asked, one))
        : [];
    // A misspelt word usually begins with the right letter.
    return near.find((one) => one[0] === asked[0]) ?? near[0] ?? "";
  }

  // A page's score is the sum over queries, each of which counts the more the fewer pages it finds.
  // The last query says where on a page the words stand.
  async function rank(queries) {
    const [pagefind, { pages: known }] = await Promise.all([load(), loadGuide()]);
    // An id, such as of a claim, is looked up: there the ledger is no less than a chapter.
    const isId = /^\p{L}\d+$/u.test(queries.at(-1));
    const pages = new Map();
    const found = await Promise.all(queries.map((query) => pagefind.search(query)));
    found.forEach(({ results }, place) => {
      const most = Math.max(...results.map((result) => result.score));
      for (const result of results) {
        const [weight, ...title] = known[result.id];
        const worth = (isId ? 1 : weight) * (has(title, bare(queries[place])) ? TITLED : 1);
        const score = (worth * result.score) / most / Math.sqrt(results.length);
        pages.set(result.id, { result, score: score + (pages.get(result.id)?.score ?? 0) });
      }
    });
    return [...pages.values()]
      .sort((one, other) => other.score - one.score)
      .map((page) => page.result);
  }

  // A Chinese word leads to the chapters that treat it and to the pages that hold its signs side by
  // side.
  function findChinese(words) {
    const spaced = words.replace(/(?<=\p{Script=Han})(?=\p{Script=Han})/gu, " ");
    return rank([words.replace(/\s/g, ""), `"${spaced}"`]);
  }

  // The pages for a query, and the words by which they were found where these are others.
  async function find(query) {
    if (/^[\p{Script=Han}\s]+$/u.test(query)) return { results: await findChinese(query) };
    const asked = query.split(/\s+/).filter((word) => bare(word));
    const topics = asked.filter((word) => !ASKING.has(word.toLowerCase()));
    const guide = await loadGuide();
    const words = (topics.length ? topics : asked).map((word) => [word, recognise(word, guide)]);
    // A word that the book says once or twice in passing is searched for alone, but is no topic.
    if (words.length === 1 && guide.rare.includes(bare(words[0][0]))) words[0][1] = words[0][0];
    const found = words.map(([, word]) => word).filter(Boolean);
    if (!found.length || words.length - found.length > LACKING * words.length)
      return { results: [] };
    const isRead = words.every(([word, instead]) => word === instead);
    return {
      results: await rank([...found, found.join(" ")]),
      readAs: isRead ? "" : found.join(" "),
    };
  }

  const element = globalThis.bookElement;
  const text = (words) => chinese(element("p", { textContent: words }).innerHTML);
  const link = (title, href) => element("a", { href, innerHTML: text(title) });
  const excerpt = (part) => element("p", { innerHTML: `… ${chinese(part.excerpt)} …` });

  // Links for queries without results.
  const leadTo = (page) => (title) => link(title, new URL(`../pages/${page}`, index));

  function entry(page) {
    // The sections that match best; what stands before the first section counts as the page itself.
    const score = (part) =>
      part.weighted_locations.reduce((sum, place) => sum + place.balanced_score, 0);
    const parts = page.sub_results
      .filter((part) => part.url !== page.url)
      .sort((one, other) => score(other) - score(one))
      .slice(0, SECTIONS)
      .map((part) => element("li", {}, link(part.title, part.url), excerpt(part)));
    const title = element("p", { className: "search-title" }, link(page.meta.title, page.url));
    return element("li", {}, title, parts.length ? element("ul", {}, ...parts) : excerpt(page));
  }

  // Connect a field with a status line, a list of results and, on the search page, a button for
  // more.
  function attach({ input, status, list, more, onSearch }) {
    let results = [];
    let latest = 0;
    let waiting;

    async function show(count) {
      const asked = latest;
      const shown = list.children.length;
      const pages = await Promise.all(
        results.slice(shown, shown + count).map((result) => result.data()),
      );
      if (asked !== latest) return;
      list.append(...pages.map(entry));
      if (more) more.hidden = list.children.length >= results.length;
    }

    async function search() {
      clearTimeout(waiting);
      const words = input.value.trim();
      const asked = ++latest;
      onSearch?.(words);
      const found = words ? await find(words) : { results: [] };
      if (asked !== latest) return;
      const isCut = found.results.length > MOST;
      results = found.results.slice(0, MOST);
      list.replaceChildren();
      const readAs = found.readAs && results.length ? SAYS.readAs(text(found.readAs)) : "";
      const say = isCut ? SAYS.best : SAYS.found;
      status.innerHTML = words ? say(results.length, text(words), readAs) : "";
      if (words && !results.length)
        status.append(...SAYS.none(leadTo("glossary.html"), leadTo("../genindex.html")));
      if (more && !results.length) more.hidden = true;
      await show(STEP);
    }

    input.addEventListener(
      "input",
      () => (clearTimeout(waiting), (waiting = setTimeout(search, 250))),
    );
    more?.addEventListener("click", async () => {
      const next = list.children.length;
      await show(STEP);
      list.children[next]?.querySelector("a").focus();
    });
    return search;
  }

  const dialog = document.querySelector("dialog form.bd-search");
  if (dialog) {
    const status = element("p", { className: "search-status", role: "status" });
    const list = element("ol", { className: "search-results" });
    dialog.after(status, list);
    attach({ input: dialog.querySelector("input"), status, list });
  }

  const box = document.querySelector(".book-search");
  if (!box) return;
  const [form, input, status, list, more] = [
    "form",
    "input",
    ".search-status",
    "ol",
    ".search-more",
  ].map((part) => box.querySelector(part));
  const onSearch = (words) =>
    history.replaceState(null, "", words ? `?q=${encodeURIComponent(words)}` : location.pathname);
  const search = attach({ input, status, list, more, onSearch });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  box.classList.add("is-live");
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  if (input.value) search();
  else input.focus();
})();
