// Saves a mark as soon as it changes, and adds keyboard shortcuts. Without scripts the buttons do
// the same.
"use strict";

const form = document.getElementById("mark");
const status = document.getElementById("status");
const boxes = [...form.querySelectorAll("[name=item]")];
const { own, comment, seen, again } = form.elements;
let changed = false;
let onward = form.action;
let kept = Promise.resolve(true);

const showSum = () => {
  const ticked = boxes.filter((box) => box.checked);
  const sum = ticked.reduce((total, box) => total + Number(box.dataset.points), 0);
  document.getElementById("sum").value = own.value.trim() || (ticked.length ? String(sum) : "–");
};

// One after another, as each save sends the state that the one before it returned.
const save = () => {
  kept = kept.then(async () => {
    if (!changed) return true;
    changed = false;
    try {
      const body = new URLSearchParams(new FormData(form));
      body.set("go", "stay");
      const answer = await fetch(form.action, { method: "POST", body, keepalive: true });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // A proxy may answer instead of the desk; its page lacks these elements, which throws.
      status.textContent = page.querySelector(answer.ok ? "#status" : "[role=alert]").textContent;
      if (answer.status === 409)
        form.submit(); // shows the page with both marks
      else if (!answer.ok) changed = true;
      if (!answer.ok) return false;
      seen.value = page.querySelector("[name=seen]").value;
      onward = page.querySelector("#waiting")?.getAttribute("href") ?? "./";
      document.getElementById("progress").textContent = page.getElementById("progress").textContent;
      document.querySelector("main progress").value = page.querySelector("main progress").value;
      return true;
    } catch {
      changed = true;
      status.textContent =
        "Not kept: the desk does not answer. Start it again, then press Save;" +
        " your text is still here.";
      return false;
    }
  });
  return kept;
};

const change = () => {
  changed = true;
  showSum();
};

form.addEventListener("input", ({ target }) => {
  if (target.name === "item") own.value = "";
  if (target.name === "again") return;
  change();
});
form.addEventListener("change", ({ target }) => {
  if (target === again) {
    comment.value = [comment.value.trim(), again.value].filter(Boolean).join(" ");
    again.value = "";
    change();
  }
  save();
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const go = event.submitter?.value ?? "next";
  if (go === "full" || go === "none") {
    for (const box of boxes) box.checked = go === "full";
    own.value = go === "none" ? "0" : boxes.length ? "" : form.dataset.outOf;
  }
  change();
  if ((await save()) && go !== "stay") location.href = onward;
});
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  if (!link || !changed) return;
  event.preventDefault();
  if (await save()) location.href = link.href;
});
addEventListener("pagehide", () => void save());

const press = (selector) => document.querySelector(selector)?.click();
const KEYS = {
  n: () => press("#next"),
  p: () => press("#previous"),
  u: () => press("#waiting"),
  f: () => press("[value=full]"),
  0: () => press("[value=none]"),
  c: () => comment.focus(),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) return press("[value=next]");
  if (event.key === "Escape") document.activeElement.blur();
  const typing = event.target.matches("textarea, select, input:not([type=checkbox])");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || form.dataset.keys === "off")
    return;
  const act = /^[1-9]$/.test(event.key) ? () => boxes[event.key - 1]?.click() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
showSum();
