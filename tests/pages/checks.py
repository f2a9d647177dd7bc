"""What is looked for on an open page: each function gives a list of what is amiss, empty on a good page."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser import PHONE
from tests.waiting import until

# The theme's icon script and font are not sent: every icon must be one of ours, none a letter of that font.
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
  const found = [];
  while (words.nextNode()) {
    const { data, parentElement: around } = words.currentNode;
    if (/\p{Script=Han}/u.test(data) && !around.closest("pre, code, script, [lang^=zh]")) found.push(data);
  }
  return found;
}"""

# Gives each stop of the Tab key a number, and notes which of them the focus reaches.
STOPS = """() => {
  // What is not seen can have the focus, and need not be painted at each stop.
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
  // An editor that comes takes the place, and the name, of every field that waits for it.
  const names = new Set([...reached].map((element) => element.ariaLabel));
  const isReached = (stop) => reached.has(stop) || (!stop.isConnected && names.has(stop.ariaLabel));
  return stops.filter((stop) => !isReached(stop)).map((stop) => stop.outerHTML.slice(0, 120));
}"""

# Axe weighs every element, and most of a page are words of folded code and cells of folded tables, which it
# never judges (but for ids, which the HTML checker holds): the code becomes text, of a table three rows stay.
LEAN = """() => {
  const rows = 'details:not([open]) tbody tr:nth-child(n + 4):not(.chart-now *)';
  document.querySelectorAll(rows).forEach((row) => row.remove());
  const codes = document.querySelectorAll('details:not([open]) pre');
  codes.forEach((code) => { code.textContent = code.textContent; });
}"""
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
# Whether a text stands out follows from its colour and size and from what lies under it. Of texts that share
# these, axe looks at three, for one may be too short or half hidden; its other rules look at everything.
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
    const kind = element.closest(".highlight") ? element.className : "";  // the dark has other colours for it
    const look = [ground(element), color, fill, fontSize, fontWeight, textShadow, kind].join();
    times[look] = (times[look] ?? 0) + 1;
    element.toggleAttribute("data-look", times[look] <= 3);
  }
}"""
# What is not judged takes as long as what is: words of code that look as others do become text, and drawings
# that nobody sees are emptied. Where colours alone are asked for, so is all in a drawing but its words.
THIN = """(colours) => {
  const same = document.querySelectorAll('.highlight span:not([data-look])');
  same.forEach((span) => span.replaceWith(...span.childNodes));
  const isDrawn = (svg) => svg.checkVisibility();
  document.querySelectorAll('svg').forEach((svg) => isDrawn(svg) || svg.replaceChildren());
  const parts = colours ? document.querySelectorAll('svg *:not([data-look], :has([data-look]))') : [];
  parts.forEach((part) => part.remove());
}"""
# What passed is not reported one by one: a long page passes a thousand times.
RUN_AXE = """async ([within, rules]) => {
  const looks = { "color-contrast": "[data-look]", "link-in-text-block": "a[data-look]" };
  axe.configure({ rules: Object.entries(looks).map(([id, selector]) => ({ id, selector })) });
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  return (await axe.run(within, options)).violations.map(({ id, help, nodes }) => [id, help, nodes[0].html]);
}"""

PRINTED = """() => ({
  theme: document.documentElement.dataset.theme,
  drawings: [...document.querySelectorAll('.chart')].filter(
    (chart) => [...chart.querySelectorAll('svg')].some((svg) => svg.checkVisibility())).length,
  folded: document.querySelectorAll('.bd-article details:not([open], .chart-data)').length,
  beside: [...document.querySelectorAll('.bd-sidebar, .bd-sidebar-primary, .chart-controls, .chart-data')]
    .filter((part) => part.checkVisibility()).length,
  titles: [...document.querySelectorAll('h1')].filter((title) => title.checkVisibility()).length,
})"""

OPEN_COVERS = """() => document.querySelectorAll(".cover").forEach((cover) => {
  cover.parentElement.classList.remove("is-covered");
  cover.remove();
})"""
HEIGHTS = """() => [...document.querySelectorAll(".chart")].map(
  (chart) => Math.round(chart.getBoundingClientRect().height))"""
# Reads a page from top to bottom, and adds up how far what is on the screen moves by itself.
READ_THROUGH = """async () => {
  window.shifted = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((shift) => { window.shifted += shift.value; }))
    .observe({ type: "layout-shift", buffered: true });
  for (let top = 0; top < document.documentElement.scrollHeight; top += 844) {
    scrollTo({ top, behavior: "instant" });
    // A frame that does not come within a second is not waited for: one test hung so.
    for (const _ of [1, 2]) await new Promise((go) => { requestAnimationFrame(go); setTimeout(go, 1000); });
  }
}"""

PLAIN_CHARTS = """() => [...document.querySelectorAll('.chart')].map((chart) => ({
  drawings: [...chart.querySelectorAll('svg')].filter((svg) => svg.checkVisibility()).length,
  label: chart.querySelector('.chart-view').getAttribute('aria-label').length,
  rows: chart.querySelectorAll('.chart-data tbody tr').length,
})).filter((chart) => chart.drawings !== 1 || chart.label < 60 || !chart.rows)"""


def differs(what: str, found: object, wanted: object) -> list[str]:
    return [] if found == wanted else [f"{what}: {found!r}, not {wanted!r}"]


def amiss(what: str, found: list) -> list[str]:
    return [f"{what}: {each}" for each in found]


def late(condition, what: str) -> list[str]:
    """What has not come about within half a minute."""
    try:
        until(condition, what, 30)
    except AssertionError as error:
        return [str(error)]
    return []


def icons(page) -> list[str]:
    return amiss("an icon is not drawn", page.evaluate(ICONS_NOT_DRAWN))


def language(page) -> list[str]:
    return amiss("Chinese that is not marked as Chinese", page.evaluate(CHINESE_IN_ENGLISH))


def accessibility(page, only: list[str] | None = None, within: str = "html") -> list[str]:
    """Findings of axe, on the page or in a part of it."""
    page.evaluate(LEAN)
    page.evaluate(MARK_LOOKS, within)
    page.evaluate(THIN, only == COLOUR_RULES)
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(Axe().axe_script)
    return [
        f"axe, {rule}: {help} ({html[:150]})" for rule, help, html in page.evaluate(RUN_AXE, [within, only])
    ]


def keyboard(page) -> list[str]:
    """What the Tab key, held down, does not come to."""
    for _ in range(page.evaluate(STOPS) + 10):
        page.keyboard.down("Tab")
    page.keyboard.up("Tab")
    return amiss("the keyboard does not reach", page.evaluate(NOT_REACHED))


def width(page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [] if wide <= PHONE["width"] else [f"scrolls sideways on a phone: {wide} px wide"]


def paper(page, charts: int) -> list[str]:
    """On paper: light, each chart drawn, each answer open, nothing for a screen alone; then undone."""
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    wanted = {"theme": "light", "drawings": charts, "folded": 0, "beside": 0, "titles": 1}
    found = differs("on paper", page.evaluate(PRINTED), wanted)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen", color_scheme="dark")
    found += differs("theme after printing", page.evaluate("document.documentElement.dataset.theme"), "dark")
    return found + differs(
        "details left open by printing", page.locator(".bd-article details[open]").count(), 0
    )


WALKED = "chart => [chart.querySelector('.chart-said').textContent, !!chart.querySelector('.chart-walked')]"


def walks(page) -> list[str]:
    """Charts that cannot be walked by keyboard down to a point, which is said and marked."""
    found = []
    for chart in page.locator(".chart:not(.still)").all():
        title = chart.locator(".chart-title").inner_text()
        chart.locator(".chart-view").focus()
        heard = []
        for key in ("ArrowDown", "ArrowDown", "ArrowDown"):
            page.keyboard.press(key)
            heard.append(chart.evaluate(WALKED))
        if not all(said and marked for said, marked in heard) or ":" not in heard[-1][0]:
            found.append(f"“{title}” cannot be walked: {heard}")
        page.keyboard.press("Escape")
        if chart.evaluate(WALKED) != ["", False]:
            found.append(f"“{title}”: Escape does not leave")
    return found


def jumps(drawn: list[int], live: list[int]) -> list[str]:
    """Charts that take more or less room when they come to life."""
    return [
        f"chart {place} is {a} px high as a drawing and {b} px alive"
        for place, (a, b) in enumerate(zip(drawn, live, strict=True), start=1)
        if abs(a - b) > 1
    ]


def without_scripts(page, charts: list[dict]) -> list[str]:
    """A page whose scripts do not run says everything, is styled, and offers nothing that would not work."""
    found = differs("charts", page.locator(".chart").count(), len(charts)) if charts else []
    found += amiss("a chart without drawing, words or table", page.evaluate(PLAIN_CHARTS) if charts else [])
    link = page.locator(".bd-article a[href]:visible, nav a[href]:visible").first
    if link.evaluate("link => getComputedStyle(link).color") == "rgb(0, 0, 0)":
        found.append("links have no colour")
    if page.get_by_text("Ctrl").locator("visible=true").count():
        found.append("a keyboard shortcut is promised")
    notes = page.locator(".chart:not(.still) noscript p:visible").count()
    bound = page.locator(".chart:not(.still):has(.chart-controls)").count()
    return found + differs("notes on switches", notes, bound)


def ways_on(page, name: str, listed: list[str]) -> list[str]:
    """Each page leads to the one before and the one after it."""
    if name not in listed:
        return []
    found = (page.locator("a.left-prev").count(), page.locator("a.right-next").count())
    return differs("ways back and on", found, (int(name != listed[0]), int(name != listed[-1])))
