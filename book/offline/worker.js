// `sw.js`: keeps files of the book on a reader's device. The build writes before it `BOOK`, with the version and its files,
// path -> [start of the SHA-256, bytes, kind, title of a chapter]. A page loads it too, for `bookFiles` (keep.js).
//
// Files are kept by path and hash in one cache: no version is given a file of another, and a new one fetches what has
// changed. Kinds are "base" (styles, scripts, fonts, always kept), "pages" with their search, and "python".
const makeFiles = () => {
  const root = new URL("./", globalThis.ServiceWorkerGlobalScope ? location.href : document.currentScript.src).href;
  const files = new Map(Object.entries(BOOK.files));
  const open = () => caches.open(`book at ${root}`);
  const keyOf = (path) => `${root}${path}?${files.get(path)[0]}`;
  const wishOf = (kind) => `${root}?wish=${kind}`;
  const pathOf = (address) => {
    const path = address.split(/[?#]/)[0].slice(root.length).replace(/(^|\/)$/, "$1index.html");
    return files.has(`${path}.html`) ? `${path}.html` : path; // some hosts drop the ending
  };
  const find = async (path) => (files.has(path) ? (await open()).match(keyOf(path)) : undefined);
  const listKept = async () => {
    const kept = new Set((await (await open()).keys()).map(({ url }) => url));
    return [...files.keys()].filter((path) => kept.has(keyOf(path)));
  };
  const list = (kind) => [...files.keys()].filter((path) => files.get(path)[2] === kind);
  const bytesOf = (paths) => paths.reduce((sum, path) => sum + files.get(path)[1], 0);
  const hash = async (content) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    return [...digest.slice(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  // Keep a file of this version: neither an error nor what stands there now or in the browser's own cache.
  const keep = async (path) => {
    if (!files.has(path) || (await find(path))) return;
    for (const cache of ["default", "reload"]) {
      const answer = await fetch(root + path, { cache });
      const content = await answer.arrayBuffer();
      if (!answer.ok || (await hash(content)) !== files.get(path)[0]) continue;
      const headers = { "Content-Type": answer.headers.get("Content-Type") ?? "" };
      return (await open()).put(keyOf(path), new Response(content, { headers }));
    }
    throw new Error(path);
  };
  const wish = async (kind) => (await open()).put(wishOf(kind), new Response());
  const drop = async (isLeft) => {
    const cache = await open();
    for (const { url } of await cache.keys()) if (!isLeft(url)) await cache.delete(url);
  };
  const dropOlder = () => {
    const left = new Set([...[...files.keys()].map(keyOf), ...["pages", "python"].map(wishOf)]);
    return drop((url) => left.has(url));
  };
  const dropKept = () => drop((url) => url.includes("?other=") || files.get(pathOf(url))?.[2] === "base");
  return { ...BOOK, files, root, open, wishOf, pathOf, find, listKept, list, bytesOf, keep, wish, dropOlder, dropKept };
};
globalThis.bookFiles = makeFiles();

if (globalThis.ServiceWorkerGlobalScope) {
  const SAYS = {
    title: "Not on this device", sentence: "This page is not kept on this device, and there is no network to fetch it.",
    kept: "These chapters are kept:", start: "Start page",
  };
  const { root, files, open, wishOf, pathOf, find, listKept, list, keep, dropOlder, made } = globalThis.bookFiles;
  const PATIENCE = 3000; // after so many milliseconds without an answer a kept page is shown
  const LONGEST = 15000;

  const install = async () => {
    await Promise.all(list("base").map(keep));
    const cache = await open();
    const wished = await Promise.all(["pages", "python"].map(async (kind) => ((await cache.match(wishOf(kind))) ? list(kind) : [])));
    const before = (await cache.keys()).map(({ url }) => pathOf(url));
    for (const path of new Set([...before, ...wished.flat()])) await keep(path).catch(() => {}); // what is gone or has no room
  };

  // Which version the host has; "" without a network, or if the host is out of order.
  const askVersion = (patience) => Promise.race([
    fetch(`${root}version.txt`, { cache: "no-store" }).then((answer) => (answer.status < 500 ? answer.text() : ""), () => ""),
    new Promise((resolve) => { setTimeout(resolve, patience, ""); }),
  ]);

  const sayNotKept = async () => {
    const kept = (await listKept()).filter((path) => files.get(path)[3] || path === "index.html");
    const links = kept.map((path) => `<li><a href="${root}${path}">${files.get(path)[3] || SAYS.start}</a></li>`);
    const main = `<main><h1>${SAYS.title}</h1><p>${SAYS.sentence} ${links.length ? SAYS.kept : ""}</p><ul>${links.join("")}</ul></main>`;
    const page = await (await find("404.html")).text();
    const text = page.replace(/<title>.*?<\/title>/, `<title>${SAYS.title}</title>`).replace(/<main>.*<\/script>/s, () => main);
    return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } });
  };

  // A page of another version, which this worker passes on: none of its requests is answered from what is kept.
  const otherOf = (client) => `${root}?other=${client}`;

  const openPage = async ({ request, resultingClientId }) => {
    // The next version waits until no page of this one is open: it takes over before the page is asked for again.
    if (registration.waiting && (await clients.matchAll()).length < 2) {
      registration.waiting.postMessage("take over");
      return new Response("", { headers: { Refresh: "0" } });
    }
    const kept = await find(pathOf(request.url));
    const there = await askVersion(kept ? PATIENCE : LONGEST);
    if (!there || (kept && there === made)) return kept ?? sayNotKept();
    try {
      const answer = await fetch(request, { cache: "no-cache" });
      if (there !== made) await (await open()).put(otherOf(resultingClientId), new Response());
      return answer;
    } catch {
      return kept ?? sayNotKept();
    }
  };

  const openFile = async ({ request, clientId, resultingClientId }) => {
    const cache = await open();
    const isOther = await cache.match(otherOf(clientId));
    if (isOther && resultingClientId) await cache.put(otherOf(resultingClientId), new Response()); // its web worker
    if (isOther) return fetch(request);
    if (pathOf(request.url) !== "sw.js") return (await find(pathOf(request.url))) ?? fetch(request);
    const script = `const BOOK = ${JSON.stringify(BOOK)}; globalThis.bookFiles = (${makeFiles})();`;
    return new Response(script, { headers: { "Content-Type": "text/javascript" } }); // of the version of the page
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
