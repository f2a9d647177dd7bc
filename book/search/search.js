// Search as one types, on the search page and in the box that Ctrl+K opens. Nothing of the index is fetched
// before the reader types, or follows a link with "?q=".
(() => {
  // All that a reader is told, for translators; `asking` are words of a question that say nothing of what it is about.
  const SAYS = {
    found: (count, words) => `${count === 1 ? "1 page" : `${count || "No"} pages`} for “${words}”.`,
    none: (glossary, index) => [" Try one word of it, or look in the ", glossary("glossary"), " or the ", index("index"), "."],
    asking: "a an and are can do does for how i in is it my of on the to was what where which who why",
  };
  const ASKING = new Set(SAYS.asking.split(" "));
  // Browsers load no index from a folder that is not packed for it: there the page's own sentence stays.
  const { liveFiles } = globalThis;
  if (location.protocol === "file:" && !liveFiles.isPacked) return;
  const STEP = 5;
  const SECTIONS = 3;
  // Of a word's letters, how many a found word must begin with: Pagefind goes on to shorter ones until some page fits.
  const ALIKE = 0.6;
  const index = new URL("../pagefind/pagefind.js", document.currentScript.src);

  // The index holds Chinese character by character; a reader sees it, and asks for it, without the gaps.
  const chinese = (html) => html
    .replace(/(?<=\p{Script=Han})(<\/mark>)?\s+(<mark>)?(?=\p{Script=Han})/gu, (_, end = "", start = "") => (
      end && start ? "" : end + start))
    .replace(/\p{Script=Han}+/gu, '<span lang="zh-Hans">$&</span>');

  let loading;
  const load = () => (loading ??= liveFiles.load(index.href).then(async (pagefind) => {
    // A chapter or the ledger is long, and no worse for that. From a folder no worker can be started.
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

  // Whether a page has a word that is like one of those asked for.
  const isLike = (words, page) => {
    const listWords = (said) => said.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
    const asked = listWords(leaveOutAsking(words));
    const found = page.sub_results.flatMap((part) => listWords(`${part.title} ${part.excerpt}`));
    const alike = (one, other) => other.startsWith(one.slice(0, Math.max(1, Math.round(ALIKE * one.length))));
    return /\p{Script=Han}/u.test(words) || asked.some((one) => found.some((other) => alike(one, other)));
  };

  const element = globalThis.bookElement;
  const text = (words) => chinese(element("p", { textContent: words }).innerHTML);
  const link = (title, href) => element("a", { href, innerHTML: text(title) });
  const excerpt = (part) => element("p", { innerHTML: `… ${chinese(part.excerpt)} …` });

  // Where to look for what no page has.
  const leadTo = (page) => (title) => link(title, new URL(`../pages/${page}`, index));

  function entry(page) {
    // The sections that match best; what stands before the first section counts as the page itself.
    const parts = page.sub_results
      .filter((part) => part.url !== page.url)
      .sort((one, other) => other.weighted_locations.reduce((sum, place) => sum + place.balanced_score, 0)
        - one.weighted_locations.reduce((sum, place) => sum + place.balanced_score, 0))
      .slice(0, SECTIONS)
      .map((part) => element("li", {}, link(part.title, part.url), excerpt(part)));
    const title = element("p", { className: "search-title" }, link(page.meta.title, page.url));
    return element("li", {}, title, parts.length ? element("ul", {}, ...parts) : excerpt(page));
  }

  // A field, the sentence on what was found, the list, and on the search page a button for more.
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
