// `sw.js`: keeps files of the book on a reader's device. The build writes `BOOK` before it, with
// the version and its files,
// path -> [start of the SHA-256, bytes, kind, title, query of its address]. A page loads it too,
// for `bookFiles` (keep.js).
//
// Files are kept by path and hash in one cache: no version is given a file of another, and a new
// one fetches what has
// changed. Kinds are "base" (styles, scripts, fonts, always kept), "pages" with their search, and
// "python" with what it draws by.
const makeFiles = () => {
  const root = new URL(
    "./",
    globalThis.ServiceWorkerGlobalScope ? location.href : document.currentScript.src,
  ).href;
  const files = new Map(Object.entries(BOOK.files));
  const open = () => caches.open(`book at ${root}`);
  const keyOf = (path) => `${root}${path}?${files.get(path)[0]}`;
  const wishOf = (kind) => `${root}?wish=${kind}`;
  const pathOf = (address) => {
    const path = address
      .split(/[?#]/)[0]
      .slice(root.length)
      .replace(/(^|\/)$/, "$1index.html");
    return files.has(`${path}.html`) ? `${path}.html` : path; // some hosts drop the ending
  };
  const find = async (path) => (files.has(path) ? (await open()).match(keyOf(path)) : undefined);
  const list = (kind) => [...files.keys()].filter((path) => files.get(path)[2] === kind);
  const listKept = async () => {
    const kept = new Set((await (await open()).keys()).map(({ url }) => url));
    return [...files.keys()].filter((path) => kept.has(keyOf(path)));
  };
  // Keep a file of this version: neither an error nor what stands there now or in the browser's own
  // cache.
  const keep = async (path) => {
    if (!files.has(path) || (await find(path))) return;
    for (const cache of ["default", "reload"]) {
      const answer = await fetch(root + path + files.get(path)[4], { cache });
      const content = await answer.arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
      const start = [...digest.slice(0, 6)]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");
      const headers = { "Content-Type": answer.headers.get("Content-Type") ?? "" };
      if (answer.ok && start === files.get(path)[0])
        return (await open()).put(keyOf(path), new Response(content, { headers }));
    }
    throw new Error(path);
  };
  const wish = async (kind) => (await open()).put(wishOf(kind), new Response());
  const drop = async (isDropped) => {
    const cache = await open();
    for (const { url } of await cache.keys()) if (isDropped(url)) await cache.delete(url);
  };
  return {
    ...BOOK,
    files,
    root,
    open,
    keyOf,
    wishOf,
    pathOf,
    find,
    list,
    listKept,
    keep,
    wish,
    drop,
  };
};
globalThis.bookFiles = makeFiles();

if (globalThis.ServiceWorkerGlobalScope) {
  const SAYS = {
    title: "Not on this device",
    sentence:
      "This page is not kept on this device, and there is no network to fetch it. Kept are:",
  }; // for translators
  const { root, files, open, keyOf, wishOf, pathOf, find, list, listKept, keep, drop, made } =
    globalThis.bookFiles;
  // milliseconds to wait for the host if a page is kept, or not
  const PATIENCE = { kept: 3000, absent: 15000 };
  const KINDS = ["pages", "python"];
  // Asks for the page again once the next version is there: a browser may never answer what it is
  // asked while one worker gives way to another. `Refresh` is for a change before this runs.
  const TAKEN_OVER = "navigator.serviceWorker.oncontrollerchange = () => location.reload();";
  // Marks a page of another version, which this worker passes on: nothing that it asks for comes
  // from what is kept.
  const otherOf = (client) => `${root}?other=${client}`;

  const install = async () => {
    await Promise.all(list("base").map(keep));
    const kept = (await (await open()).keys()).map(({ url }) => url);
    const wished = KINDS.filter((kind) => kept.includes(wishOf(kind))).flatMap(list);
    // it may be gone, or have no room
    for (const path of [...kept.map(pathOf), ...wished]) await keep(path).catch(() => {});
  };
  const dropOlder = () => {
    const left = new Set([...[...files.keys()].map(keyOf), ...KINDS.map(wishOf)]);
    return drop((url) => !left.has(url));
  };

  // Which version the host has; "" without a network, or if the host is out of order.
  const askVersion = (patience) =>
    Promise.race([
      fetch(`${root}version.txt`, { cache: "no-store" }).then(
        (answer) => (answer.status < 500 ? answer.text() : ""),
        () => "",
      ),
      new Promise((resolve) => {
        setTimeout(resolve, patience, "");
      }),
    ]);
  const sayAbsent = async () => {
    const links = (await listKept())
      .filter((path) => files.get(path)[3])
      .map((path) => `<li><a href="${root}${path}">${files.get(path)[3]}</a></li>`);
    const listed = `<ul>${links.join("")}</ul>`;
    const main = `<main><h1>${SAYS.title}</h1><p>${SAYS.sentence}</p>${listed}</main>`;
    const page = await (await find("404.html")).text();
    const text = page
      .replace(/<title>.*?</, `<title>${SAYS.title}<`)
      .replace(/<main>.*<\/script>/s, () => main);
    return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  };

  const openPage = async ({ request, resultingClientId }) => {
    // The next version waits until no page of this one is open: it takes over before the page is
    // asked for again.
    if (registration.waiting && (await clients.matchAll()).length < 2) {
      registration.waiting.postMessage("take over");
      return new Response(`<script>${TAKEN_OVER}</script>`, {
        headers: { "Content-Type": "text/html", Refresh: "2" },
      });
    }
    const kept = await find(pathOf(request.url));
    const there = await askVersion(PATIENCE[kept ? "kept" : "absent"]);
    if (!there || (kept && there === made)) return kept ?? sayAbsent();
    try {
      const answer = await fetch(request, { cache: "no-cache" });
      if (there !== made) await (await open()).put(otherOf(resultingClientId), new Response());
      return answer;
    } catch {
      return kept ?? sayAbsent();
    }
  };
  const openFile = async ({ request, clientId, resultingClientId }) => {
    const cache = await open();
    const isOther = await cache.match(otherOf(clientId));
    // its web worker
    if (isOther && resultingClientId) await cache.put(otherOf(resultingClientId), new Response());
    if (isOther) return fetch(request);
    if (pathOf(request.url) !== "sw.js") return (await find(pathOf(request.url))) ?? fetch(request);
    const script = `const BOOK = ${JSON.stringify(BOOK)}; globalThis.bookFiles = (${makeFiles})();`;
    return new Response(script, { headers: { "Content-Type": "text/javascript" } });
  };

  addEventListener("install", (event) => event.waitUntil(install()));
  addEventListener("activate", (event) => event.waitUntil(dropOlder()));
  addEventListener("message", () => skipWaiting());
  addEventListener("fetch", (event) => {
    const { method, mode, url } = event.request;
    if (method !== "GET" || !url.startsWith(root)) return;
    if (mode === "navigate") event.respondWith(openPage(event));
    else if (files.has(pathOf(url)) || pathOf(url) === "sw.js") event.respondWith(openFile(event));
  });
}
