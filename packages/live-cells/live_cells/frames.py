"""Make tables of pandas accessible: headers with scopes, numbers to the right, a box that scrolls.

pandas writes the names of rows and columns into rows of empty headers, which a screen reader reads
as unnamed columns, and uses obsolete attributes. The page's Python imports this file, so it needs
only the standard library.
"""

import re
from xml.etree import ElementTree

_STYLE = re.compile(r"<style scoped>.*?</style>", re.DOTALL)
_NUMBER = re.compile(
    r"[-+−]?[\d,]*\.?\d+(e[-+]\d+)?%?( \([\d.]+\))?|-?inf|\d{4}-\d\d-\d\d|NaN|–|\.\.\.|"
)


def tidy(stored: str) -> str:
    """Tidy the table in the HTML of an output; HTML without a table of pandas or class "data"
    stays."""
    try:
        root = ElementTree.fromstring(f"<div>{_STYLE.sub('', stored)}</div>")
    except ElementTree.ParseError:
        return stored
    boxes = [box for box in root.iter("div") if box.find("table[@class]") is not None]
    if len(boxes) != 1 or (table := boxes[0].find("table")) is None:
        return stored
    if table.get("class") == "dataframe":
        _set_headers(table)
    elif table.get("class") != "data":
        return stored
    boxes[0].attrib |= {"class": "scroll", "tabindex": "0"}
    return ElementTree.tostring(boxes[0], encoding="unicode", method="html").strip()


def _set_headers(table: ElementTree.Element) -> None:
    table.attrib = {"class": "data"}
    head = table.find("thead")
    rows = table.findall("tbody/tr")
    levels = len(rows[0].findall("th")) if rows else 0
    if head is not None and len(head):
        _join_names(head, levels)
        columns = zip(*(row.findall("td") for row in rows), strict=True)
        for title, cells in zip(head[-1][levels:], columns, strict=False):
            if all(_NUMBER.fullmatch((cell.text or "").strip()) for cell in cells):
                for cell in (title, *cells):
                    cell.set("class", "number")
    for part, plain, spanning in (("thead", "col", "colspan"), ("tbody", "row", "rowspan")):
        for cell in table.findall(f"{part}/tr/th"):
            for old in ("style", "valign", "halign"):
                cell.attrib.pop(old, None)
            if (cell.text or "").strip() or len(cell):
                cell.set("scope", f"{plain}group" if spanning in cell.attrib else plain)
            else:
                cell.tag = "td"
    for row in table.iter("tr"):
        row.attrib.pop("style", None)


def _join_names(head: ElementTree.Element, levels: int) -> None:
    """Move the names of the index into the row of column names, and the name of the columns above
    it."""
    names = [""] * levels
    if levels and len(head) > 1 and not any(cell.text for cell in head[-1][levels:]):
        names = [cell.text or "" for cell in head[-1][:levels]]
        head.remove(head[-1])
    above = head[-1][levels - 1].text if levels else ""
    for row in head:
        for cell in row[:levels]:
            cell.text = ""
    for cell, name in zip(head[-1], names, strict=False):
        cell.text = name
    if above and len(head) == 1:
        over = ElementTree.Element("tr")
        ElementTree.SubElement(over, "td", colspan=str(levels))
        ElementTree.SubElement(over, "th", colspan=str(len(head[-1]) - levels)).text = above
        head.insert(0, over)
