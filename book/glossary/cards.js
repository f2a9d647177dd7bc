// Cards on links to key terms, claims and sources: what they mean, on hover, focus and tap, without
// leaving the page. The cards of terms and of claims are a file each, loaded on first use; without
// it the link works as a plain link. A source stands at the end of its page.
(() => {
  const element = globalThis.bookElement;
  // All messages, for translators.
  const SAYS = {
    words: "In the glossary",
    claims: "In the ledger",
    sources: "In the list of references",
    waits: "Make your guesses on this page to see the verdict.",
  };
  const KINDS = [
    { place: "#term-", file: "words" },
    { place: "#claim-", file: "claims" },
    { place: "#footcite-", file: "sources" },
  ];
  const addressOf = (link) => link.getAttribute("href") ?? "";
  const kindOf = (link) => KINDS.find(({ place }) => addressOf(link).includes(place));
  const copySource = (link) => {
    const source = document.querySelector(addressOf(link))?.cloneNode(true);
    source?.querySelectorAll(".label, [role=doc-backlink]").forEach((part) => part.remove());
    return source && { source: [...source.children] };
  };
  const load = ({ file }) =>
    globalThis.bookScript(`_static/${file}-data.js`).then(
      () => globalThis.bookCards,
      () => ({}),
    );

  const links = [
    ...document.querySelectorAll(
      '.bd-article :is(a[href*="glossary.html#term-"], a[href*="#claim-"], a[href^="#footcite-"])',
    ),
  ].filter((link) => !link.closest(".ledger"));
  if (!links.length) return;

  const box = element("div", {
    className: "word-box",
    id: "word-box",
    hidden: true,
    role: "tooltip",
  });
  document.querySelector("main").append(box); // inside a landmark, and over the page by its style
  let shown = null;
  let leaving;

  const hide = () => {
    box.hidden = true;
    shown?.removeAttribute("aria-describedby");
    shown = null;
  };

  const show = async (link) => {
    clearTimeout(leaving);
    const kind = kindOf(link);
    const card =
      kind.file === "sources"
        ? copySource(link)
        : (await load(kind))[addressOf(link).split("#")[1]];
    if (!card) return false; // the term no longer exists, or the file is missing: follow the link
    // A verdict would give away what its lesson hides until the reader has guessed.
    const waits = card.lesson === globalThis.bookMemory.here && document.querySelector(".cover");
    const parts = [
      element("strong", { textContent: card.name }),
      ...(card.chinese
        ? [
            element("span", { textContent: card.chinese, lang: "zh-Hans" }),
            element("span", {
              className: "pinyin",
              textContent: card.pinyin,
              lang: "zh-Latn-pinyin",
            }),
          ]
        : []),
      ...(card.label && !waits
        ? [element("span", { className: `badge ${card.class}`, textContent: card.label })]
        : []),
    ];
    box.replaceChildren(
      ...(card.source ?? [
        element("p", { className: "word-head" }, ...parts.flatMap((part) => [part, " "])),
        element("p", { textContent: waits ? SAYS.waits : card.text }),
      ]),
    );
    box.append(element("a", { href: addressOf(link), textContent: SAYS[kind.file] }));
    shown?.removeAttribute("aria-describedby");
    shown = link;
    link.setAttribute("aria-describedby", box.id);
    box.hidden = false;
    // Below the link, or above it if there is no room; inside the window.
    const place = link.getClientRects()[0];
    const below = place.bottom + 6 + box.offsetHeight < innerHeight;
    box.style.top = `${below ? place.bottom + 6 : place.top - box.offsetHeight - 6}px`;
    const rightmost = document.documentElement.clientWidth - box.offsetWidth - 8;
    box.style.left = `${Math.max(8, Math.min(place.left, rightmost))}px`;
    return true;
  };
  // Leaves time to move the pointer onto the box.
  const leave = () => (clearTimeout(leaving), (leaving = setTimeout(hide, 250)));

  for (const link of links) {
    let touched = false;
    link.addEventListener(
      "pointerenter",
      ({ pointerType }) => pointerType === "mouse" && show(link),
    );
    link.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && leave());
    link.addEventListener("pointerdown", ({ pointerType }) => (touched = pointerType !== "mouse"));
    link.addEventListener("focus", () => !touched && show(link));
    link.addEventListener("blur", leave);
    // The first tap shows the card; a second one, or the link in the card, follows the link.
    link.addEventListener("click", async (event) => {
      if (!touched || shown === link) return;
      event.preventDefault();
      if (!(await show(link))) location.href = addressOf(link);
    });
  }
  box.addEventListener("pointerenter", () => clearTimeout(leaving));
  box.addEventListener("pointerleave", leave);
  addEventListener("scroll", () => !box.hidden && document.activeElement !== shown && hide(), {
    passive: true,
  });
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  addEventListener(
    "pointerdown",
    ({ target }) => !box.contains(target) && target.closest("a") !== shown && hide(),
  );
})();
