// A key term says what it means where it stands: on hover, focus and tap, without leaving the page.
// The definitions come in one file, when the reader first asks; without it the term is a link to the glossary.
(() => {
  const links = [...document.querySelectorAll('.bd-article a[href*="glossary.html#term-"]')];
  if (!links.length) return;
  const idOf = (link) => link.hash.slice(1);
  const element = globalThis.bookElement;
  const load = () => globalThis.bookScript("_static/words-data.js").then(() => globalThis.bookWords, () => ({}));

  const box = element("div", { className: "word-box", id: "word-box", hidden: true, role: "tooltip" });
  document.querySelector("main").append(box); // inside a landmark, and over the page by its style
  let shown = null;
  let leaving;

  const hide = () => {
    box.hidden = true;
    shown?.removeAttribute("aria-describedby");
    shown = null;
  };

  const show = async (link, isTap = false) => {
    clearTimeout(leaving);
    const word = (await load())[idOf(link)];
    if (!word) return false; // a term that is gone: the link leads to the glossary
    const [english, chinese, pinyin, definition] = word;
    const name = element("strong", { textContent: english });
    const zh = element("span", { textContent: chinese, lang: "zh-Hans" });
    const read = element("span", { className: "pinyin", textContent: pinyin, lang: "zh-Latn-pinyin" });
    box.replaceChildren(
      element("p", { className: "word-head" }, name, " ", zh, " ", read),
      element("p", { textContent: definition }),
    );
    if (isTap) box.append(element("a", { href: link.href, textContent: "In the glossary" }));
    shown?.removeAttribute("aria-describedby");
    shown = link;
    link.setAttribute("aria-describedby", box.id);
    box.hidden = false;
    // Under the term, or over it where there is no room; inside the window.
    const place = link.getClientRects()[0];
    const below = place.bottom + 6 + box.offsetHeight < innerHeight;
    box.style.top = `${below ? place.bottom + 6 : place.top - box.offsetHeight - 6}px`;
    box.style.left = `${Math.max(8, Math.min(place.left, document.documentElement.clientWidth - box.offsetWidth - 8))}px`;
    return true;
  };
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 250); // time to move the pointer onto the box
  };

  for (const link of links) {
    let touched = false;
    link.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && show(link));
    link.addEventListener("pointerleave", ({ pointerType }) => pointerType === "mouse" && leave());
    link.addEventListener("pointerdown", ({ pointerType }) => (touched = pointerType !== "mouse"));
    link.addEventListener("focus", () => !touched && show(link));
    link.addEventListener("blur", leave);
    // The first tap shows the meaning, a second one, or the link in the box, leads to the glossary.
    link.addEventListener("click", async (event) => {
      if (!touched || shown === link) return;
      event.preventDefault();
      if (!(await show(link, true))) location.href = link.href;
    });
  }
  box.addEventListener("pointerenter", () => clearTimeout(leaving));
  box.addEventListener("pointerleave", leave);
  addEventListener("scroll", () => !box.hidden && document.activeElement !== shown && hide(), { passive: true });
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());
  addEventListener("pointerdown", ({ target }) => !box.contains(target) && target.closest("a") !== shown && hide());
})();
