"""Checks of an open page. Each function returns a list of findings, which is empty for a good
page."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser import PHONE
from tests.waiting import until

# Icons that are not ours: the theme's icon script and font are not sent.
ICONS_NOT_DRAWN = r"""() => {
  const look = (part, side) => getComputedStyle(part, side);
  const isLetter = (part, side) => /\p{Co}/u.test(look(part, side).content)
    && look(part, side).maskImage === "none";
  const icons = [...document.querySelectorAll('.fa-solid, .fas')]
    .filter((icon) => look(icon).maskImage === 'none');
  const titles = ".admonition-title, summary, figcaption, a.reference, button";
  const letters = [...document.querySelectorAll(titles)]
    .filter((part) => isLetter(part, '::before') || isLetter(part, '::after'));
  return [...icons, ...letters].filter((part) => part.checkVisibility())
    .map((part) => part.className || part.textContent.slice(0, 40));
}"""

CHINESE_IN_ENGLISH = r"""() => {
  const words = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const unmarked = [];
  while (words.nextNode()) {
    const { data, parentElement: around } = words.currentNode;
    const isMarked = around.closest("pre, code, script, [lang^=zh]");
    if (/\p{Script=Han}/u.test(data) && !isMarked) unmarked.push(data);
  }
  return unmarked;
}"""

# Notes which stops of the Tab key the focus reaches.
STOPS = """() => {
  // Transparent elements can have the focus, and are not painted at each stop.
  document.documentElement.style.opacity = 0;
  window.scrollTo(0, 0);
  const all = [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])')];
  const seen = all.filter((e) => !e.disabled && e.checkVisibility({ visibilityProperty: true })
    && e.tabIndex >= 0 && !e.closest('dialog:not([open]), [inert]'));
  // Of a group of radio buttons, one is a stop; arrow keys reach the others.
  window.stops = seen.filter((e) => e.type !== 'radio' || e.checked);
  window.reached = new Set();
  document.addEventListener('focusin', (event) => reached.add(event.target));
  return stops.length;
}"""
NOT_REACHED = """() => {
  document.documentElement.style.opacity = "";
  // An editor replaces the field that waited for it, and takes its name.
  const names = new Set([...reached].map((element) => element.ariaLabel));
  const isReached = (stop) => reached.has(stop) || (!stop.isConnected && names.has(stop.ariaLabel));
  return stops.filter((stop) => !isReached(stop)).map((stop) => stop.outerHTML.slice(0, 120));
}"""

# Axe visits every element, also words of collapsed code and cells of collapsed tables, which it
# never judges (except ids, which the HTML checker covers): code becomes text, and three rows of a
# table stay.
LEAN = """() => {
  const rows = 'details:not([open]) tbody tr:nth-child(n + 4):not(.chart-now *)';
  document.querySelectorAll(rows).forEach((row) => row.remove());
  const codes = document.querySelectorAll('details:not([open]) pre');
  codes.forEach((code) => { code.textContent = code.textContent; });
}"""
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# The contrast of a text depends on its colour, its size and its background. Of texts that share
# these, axe checks three, since one may be too short or half hidden; its other rules check
# everything.
MARK_LOOKS = r"""(within) => {
  const grounds = new Map([[null, ""]]);
  const ground = (element) => {
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity, position].join();
      const none = /^rgba\(0, 0, 0, 0\),none,1,(static|relative)$/.test(own);
      grounds.set(element, ground(element.parentElement) + (none ? "" : own));
    }
    return grounds.get(element);
  };
  const written = (element) => element.matches("a[href], input, select, textarea")
    || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const times = {};
  for (const element of document.querySelectorAll(`${within}, ${within} *`)) {
    if (!written(element) || !element.checkVisibility()) continue;
    const { color, fill, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    // The dark has other colours for it.
    const kind = element.closest(".highlight") ? element.className : "";
    const look = [ground(element), color, fill, fontSize, fontWeight, textShadow, kind].join();
    times[look] = (times[look] ?? 0) + 1;
    element.toggleAttribute("data-look", times[look] <= 3);
  }
}"""
# Elements that are not judged take as long: words of code without a mark become text, and hidden
# drawings are emptied. If only colours are checked, drawings keep nothing but their texts.
THIN = """(colours) => {
  const same = document.querySelectorAll('.highlight span:not([data-look])');
  same.forEach((span) => span.replaceWith(...span.childNodes));
  const isDrawn = (svg) => svg.checkVisibility();
  document.querySelectorAll('svg').forEach((svg) => isDrawn(svg) || svg.replaceChildren());
  const shapes = 'svg *:not([data-look], :has([data-look]))';
  const parts = colours ? document.querySelectorAll(shapes) : [];
  parts.forEach((part) => part.remove());
}"""
# Without passes: a long page has a thousand.
RUN_AXE = """async ([within, rules]) => {
  const looks = { "color-contrast": "[data-look]", "link-in-text-block": "a[data-look]" };
  axe.configure({ rules: Object.entries(looks).map(([id, selector]) => ({ id, selector })) });
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  const { violations } = await axe.run(within, options);
  return violations.map(({ id, help, nodes }) => [id, help, nodes[0].html]);
}"""

# Code, and what stands behind a claim or a table, is printed only if the reader opened it.
PRINTED = """() => ({
  theme: document.documentElement.dataset.theme,
  drawings: [...document.querySelectorAll('.chart')].filter(
    (chart) => [...chart.querySelectorAll('svg')].some((svg) => svg.checkVisibility())).length,
  folded: document.querySelectorAll(`.bd-article details:not([open], .chart-data, .hide, .work,
    :has(> .facts), .claim details, :has(.claim) section section details)`).length,
  beside: [...document.querySelectorAll(
    `.bd-sidebar, .bd-sidebar-primary, .vega-bind select, .chart-data, details.work,
    details.hide:not([open])`)]
    .filter((part) => part.checkVisibility()).length,
  titles: [...document.querySelectorAll('h1')].filter((title) => title.checkVisibility()).length,
})"""

OPEN_COVERS = """() => document.querySelectorAll(".cover").forEach((cover) => {
  cover.parentElement.classList.add("is-open");
  cover.remove();
})"""
HEIGHTS = """() => [...document.querySelectorAll(".chart")].map(
  (chart) => Math.round(chart.getBoundingClientRect().height))"""
# Scrolls from top to bottom, and sums up the layout shifts.
READ_THROUGH = """async () => {
  window.shifted = 0;
  const add = (shift) => { window.shifted += shift.value; };
  new PerformanceObserver((list) => list.getEntries().forEach(add))
    .observe({ type: "layout-shift", buffered: true });
  for (let top = 0; top < document.documentElement.scrollHeight; top += 844) {
    scrollTo({ top, behavior: "instant" });
    // Do not wait longer than a second for a frame: a test hung here.
    const wait = (go) => { requestAnimationFrame(go); setTimeout(go, 1000); };
    await new Promise(wait);
    await new Promise(wait);
  }
}"""

# What an eye sees at once in a drawn chart. A text with a stroke is the outline of the letters
# above it.
CHART_LOOKS = r"""(least) => [...document.querySelectorAll(".chart")].flatMap((chart) => {
  const drawing = [...chart.querySelectorAll("svg")].find((svg) => svg.checkVisibility());
  if (!drawing) return [];
  const edge = drawing.getBoundingClientRect(), scale = edge.width / drawing.width.baseVal.value;
  const texts = [...drawing.querySelectorAll("text")]
    .filter((text) => text.textContent.trim() && getComputedStyle(text).opacity > 0)
    .map((text) => ({ says: `“${text.textContent}”`, box: text.getBoundingClientRect(),
      size: parseFloat(getComputedStyle(text).fontSize) * scale,
      outline: text.getAttribute("stroke"),
      ticks: text.closest(".role-axis-label") }));
  const letters = texts.filter(({ outline }) => !outline);
  const list = (of, test, words) => of.filter(test).map(({ says }) => `${says} ${words}`);
  const isCut = ({ box }) => box.left < edge.left - 1 || box.right > edge.right + 1
    || box.top < edge.top - 2 || box.bottom > edge.bottom + 2;
  const touch = (one, other) => {
    const shared = (start, end) =>
      Math.min(one.box[end], other.box[end]) - Math.max(one.box[start], other.box[start]);
    const air = one.ticks && one.ticks === other.ticks ? -3 : 2;  // neighbours on an axis need air
    if (shared("left", "right") <= air || shared("top", "bottom") <= 4) return [];
    const isTwin = one.says === other.says;
    return [isTwin ? `${one.says} is written twice` : `${one.says} touches ${other.says}`];
  };
  const tableau = /#(4c78a8|f58518|e45756|72b7b2|54a24b|eeca3b|b279a2|ff9da6|9d755d|bab0ac)\b/i;
  const faults = [
    ...list(texts, ({ outline }) => outline && !/var\(/.test(outline),
      "has an outline that stays light"),
    ...list(letters, ({ size }) => size < least, `is under ${least} px`),
    ...list(letters, isCut, "is cut at the edge"),
    ...letters.flatMap((one, place) =>
      letters.slice(place + 1).flatMap((other) => touch(one, other))),
    ...(tableau.test(drawing.outerHTML) ? ["a colour of Vega's own"] : []),
  ];
  const title = chart.querySelector(".chart-title").textContent;
  return [...new Set(faults)].map((fault) => `${title}: ${fault}`);
})"""
SMALLEST = 11  # pixels of a letter in a chart

PLAIN_CHARTS = """() => [...document.querySelectorAll('.chart')].map((chart) => ({
  drawings: [...chart.querySelectorAll('svg')].filter((svg) => svg.checkVisibility()).length,
  label: chart.querySelector('.chart-view').getAttribute('aria-label').length,
  rows: chart.querySelectorAll('.chart-data tbody tr').length,
})).filter((chart) => chart.drawings !== 1 || chart.label < 60 || !chart.rows)"""


def compare(what: str, value: object, wanted: object) -> list[str]:
    return [] if value == wanted else [f"{what}: {value!r}, not {wanted!r}"]


def list_findings(what: str, values: list) -> list[str]:
    return [f"{what}: {value}" for value in values]


def late(condition, what: str) -> list[str]:
    """Wait half a minute for a condition."""
    try:
        until(condition, what, 30)
    except AssertionError as error:
        return [str(error)]
    return []


def icons(page) -> list[str]:
    return list_findings("an icon is not drawn", page.evaluate(ICONS_NOT_DRAWN))


def language(page) -> list[str]:
    return list_findings("Chinese that is not marked as Chinese", page.evaluate(CHINESE_IN_ENGLISH))


def accessibility(page, only: list[str] | None = None, within: str = "html") -> list[str]:
    """Run axe on the page or on a part of it."""
    page.evaluate(LEAN)
    page.evaluate(MARK_LOOKS, within)
    page.evaluate(THIN, only == COLOUR_RULES)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    return [
        f"axe, {rule}: {help} ({html[:150]})"
        for rule, help, html in page.evaluate(RUN_AXE, [within, only])
    ]


def keyboard(page) -> list[str]:
    """Hold down the Tab key, and list the stops that it does not reach."""
    for _ in range(page.evaluate(STOPS) + 10):
        page.keyboard.down("Tab")
    page.keyboard.up("Tab")
    return list_findings("the keyboard does not reach", page.evaluate(NOT_REACHED))


def width(page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [] if wide <= PHONE["width"] else [f"scrolls sideways on a phone: {wide} px wide"]


def paper(page, charts: int) -> list[str]:
    """Print: light, each chart drawn, each answer open, no parts for screens; restored
    afterwards."""
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    wanted = {"theme": "light", "drawings": charts, "folded": 0, "beside": 0, "titles": 1}
    findings = compare("on paper", page.evaluate(PRINTED), wanted)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen", color_scheme="dark")
    theme = page.evaluate("document.documentElement.dataset.theme")
    left_open = page.locator(".bd-article details[open]:not(.work)").count()
    return findings + compare(
        "theme and open details after printing", (theme, left_open), ("dark", 0)
    )


WALKED = (
    "chart => [chart.querySelector('.chart-said').textContent,"
    " !!chart.querySelector('.chart-walked')]"
)


def walks(page) -> list[str]:
    """Walk each chart by keyboard down to a point, which is announced and marked."""
    findings = []
    for chart in page.locator(".chart:not(.still)").all():
        title = chart.locator(".chart-title").inner_text()
        chart.locator(".chart-view").focus()
        heard = []
        for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
            page.keyboard.press(key)
            heard.append(chart.evaluate(WALKED))
        if not all(map(all, heard)) or (":" not in heard[-1][0] and heard[-1] == heard[-2]):
            findings.append(f"“{title}” cannot be walked: {heard}")
        page.keyboard.press("Escape")
        if chart.evaluate(WALKED) != ["", False]:
            findings.append(f"“{title}”: Escape does not leave")
    return findings


def jumps(drawn: list[int], live: list[int]) -> list[str]:
    """Compare the heights of charts as drawings and alive."""
    return [
        f"a chart is {before} px high as a drawing and {after} px alive"
        for before, after in zip(drawn, live, strict=True)
        if abs(before - after) > 1
    ]


def looks(page) -> list[str]:
    """Letters of charts that are small, cut, doubled, or touch; colours that nobody chose."""
    return page.evaluate(CHART_LOOKS, SMALLEST)


def without_scripts(page, charts: list[dict]) -> list[str]:
    """Without scripts a page has all content and its style, and offers nothing that would not
    work."""
    findings = compare("charts", page.locator(".chart").count(), len(charts)) if charts else []
    findings += list_findings(
        "a chart without drawing, words or table", page.evaluate(PLAIN_CHARTS) if charts else []
    )
    notes = page.locator(".chart:not(.still) noscript p:visible").count()
    bound = page.locator(".chart:not(.still):has(.chart-controls)").count()
    return findings + compare("notes on switches", notes, bound)
