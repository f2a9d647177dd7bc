// A reader's own marks: chapters read, exercises answered. They stay in this browser, and one click erases them.
(() => {
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const KEY = `progress of ${root.pathname}`; // several books may share a host
  const nameOf = (address) => {
    const url = new URL(address, location.href);
    const under = url.origin === root.origin && url.pathname.startsWith(root.pathname);
    return under ? url.pathname.slice(root.pathname.length).replace(/\.html$/, "") : "";
  };
  const here = nameOf(location.href);

  const recall = () => {
    try {
      const { read, right } = JSON.parse(localStorage.getItem(KEY)) ?? {};
      const lists = Object.entries(right ?? {}).filter(([, names]) => Array.isArray(names));
      return { read: Array.isArray(read) ? read : [], right: Object.fromEntries(lists) };
    } catch {
      return { read: [], right: {} }; // storage is off, or holds what this script did not write
    }
  };
  const keep = (marks) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(marks));
    } catch {
      return; // storage is off or full: the marks last as long as the page
    }
  };
  let marks = recall();

  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const answered = (page) => (marks.right[page] ?? []).length;
  const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

  const eraser = () => {
    const button = element("button", { type: "button", className: "progress-erase", textContent: "Erase all marks" });
    button.addEventListener("click", () => {
      marks = { read: [], right: {} };
      try {
        localStorage.removeItem(KEY);
      } catch {
        // Nothing was kept.
      }
      show();
    });
    return button;
  };

  // In the table of contents and in the table of the course, what is said of a page stands behind its link.
  const markLinks = () => {
    document.querySelectorAll(".progress-mark").forEach((mark) => mark.remove());
    for (const link of document.querySelectorAll(".bd-sidebar-primary a.reference, table.course-path a.reference")) {
      const page = nameOf(link.href);
      const exercises = answered(page);
      const text = marks.read.includes(page) ? "read" : exercises ? `${exercises} right` : "";
      if (text) link.append(element("span", { className: "progress-mark", textContent: ` ✓ ${text}` }));
    }
  };

  const showSummary = () => {
    const place = document.querySelector(".progress-summary");
    if (!place) return;
    const exercises = Object.values(marks.right).reduce((sum, names) => sum + names.length, 0);
    const chapters = [...document.querySelectorAll("table.course-path a.reference")];
    const next = chapters.find((link) => !marks.read.includes(nameOf(link.href)));
    place.hidden = !(marks.read.length || exercises);
    const said = `You have read ${count(marks.read.length, "chapter", "chapters")} and answered ${count(exercises, "question", "questions")} right. `;
    const line = element("p", {}, said);
    if (next) line.append("Next: ", element("a", { href: next.href, textContent: next.firstElementChild.textContent }), ". ");
    place.replaceChildren(line, element("p", {}, "Only this browser knows it. ", eraser()));
  };

  const showBox = () => {
    const place = document.querySelector(".progress-box");
    if (!place) return;
    const box = element("input", { type: "checkbox", checked: marks.read.includes(here) });
    box.addEventListener("change", () => {
      marks.read = marks.read.filter((page) => page !== here).concat(box.checked ? [here] : []);
      keep(marks);
      show();
      document.querySelector(".progress-box input").focus();
    });
    place.hidden = false;
    place.replaceChildren(
      element("label", {}, box, " I have read this chapter"),
      element("span", { className: "progress-note" }, "Kept in this browser only. ", ...(marks.read.length ? [eraser()] : [])),
    );
  };

  const show = () => {
    markLinks();
    showSummary();
    showBox();
  };

  document.addEventListener("answered-right", ({ detail }) => {
    const names = marks.right[here] ?? [];
    if (names.includes(detail)) return;
    marks.right[here] = [...names, detail];
    keep(marks);
    show();
  });
  // Another tab, or this page taken from the browser's memory when the reader goes back.
  const again = () => {
    marks = recall();
    show();
  };
  addEventListener("storage", again);
  addEventListener("pageshow", (event) => event.persisted && again());
  show();
})();
