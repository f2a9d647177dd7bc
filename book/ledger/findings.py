"""Claims as items that could stand in a newspaper: words, verdict, what was found, a door to a
lesson.

```{finding} C80
{doc}`Lesson 5 </chapters/05_prices>` takes the rise of prices out.
```
"""

from collections import Counter

from docutils import nodes
from sealed_readings.labels import LABELS

from book.elements import box, bullets, paragraph
from book.ledger import evidence
from book.ledger.ledgers import LedgerDirective, get_claim


def show_finding(directive: LedgerDirective) -> list[nodes.Node]:
    """Show one claim as a short item; the directive's content is the door."""
    name = " ".join(directive.arguments)
    claim = get_claim(directive.env, name)
    if not claim or not claim["plain"]:
        raise directive.error(f"{name!r} must be a claim with a verdict")
    door, messages = directive.parse_inline(" ".join(directive.content))
    row = evidence.link_claim(
        directive.env, name, "Evidence, sources, and what would count against it"
    )
    content = [
        paragraph(evidence.say_sentence(claim), classes=["quoted"]),
        evidence.make_verdict(claim),
        paragraph(claim["plain"], classes=["plain"]),
        paragraph(*door, " ", row, "."),
    ]
    return [box("finding", *content), *messages]


def show_counts(directive: LedgerDirective) -> list[nodes.Node]:
    """Say how many claims have each verdict."""
    counts = Counter(claim["verdict"] for claim in directive.take("claims"))
    entries = [
        paragraph(nodes.strong("", f"{counts[name]} "), evidence.make_badge(name))
        for name in filter(counts.get, LABELS)
    ]
    return [bullets(entries, "verdict-key")]
