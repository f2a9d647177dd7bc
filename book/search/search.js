// Searches while the reader types, on the search page and in the dialog that Ctrl+K opens. Nothing of the index is
// fetched before the reader types, or follows a link with "?q=".
(() => {
  // Texts, for translators; `asking` are words of a question that do not say what it is about.
  const SAYS = {
    found: (count, words) => `${count === 1 ? "1 page" : `${count || "No"} pages`} for “${words}”.`,
    none: (glossary, index) => [" Try one word of it, or look in the ", glossary("glossary"), " or the ", index("index"), "."],
    asking: "a an and are can do does for how i in is it my of on the to was what where which who why",
  };
  const ASKING = new Set(SAYS.asking.split(" "));
  // A folder that is not packed cannot load the index: there the sentence on the page stays.
  const { liveFiles } = globalThis;
  if (location.protocol === "file:" && !liveFiles.isPacked) return;
  const STEP = 5;
  const SECTIONS = 3;
  // Share of a word's letters with which a match must begin: Pagefind shortens words until some page matches.
  const ALIKE = 0.6;
  const index = new URL("../pagefind/pagefind.js", document.currentScript.src);

  // The index has spaces between Chinese characters, which readers neither see nor type.
  const chinese = (html) => html
    .replace(/(?<=\p{Script=Han})(<\/mark>)?\s+(<mark>)?(?=\p{Script=Han})/gu, (_, end = "", start = "") => (
      end && start ? "" : end + start))
    .replace(/\p{Script=Han}+/gu, '<span lang="zh-Hans">$&</span>');

  let loading;
  const load = () => (loading ??= liveFiles.load(index.href).then(async (pagefind) => {
    // Long pages rank no lower. In a folder no worker can be started.
    const basePath = index.pathname.replace(/[^/]*$/, "");
    await pagefind.options({ basePath, noWorker: liveFiles.isPacked, ranking: { pageLength: 0.2 } });
    return pagefind;
  }));

  const leaveOutAsking = (words) => words.split(/\s+/).filter((word) => !ASKING.has(word.toLowerCase())).join(" ") || words;

  // A Chinese word leads first to the chapters that treat it, then to the pages that hold it.
  async function find(words) {
    const pagefind = await load();
    const spaced = leaveOutAsking(words).replace(/(?<=\p{Script=Han})(?=\p{Script=Han})/gu, " ");
    if (!/^[\p{Script=Han}\s]+$/u.test(spaced)) return (await pagefind.search(spaced)).results;
    const treated = (await pagefind.search(words.replace(/\s/g, ""))).results;
    const held = (await pagefind.search(`"${spaced}"`)).results;
    const known = new Map([...treated, ...held].map((result) => [result.id, result]));
    // The second search knows where on the page the words stand.
    held.forEach((result) => known.set(result.id, result));
    return [...known.values()];
  }

  // Whether a page has a word like one of the query.
  const isLike = (words, page) => {
    const listWords = (text) => text.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
    const queried = listWords(leaveOutAsking(words));
    const matched = page.sub_results.flatMap((part) => listWords(`${part.title} ${part.excerpt}`));
    const isAlike = (query, word) => word.startsWith(query.slice(0, Math.max(1, Math.round(ALIKE * query.length))));
    return /\p{Script=Han}/u.test(words) || queried.some((query) => matched.some((word) => isAlike(query, word)));
  };

  const element = globalThis.bookElement;
  const text = (words) => chinese(element("p", { textContent: words }).innerHTML);
  const link = (title, href) => element("a", { href, innerHTML: text(title) });
  const excerpt = (part) => element("p", { innerHTML: `… ${chinese(part.excerpt)} …` });

  // Links for queries without results.
  const leadTo = (page) => (title) => link(title, new URL(`../pages/${page}`, index));

  function entry(page) {
    // The sections that match best; what stands before the first section counts as the page itself.
    const score = (part) => part.weighted_locations.reduce((sum, place) => sum + place.balanced_score, 0);
    const parts = page.sub_results
      .filter((part) => part.url !== page.url)
      .sort((one, other) => score(other) - score(one))
      .slice(0, SECTIONS)
      .map((part) => element("li", {}, link(part.title, part.url), excerpt(part)));
    const title = element("p", { className: "search-title" }, link(page.meta.title, page.url));
    return element("li", {}, title, parts.length ? element("ul", {}, ...parts) : excerpt(page));
  }

  // Connect a field with a status line, a list of results and, on the search page, a button for more.
  function attach({ input, status, list, more, onSearch }) {
    let results = [];
    let latest = 0;
    let waiting;

    async function show(count) {
      const asked = latest;
      const shown = list.children.length;
      const pages = await Promise.all(results.slice(shown, shown + count).map((result) => result.data()));
      if (asked !== latest) return;
      list.append(...pages.map(entry));
      if (more) more.hidden = list.children.length >= results.length;
    }

    async function search() {
      clearTimeout(waiting);
      const words = input.value.trim();
      const asked = ++latest;
      onSearch?.(words);
      const found = words ? await find(words) : [];
      const first = found.length ? await found[0].data() : null;
      if (asked !== latest) return;
      results = first && isLike(words, first) ? found : [];
      list.replaceChildren();
      status.innerHTML = words ? SAYS.found(results.length, text(words)) : "";
      if (words && !results.length) status.append(...SAYS.none(leadTo("glossary.html"), leadTo("../genindex.html")));
      if (more && !results.length) more.hidden = true;
      await show(STEP);
    }

    input.addEventListener("input", () => (clearTimeout(waiting), (waiting = setTimeout(search, 250))));
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
  const [form, input, status, list, more] = ["form", "input", ".search-status", "ol", ".search-more"].map(
    (part) => box.querySelector(part),
  );
  const onSearch = (words) => history.replaceState(null, "", words ? `?q=${encodeURIComponent(words)}` : location.pathname);
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
