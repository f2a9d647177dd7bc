// Keeps each page that is read on this device, and on the start page, if asked, all lessons and
// Python (worker.js). Where a browser allows no service worker nothing changes.
(() => {
  const SAYS = {
    read: (count, version) => {
      const pages = count === 1 ? "1 page" : `${count} pages`;
      const open = count === 1 ? "opens" : "open";
      return (
        `What you open is kept on this device: ${pages} (version ${version}) ${open}` +
        " without a network."
      );
    },
    whole: {
      pages: " All lessons, exercises and the search are kept.",
      python: " Python is kept.",
    },
    keep: {
      pages: (size) => `Keep all lessons on this device (${size} MB)`,
      python: (size) => `Also keep Python (${size} MB)`,
    },
    remove: "Delete offline copy",
    removed: "Offline copy deleted. Pages that you open from now on are kept again.",
    keeping: "Keeping …",
    done: "Done.",
    menu: "Keep offline",
    full: "Storage is full. The pages that fitted are saved.",
    broken: "Some pages failed to download. Press again to fetch the rest.",
  }; // for translators
  const KINDS = ["pages", "python"];
  const AT_ONCE = 4; // files
  const {
    bookElement: element,
    bookButton,
    stillCharts: { addressOf },
  } = globalThis;
  const place = document.querySelector(".kept-here");
  const [line, buttons, bar] = [
    element("p", {}),
    element("p", {}),
    element("progress", { hidden: true }),
  ];
  const status = element("p", { role: "status" });
  const button = (says, act) => bookButton(says, act, { className: "progress-button" });
  const bytesOf = (paths) =>
    paths.reduce((sum, path) => sum + globalThis.bookFiles.files.get(path)[1], 0);

  const show = async (says) => {
    const { listKept, list, version } = globalThis.bookFiles;
    const kept = (await listKept()).filter((path) => !list("base").includes(path));
    const missing = KINDS.map((kind) => [kind, list(kind).filter((path) => !kept.includes(path))]);
    const whole = missing
      .filter(([kind, paths]) => list(kind).length && !paths.length)
      .map(([kind]) => SAYS.whole[kind]);
    line.textContent =
      SAYS.read(kept.filter((path) => path.endsWith(".html")).length, version) + whole.join("");
    const keepers = missing
      .filter(([, paths]) => paths.length)
      .map(([kind, paths]) =>
        button(SAYS.keep[kind](Math.ceil(bytesOf(paths) / 1e6)), () => keepAll(kind, paths)),
      );
    buttons.replaceChildren(...keepers, ...(kept.length ? [button(SAYS.remove, remove)] : []));
    place.hidden = false;
    bar.hidden = true;
    status.textContent = says;
    if (says) buttons.querySelector("button")?.focus(); // the one that was pressed is gone
  };
  const remove = async () => {
    const { drop, files, pathOf } = globalThis.bookFiles;
    await drop((url) => !url.includes("?other=") && files.get(pathOf(url))?.[2] !== "base");
    await show(SAYS.removed);
  };
  const keepAll = async (kind, paths) => {
    const { keep, wish } = globalThis.bookFiles;
    const rest = paths.values(); // from which each of those at once takes the next
    const work = async () => {
      for (const path of rest) {
        await keep(path);
        bar.value += bytesOf([path]);
      }
    };
    buttons.querySelectorAll("button").forEach((one) => {
      one.disabled = true;
    });
    Object.assign(bar, { hidden: false, max: bytesOf(paths), value: 0, ariaLabel: SAYS.keeping });
    status.textContent = SAYS.keeping;
    try {
      navigator.storage.persist().catch(() => {}); // Firefox asks the reader, who may never answer
      await wish(kind);
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      await show(SAYS.done);
    } catch (error) {
      await show(error.name === "QuotaExceededError" ? SAYS.full : SAYS.broken);
    }
  };

  const start = async () => {
    if (!(await navigator.serviceWorker.register(addressOf("sw.js")))) return;
    await globalThis.bookScript("sw.js");
    const { keep, pathOf } = globalThis.bookFiles;
    await keep(pathOf(location.href)).catch(() => {}); // without a network, or after a new version
    const icon = element(
      "span",
      { className: "btn__icon-container" },
      element("i", { className: "fas fa-download" }),
    );
    const link = element(
      "a",
      { className: "btn btn-sm dropdown-item", href: addressOf("index.html#kept-here") },
      icon,
      SAYS.menu,
    );
    document
      .querySelector(".dropdown-download-buttons .dropdown-menu")
      ?.append(element("li", {}, link));
    place?.append(line, buttons, bar, status);
    if (place) await show("");
  };
  if (location.protocol === "file:" || !isSecureContext || !navigator.serviceWorker) return;
  // With a reader's first sign, as charts: who leaves at once has fetched nothing.
  const once = new AbortController();
  // storage may be refused
  const soon = () => (globalThis.requestIdleCallback ?? setTimeout)(() => start().catch(() => {}));
  const sign = () => (
    once.abort(),
    document.readyState === "complete" ? soon() : addEventListener("load", soon)
  );
  ["pointermove", "pointerdown", "keydown", "scroll"].forEach((name) =>
    addEventListener(name, sign, { passive: true, signal: once.signal }),
  );
})();
