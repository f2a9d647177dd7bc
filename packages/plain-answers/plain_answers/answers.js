// Parse typed answers and compare them with sealed ones, as parsing.py, hashing.py and judging.py
// do in a notebook, for numbers, texts, truth values and lists. tests/cases.json tests both.
(() => {
  // All texts for readers, for translators; SLIPS has those of parsing.py.
  const SAYS = {
    comma: "Write the number with a point, not a comma.",
    number: "Write one number, as in 12.3.",
    finite: "A finite number is expected.",
    unit: (unit) => `Write the number alone, in the unit ${unit}.`,
    noUnit: "Write the number alone, without a unit.",
    ambiguous: "Write thousands without a comma, and decimals behind a point.",
    one: (options) => `Write one of ${options.slice(0, 8).join(", ")}.`,
    alone: "Write the word or name alone.",
    letters: (options) => `Write the letters alone, as in ${options.slice(0, 2).join(", ")}.`,
    off: (by) => `It is off by more than ${by.trim()}. `,
    points: (by) => `percentage point${by === 1 ? "" : "s"}`,
    next: "Read the question again, or take a hint.",
    word: "Write a word.",
    truth: "Write True or False.",
    count: (asked, given) => `Write ${asked} values; there are ${given}.`,
  };
  const LONGEST = 1000;
  const UNSEEN = /[\u200b-\u200f\u2060\ufeff\u00ad]/g;
  const SPACE = /[\s\x1c-\x1f\x85]+/g;
  const QUOTES = " \"'`´“”„‘’‚«»*_";
  const AROUND = `${QUOTES}.,;:!?、。`;
  const BRACKETS = ["()", "[]", "{}", "<>", "「」", "『』", "【】", "《》", "〈〉"];
  const GROUPED = "[0-9]{1,3}([ ,'’])[0-9]{3}(?:\\1[0-9]{3})*(?![0-9])";
  const WHOLE = `(?:${GROUPED.replace("\\1", "\\3")}|[0-9]*)`;
  const DIGITS = `(?<digits>${WHOLE}(?:\\.[0-9]*)?(?:e[+-]?[0-9]+)?)`;
  const NUMBER = new RegExp(`^([+-]?) ?${DIGITS} ?(?<unit>[^0-9 ].*)?$`);
  const COMMA = new RegExp(`^[+-]? ?(?!${GROUPED}(?!,))[0-9]+,[0-9]`);
  const AMBIGUOUS = /^[+-]? ?[0-9]{1,3},[0-9]{3}(?! ?[0-9,.])/;
  const FILLER = new RegExp(
    "(?<![a-z0-9])(?:the|my|is|it['’]?s?|i|think|choose|chose|pick|answers?|options?|choice" +
      "|letters?|right|correct|true|one|and|und|et|then|dann|puis|next|finally|followed|by|step" +
      "|lines?|order|in|are|(?:math|text)(?:rm|bf)?)" +
      "(?![a-z0-9])|然后|接着|最后|答案|选项|选择|顺序|[我选是为的项再先和与及]",
    "g",
  );
  const SAID = /[\p{L}\p{N}]/u;
  const BACKWARD = /<-|<=|←|⇐|⟵/g;
  const HAN = "[\u3040-\u9fff]";
  const SENTENCE = new RegExp(
    "[=:]|(?<![a-z])(?:is|are|was|were|because)(?![a-z])|是|(?:[^ ]+ ){5}" +
      `|[a-z].*${HAN}|${HAN}.*[a-z]`,
  );
  const PER_CENT = ["%", "percent", "per cent", "pct"];
  const POINTS = [
    "个百分点",
    "百分点",
    "percentage points",
    "percentage point",
    "points",
    "point",
    "pp",
  ];
  const TRUE = ["true", "yes", "是", "对"];
  const FALSE = ["false", "no", "否", "错"];
  // Common slips with numbers: [factor that undoes it, remark].
  const SLIPS = [
    [-1, "The size is right. Look at the sign."],
    [0.01, "It is a hundred times the answer: is a ratio or a per cent asked for?"],
    [100, "It is a hundredth of the answer: is a per cent or a ratio asked for?"],
    [-0.01, "It is a hundred times the answer, with the other sign: look at both."],
    [-100, "It is a hundredth of the answer, with the other sign: look at both."],
    [0.1, "It is ten times the answer: look at the unit and the decimal point."],
    [10, "It is a tenth of the answer: look at the unit and the decimal point."],
    [0.001, "It is a thousand times the answer: look at the unit."],
    [1000, "It is a thousandth of the answer: look at the unit."],
    [1e-4, "It is ten thousand times the answer: look at the unit."],
    [1e4, "It is a ten-thousandth of the answer: look at the unit."],
    [1e-6, "It is a million times the answer: look at the unit."],
    [1e6, "It is a millionth of the answer: look at the unit."],
    [1e-8, "It is a hundred million times the answer: look at the unit."],
    [1e8, "It is a hundred-millionth of the answer: look at the unit."],
  ];

  class Unreadable extends Error {}
  const stripLeft = (text, marks) =>
    [...text].slice([...text].findIndex((c) => !marks.includes(c)) >>> 0).join("");
  const stripRight = (text, marks) =>
    [...stripLeft([...text].reverse().join(""), marks)].reverse().join("");
  const strip = (text, marks) => stripRight(stripLeft(text, marks), marks);

  const normalise = (text) =>
    text
      .slice(0, 4 * LONGEST)
      .normalize("NFKC")
      .replace(UNSEEN, "")
      .slice(0, LONGEST)
      .replace(/[‐‒–—−]/g, "-")
      .toLowerCase()
      .replace(SPACE, " ")
      .trim();

  const parseText = (text) => {
    let plain = normalise(text);
    for (let i = 0; i < 3; i += 1) {
      plain = strip(plain, AROUND);
      if (BRACKETS.includes(plain.slice(0, 1) + plain.slice(-1))) plain = plain.slice(1, -1);
    }
    return plain.match(/^([\p{L}\p{N}_])[)\]]$/u)?.[1] ?? plain;
  };

  const isSameUnit = (written, unit) => {
    const [words, expected] = [written, unit].map((text) =>
      text.split(" ").map((word) => word.replace(/s$/, "")),
    );
    if (!written || words.every((word, i) => word === expected[i])) return true;
    if (PER_CENT.includes(written)) return PER_CENT.some((word) => unit.startsWith(word));
    return POINTS.includes(written) && (POINTS.includes(unit) || unit.startsWith("%"));
  };

  // Options and numbers in a normalised text, in their order, and what else it says.
  const find = (text, options) => {
    const longest = [...options]
      .sort((a, b) => b.length - a.length)
      .map((one) => one.replace(/[^\p{L}\p{N} _]/gu, "\\$&"))
      .join("|");
    const known = new RegExp(`(?<![a-z0-9])(?:${longest}|[0-9]+)(?![a-z0-9])`, "g");
    const turned = text.replace(BACKWARD, " from ");
    return [turned.match(known) ?? [], turned.replace(known, " ").replace(FILLER, " ")];
  };

  const findOne = (value, options) => {
    const [plain, text] = [options.map(parseText), normalise(value.replaceAll("\n", ": "))];
    const [head, tail = ""] = text.replace(/[.)] |: ?/, "\n").split("\n");
    for (const [part, behind] of [
      [parseText(text), ""],
      [text, ""],
      [head, tail],
    ]) {
      const [found, rest] = find(part, plain);
      if (
        found.length === 1 &&
        plain.includes(found[0]) &&
        !SAID.test(rest) &&
        !find(behind, plain)[0].length
      )
        return found[0];
    }
    throw new Unreadable(SAYS.one(options));
  };

  const findOrder = (value, options) => {
    const [plain, text] = [options.map(parseText), normalise(value)];
    let [found, rest] = find(text, plain);
    const letters = [...rest.replace(/[^\p{L}\p{N}]/gu, "")];
    const numbers = found.filter((_, i) => i % 2 === 0);
    if (
      found.some((part) => !plain.includes(part)) &&
      numbers.every((one, i) => one === `${i + 1}`)
    )
      found = found.filter((_, i) => i % 2);
    if (!found.length && new Set(letters).size === letters.length) [found, rest] = [letters, ""];
    if (found.length && found.every((part) => plain.includes(part)) && !SAID.test(rest))
      return found;
    throw new Unreadable(SAYS.letters(options));
  };

  const parseNumber = (text, unit, within) => {
    const plain = stripRight(stripLeft(normalise(text), QUOTES), AROUND).replaceAll("。", ".");
    if (COMMA.test(plain)) throw new Unreadable(SAYS.comma);
    if (within > 0 && within < 1 && AMBIGUOUS.test(plain)) throw new Unreadable(SAYS.ambiguous);
    const { digits, unit: behind } = plain.match(NUMBER)?.groups ?? {};
    if (!digits || !/[0-9]/.test(digits.replace(/e.*/, ""))) throw new Unreadable(SAYS.number);
    if (behind && !isSameUnit(parseText(behind), parseText(unit)))
      throw new Unreadable(unit ? SAYS.unit(unit) : SAYS.noUnit);
    const value = Number(digits.replace(/[ ,'’]/g, "")) * (plain.startsWith("-") ? -1 : 1);
    if (!Number.isFinite(value)) throw new Unreadable(SAYS.finite);
    return value;
  };

  const parseOne = (text, { kind, unit = "", within = 1, options }) => {
    if (kind === "number") return parseNumber(text, unit, within);
    if (kind === "text" && options) return findOne(text, options);
    const plain = parseText(text);
    if (kind === "text" && (!plain || SENTENCE.test(plain)))
      throw new Unreadable(plain ? SAYS.alone : SAYS.word);
    if (kind === "text") return plain;
    if (![...TRUE, ...FALSE].includes(plain)) throw new Unreadable(SAYS.truth);
    return TRUE.includes(plain);
  };

  const split = (text, { options }) =>
    options
      ? findOrder(text, options)
      : strip(text, `${AROUND}，[](){}`)
          .split(/[\s,;，；、>→|/]+/)
          .filter(Boolean);

  // Parse an answer into `values` by label, the labels of the key, or return a request to write it
  // otherwise as `ask`.
  const parse = (text, answer) => {
    const labels = Object.keys(answer.values ?? { "": "" });
    const isOne = labels.length === 1 && labels[0] === "";
    try {
      const parts = isOne ? [text] : split(text, answer);
      if (parts.length !== labels.length) return { ask: SAYS.count(labels.length, parts.length) };
      return {
        values: Object.fromEntries(labels.map((label, i) => [label, parseOne(parts[i], answer)])),
      };
    } catch (error) {
      if (error instanceof Unreadable) return { ask: error.message };
      throw error;
    }
  };

  // The first 48 bits of the 64-bit FNV-1a hash, as in hashing.py.
  const hash = (text) => {
    let total = 0xcbf29ce484222325n;
    for (const byte of new TextEncoder().encode(text))
      total = BigInt.asUintN(64, (total ^ BigInt(byte)) * 0x100000001b3n);
    return (total >> 16n).toString(16).padStart(12, "0");
  };

  const STEPS = 10;
  const listPlaces = (value, within) => {
    if (typeof value !== "number") return [parseText(String(value))];
    const steps = value / (within / STEPS);
    if (!within || !Number.isFinite(steps)) return [value ? value.toExponential(5) : "0"];
    const place = Math.floor(steps + 0.5);
    const places = [place];
    for (let step = 1; step <= STEPS; step += 1) places.push(place - step, place + step);
    return places.map(String);
  };

  // The distance between values in steps of the grid; Infinity beyond the tolerance.
  const measure = ({ name, salt, within = 0 }, values, right) => {
    if (Object.keys(values).length !== Object.keys(right).length) return Infinity;
    const steps = Object.entries(values).map(([label, value]) =>
      listPlaces(value, within).findIndex(
        (place) => hash(`${place}|${label}|${name}|${salt}`) === right[label],
      ),
    );
    return steps.includes(-1) ? Infinity : steps.reduce((total, step) => total + step, 0);
  };

  const agree = (answer, values, right) => measure(answer, values, right) < Infinity;
  const times = (values, factor) =>
    Object.fromEntries(Object.entries(values).map(([label, value]) => [label, value * factor]));

  // Whether values are right; if not, the remark on the misconception or slip that leads to them.
  const judge = (answer, values) => {
    if ([answer.values, ...(answer.also ?? [])].some((right) => agree(answer, values, right)))
      return { right: true, says: "" };
    const [known] = (answer.slips ?? [])
      .map((slip) => ({ says: slip.says, far: measure(answer, values, slip.values) }))
      .filter(({ far }) => far < Infinity)
      .sort((a, b) => a.far - b.far);
    if (known) return { right: false, says: known.says };
    // zero times a factor is zero
    const isScaled = answer.kind === "number" && !agree(answer, times(values, 0), answer.values);
    const slip =
      isScaled && SLIPS.find(([factor]) => agree(answer, times(values, factor), answer.values));
    // A number of times has no unit; a difference of percentages is in points.
    const unit = (answer.unit ?? "")
      .replace(/^times$/, "")
      .replace(/^%/, SAYS.points(answer.within));
    const off = answer.within ? SAYS.off(`${answer.within} ${unit}`) : "";
    return { right: false, says: slip ? slip[1] : off + SAYS.next };
  };

  // Decode the result of `pack` in sealing.py.
  const unpack = (packed) =>
    JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(packed), (c) => c.charCodeAt(0))));

  globalThis.plainAnswers = { hash, judge, parse, unpack, SLIPS };
})();
