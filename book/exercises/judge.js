// Reads what a reader typed and compares it with sealed answers: salted hashes of a grid as fine as the
// tolerance, the same that jingjinji/check.py compares with in a notebook.
(() => {
  // Words come from notebooks too, in quotation marks.
  const plain = (text) =>
    text.normalize("NFKC").trim().replace(/^["'“‘](.*)["'”’]$/, "$1").replace(/\s+/g, " ").toLowerCase();

  const PER_CENT = ["%", "percent", "per cent", "pct"];
  const POINTS = ["个百分点", "百分点", "percentage points", "percentage point", "points", "point", "pp"];
  const isSameUnit = (given, unit) =>
    given === unit ||
    (PER_CENT.includes(given) && PER_CENT.some((word) => unit.startsWith(word))) ||
    (POINTS.includes(given) && (POINTS.includes(unit) || unit.startsWith("%")));

  // "1,234.5", "−3", "１２", "12 %" and "-31.3pp" are numbers; "5,38" could be two things, so it is asked again.
  const readNumber = (text, unit) => {
    const tidy = text.normalize("NFKC").trim().replace(/[−–—﹣]/g, "-").toLowerCase();
    const [, written, behind] = tidy.match(/^([+-]?[\d.,\s]*\d[\d.,]*(?:e[+-]?\d+)?)\s*(.*)$/) ?? [];
    if (written === undefined) return { ask: "Write one number, as in 12.3." };
    const digits = written.replace(/\s/g, "");
    if (/^[+-]?\d+,\d{1,2}$/.test(digits)) return { ask: "Write the decimals after a point, as in 5.38." };
    if (behind && !isSameUnit(behind, plain(unit ?? "")))
      return { ask: unit ? `Write the number alone, in the unit ${unit}.` : "Write the number alone, without a unit." };
    const bare = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?(e[+-]?\d+)?$/.test(digits) ? digits.replaceAll(",", "") : digits;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(bare)) return { ask: "Write one number, as in 12.3." };
    return { value: Number(bare) };
  };

  // SHA-256 (FIPS 180-4), as browsers keep their own for encrypted connections, which a lab's server may not have.
  const fractions = (root) => {
    const found = [];
    for (let n = 2; found.length < 64; n += 1) {
      if ([...Array(n).keys()].slice(2).every((divisor) => n % divisor)) found.push((n ** (1 / root) % 1) * 2 ** 32 | 0);
    }
    return found;
  };
  const START = fractions(2).slice(0, 8);
  const ROUNDS = fractions(3);
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  const sha256 = (text) => {
    const bytes = new TextEncoder().encode(text);
    const padded = new DataView(new ArrayBuffer(((bytes.length + 8 >> 6) + 1) * 64));
    bytes.forEach((byte, place) => padded.setUint8(place, byte));
    padded.setUint8(bytes.length, 0x80);
    padded.setUint32(padded.byteLength - 4, bytes.length * 8);
    const state = [...START];
    for (let block = 0; block < padded.byteLength; block += 64) {
      const words = Array.from({ length: 16 }, (_, place) => padded.getInt32(block + place * 4));
      for (let i = 16; i < 64; i += 1) {
        const [early, late] = [words[i - 15], words[i - 2]];
        words[i] = (words[i - 16] + words[i - 7] + (turn(early, 7) ^ turn(early, 18) ^ (early >>> 3))
          + (turn(late, 17) ^ turn(late, 19) ^ (late >>> 10))) | 0;
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
      }
      [a, b, c, d, e, f, g, h].forEach((word, place) => (state[place] = (state[place] + word) | 0));
    }
    return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  };

  // The grid cell of a value: `middle(grid(value, within))` of check.py.
  const cellOf = (value, within) => {
    if (typeof value === "string") return plain(value);
    if (!within) return String(Number(value.toPrecision(6)));
    return String(Math.floor(value / (within / 2) + 0.5));
  };

  const matches = (check, values, seals) =>
    Object.keys(values).length === Object.keys(seals).length &&
    Object.entries(values).every(([label, value]) =>
      seals[label]?.includes(sha256(`${check.salt}|${check.name}|${label}|${cellOf(value, check.within)}`).slice(0, 16)));

  // What a number that is not right may have gone through: [factor that undoes it, what to look at].
  const slips = JSON.parse(document.querySelector(".number-slips")?.textContent ?? "[]");

  const judge = (check, values) => {
    if (matches(check, values, check.right)) return { right: true, says: "" };
    const known = (check.slips ?? []).find((slip) => matches(check, values, slip.values));
    if (known) return { right: false, says: known.says };
    const usual = check.kind === "number" && check.within
      ? slips.find(([factor]) => matches(check, { "": values[""] * factor }, check.right)) : undefined;
    return { right: false, says: usual?.[1] ?? "" };
  };

  // What the build packed: no search of the page finds an answer by its words.
  const unpack = (packed) => JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(packed), (c) => c.charCodeAt(0))));

  globalThis.answerJudge = { judge, readNumber, sha256, unpack };
})();
