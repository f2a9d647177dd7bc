// Keeps each page that is read on this device, and on the start page, if asked, all chapters and Python (worker.js). Where a
// browser allows no service worker nothing changes.
(() => {
  const SAYS = {
    read: (count, version) => `${count === 1 ? "1 page is" : `${count} pages are`} on this device, version ${version} of the course: what you open is kept, and opens without a network.`,
    pages: "All chapters, exercises and the search", python: "Python", kept: "kept", whole: (parts) => ` ${parts.join(" and ")}: kept whole.`,
    keep: { pages: (size) => `Keep all chapters on this device (${size} MB)`, python: (size) => `Python too (${size} MB)` }, remove: "Remove what is kept",
    had: (some, all) => `${some} of ${all} MB`, done: "All of it is kept now.", removed: "Nothing is kept any more but the pages that you open from now on.",
    full: "There is not enough room: this browser gave the book no more space. What fitted is kept.",
    broken: "Not all could be fetched. What came is kept; press again to fetch the rest.", menu: "Keep offline",
  };
  const AT_ONCE = 4; // files
  const { bookElement: element, bookButton: button, stillCharts: { addressOf } } = globalThis;
  const place = document.querySelector(".kept-here");
  const megabytes = (bytes) => Math.ceil(bytes / 1e6);
  const line = element("p", {});
  const buttons = element("p", {});
  const bar = element("progress", { hidden: true });
  const status = element("p", { role: "status" });

  const show = async () => {
    const { listKept, list, bytesOf, version } = globalThis.bookFiles;
    const kept = new Set(await listKept());
    const missing = (kind) => list(kind).filter((path) => !kept.has(path));
    const kinds = ["pages", "python"].filter((kind) => list(kind).length);
    const pages = list("pages").filter((path) => path.endsWith(".html") && kept.has(path)).length;
    const whole = kinds.filter((kind) => !missing(kind).length).map((kind) => SAYS[kind]);
    line.textContent = SAYS.read(pages, version) + (whole.length ? SAYS.whole(whole) : "");
    const keepers = kinds.filter((kind) => missing(kind).length).map((kind) => (
      button(SAYS.keep[kind](megabytes(bytesOf(missing(kind)))), () => keepAll(kind, missing(kind)), { className: "progress-button" })));
    buttons.replaceChildren(...keepers, ...(pages ? [button(SAYS.remove, remove, { className: "progress-button" })] : []));
    place.hidden = false;
  };

  const finish = async (says) => {
    await show();
    bar.hidden = true;
    status.textContent = says;
    buttons.querySelector("button")?.focus(); // the one that was pressed is gone
  };
  const remove = async () => {
    await globalThis.bookFiles.dropKept();
    await finish(SAYS.removed);
  };
  const keepAll = async (kind, paths) => {
    const { keep, wish, bytesOf } = globalThis.bookFiles;
    buttons.querySelectorAll("button").forEach((one) => { one.disabled = true; });
    Object.assign(bar, { hidden: false, max: bytesOf(paths), value: 0, ariaLabel: SAYS.keep[kind](megabytes(bytesOf(paths))) });
    status.textContent = SAYS.had(0, megabytes(bar.max));
    const rest = [...paths];
    const work = async () => {
      for (let path = rest.shift(); path; path = rest.shift()) {
        await keep(path);
        bar.value += bytesOf([path]);
      }
    };
    try {
      await navigator.storage?.persist?.(); // whether or not the browser grants it
      await wish(kind);
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      await finish(SAYS.done);
    } catch (error) {
      await finish(error.name === "QuotaExceededError" ? SAYS.full : SAYS.broken);
    }
  };

  const start = async () => {
    const { scope } = await navigator.serviceWorker.register(addressOf("sw.js"));
    await globalThis.bookScript("sw.js");
    const { keep, pathOf } = globalThis.bookFiles;
    if (scope) await keep(pathOf(location.href));
    const link = element("a", { className: "btn btn-sm dropdown-item", href: addressOf("index.html#kept-here"), textContent: SAYS.menu });
    document.querySelector(".dropdown-download-buttons .dropdown-menu")?.append(element("li", {}, link));
    place?.append(line, buttons, bar, status);
    if (place) await show();
  };
  // With a reader's first sign, as charts: who leaves at once has fetched nothing.
  const soon = () => (globalThis.requestIdleCallback ?? setTimeout)(() => start().catch(() => {}));
  if (location.protocol === "file:" || !isSecureContext || !("serviceWorker" in navigator)) return;
  const wait = new AbortController();
  const signal = () => (wait.abort(), document.readyState === "complete" ? soon() : addEventListener("load", soon));
  ["pointermove", "pointerdown", "keydown", "scroll"].forEach((sign) => addEventListener(sign, signal, { passive: true, signal: wait.signal }));
})();
