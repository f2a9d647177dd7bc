// Answers checked in the page. The data are salted hashes of a grid as fine as the tolerance,
// the same that jingjinji/check.py compares with in a notebook. Without this script the options are a list.
(() => {
  const encoder = new TextEncoder();
  // Words come from notebooks too, in quotation marks.
  const plain = (text) =>
    text.normalize("NFKC").trim().replace(/^["'“‘](.*)["'”’]$/, "$1").replace(/\s+/g, " ").toLowerCase();

  const unpack = (packed) =>
    JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(packed), (c) => c.charCodeAt(0))));

  const sha256 = async (text) => {
    const digest = await crypto.subtle.digest("SHA-256", encoder.encode(text));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
  };

  // The grid cell of a value: `middle(grid(value, within))` of check.py.
  const cellOf = (value, within) => {
    if (typeof value === "string") return plain(value);
    if (!within) return String(Number(value.toPrecision(6)));
    return String(Math.floor(value / (within / 2) + 0.5));
  };

  const matches = async (check, values, seals) => {
    const labels = Object.keys(values);
    if (labels.length !== Object.keys(seals).length) return false;
    for (const label of labels) {
      const cell = cellOf(values[label], check.within);
      const seal = await sha256(`${check.salt}|${check.name}|${label}|${cell}`);
      if (!seals[label]?.includes(seal)) return false;
    }
    return true;
  };

  const judge = async (check, values) => {
    if (await matches(check, values, check.right)) return { right: true, says: "" };
    for (const slip of check.slips ?? []) {
      if (await matches(check, values, slip.values)) return { right: false, says: slip.says };
    }
    return { right: false, says: check.hint };
  };

  // "1,234.5", "−3", "１２" and "12 %" are numbers; "5,38" could be two things, so it is asked again.
  const readNumber = (text) => {
    const tidy = text.normalize("NFKC").replace(/[−–]/g, "-").replace(/[\s%]/g, "");
    if (/^-?\d+,\d{1,2}$/.test(tidy)) return { ask: "Write the decimals after a point, as in 5.38." };
    const digits = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(tidy) ? tidy.replaceAll(",", "") : tidy;
    if (!/^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(digits)) return { ask: "Write one number, as in 12.3." };
    return { value: Number(digits) };
  };

  const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  const say = (output, right, text) => {
    output.className = right === null ? "" : right ? "is-right" : "is-wrong";
    const word = right === null ? "" : right ? "Right. " : "Not yet. ";
    output.replaceChildren(element("strong", { textContent: word }), text ?? "");
    if (right) document.dispatchEvent(new CustomEvent("answered-right", { detail: output.dataset.question }));
  };

  const form = (label, output, children) => {
    const made = element("form", { noValidate: true }, ...children, output);
    made.setAttribute("aria-label", label);
    return made;
  };

  const input = (check, output) => {
    const field = element("input", { type: "text", autocomplete: "off", size: 14 });
    if (check.kind === "number") field.inputMode = "text";
    const asked = check.name.replace(/^\S+ /, "");
    const label = element("label", {}, `Your answer: ${asked} `, field, check.unit ? ` ${check.unit}` : "");
    const made = form(`Check ${check.name}`, output, [label, element("button", { textContent: "Check" })]);
    made.addEventListener("submit", async (event) => {
      event.preventDefault();
      const read = check.kind === "number" ? readNumber(field.value) : { value: field.value };
      if (read.ask || field.value.trim() === "") return say(output, null, read.ask ?? "Write a word first.");
      const verdict = await judge(check, { "": read.value });
      say(output, verdict.right, verdict.says);
    });
    return made;
  };

  const choice = (check, output, items) => {
    const options = items.map((item) => {
      const letter = item.querySelector("strong").textContent.replace(".", "");
      const radio = element("input", { type: "radio", name: check.name, value: letter });
      return element("label", { className: "option" }, radio, element("span", {}, ...item.cloneNode(true).childNodes));
    });
    const group = element("fieldset", {}, element("legend", { textContent: "Choose one" }), ...options);
    const made = form(`Check ${check.name}`, output, [group]);
    made.addEventListener("submit", (event) => event.preventDefault());
    made.addEventListener("change", async (event) => {
      const letter = event.target.value;
      const right = await matches(check, { "": letter }, check.right);
      say(output, right, `${letter}: ${check.says[letter]}`);
    });
    return made;
  };

  const order = (check, output, items) => {
    const list = element("ol", { className: "lines" });
    const used = () => [...list.children].filter((line) => !line.classList.contains("left-out"));
    const button = (name, sign, act) => {
      const made = element("button", { type: "button", textContent: sign });
      made.setAttribute("aria-label", name);
      made.addEventListener("click", act);
      return made;
    };
    for (const item of items) {
      const letter = item.querySelector("strong").textContent.replace(".", "");
      const code = element("code", { textContent: item.querySelector("code").textContent });
      const line = element("li", {});
      line.dataset.letter = letter;
      const move = (name, sign, place) =>
        button(`Move line ${letter} ${name}`, sign, (event) => {
          place();
          event.currentTarget.focus();
          say(output, null, `Line ${letter} is now number ${[...list.children].indexOf(line) + 1}.`);
        });
      const leave = button(`Leave out line ${letter}`, "×", () => {
        const out = line.classList.toggle("left-out");
        leave.textContent = out ? "+" : "×";
        leave.setAttribute("aria-label", `${out ? "Take back" : "Leave out"} line ${letter}`);
        say(output, null, `Line ${letter} is ${out ? "left out" : "used"}.`);
      });
      line.append(
        element("span", { className: "line-buttons" },
          move("up", "↑", () => line.previousElementSibling?.before(line)),
          move("down", "↓", () => line.nextElementSibling?.after(line)),
          leave),
        element("b", { textContent: `${letter} ` }), code);
      list.append(line);
    }
    const made = form(`Check ${check.name}`, output, [list, element("button", { textContent: "Check the order" })]);
    made.addEventListener("submit", async (event) => {
      event.preventDefault();
      const values = Object.fromEntries(used().map((line, i) => [String(i + 1), line.dataset.letter]));
      const verdict = await judge(check, values);
      const count = Object.keys(check.right).length;
      const length = used().length === count ? "" : `The answer has ${count} lines, yours ${used().length}. `;
      say(output, verdict.right, length + verdict.says);
    });
    return made;
  };

  const live = globalThis.crypto?.subtle;
  for (const place of document.querySelectorAll(".self-check-live")) {
    const box = place.closest(".self-check");
    if (!live) {
      box.querySelector(".self-check-still").textContent =
        "This page came over an insecure connection, where browsers do not check answers; the notebook does.";
      continue;
    }
    const check = unpack(place.dataset.check);
    const output = element("p", {});
    output.dataset.question = check.name;
    output.setAttribute("role", "status");
    const items = [...box.querySelectorAll("li")];
    const make = { number: input, text: input, choice, order }[check.kind];
    place.replaceChildren(make(check, output, items));
    box.classList.add("is-live");
  }
})();
