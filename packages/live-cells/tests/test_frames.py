"""Tidy tables of pandas."""

import pytest
from live_cells.frames import tidy

STYLE = "<style scoped>.dataframe thead th { text-align: right; }</style>"
BOX, TABLE = '<div class="scroll" tabindex="0">', '<table class="data">'
ROWS = '<tr><th scope="row">Baoding</th><td class="number">-1.2 (0.03)</td><td>old</td></tr>'
NAMED = (
    '<tr><th scope="col">city</th><th class="number" scope="col">2013</th><th'
    ' scope="col">2022</th></tr>'
)
OVER = '<tr><td colspan="1"></td><th colspan="2" scope="colgroup">year</th></tr>'


def as_pandas(head: str, body: str) -> str:
    table = (
        f'<table border="1" class="dataframe"><thead>{head}</thead><tbody>{body}</tbody></table>'
    )
    return f"<div>{STYLE}{table}</div>"


@pytest.mark.parametrize(
    ("columns", "index", "shown"),
    [
        ("", "<tr><th>city</th><th></th><th></th></tr>", NAMED),
        ("year", "<tr><th>city</th><th></th><th></th></tr>", OVER + NAMED),
        ("", "", NAMED.replace('<th scope="col">city</th>', "<td></td>")),
    ],
)
def test_names_of_rows_and_columns_stand_over_what_they_name(columns, index, shown):
    head = (
        f'<tr style="text-align: right;"><th>{columns}</th><th>2013</th><th>2022</th></tr>{index}'
    )
    made = tidy(as_pandas(head, "<tr><th>Baoding</th><td>-1.2 (0.03)</td><td>old</td></tr>"))
    assert made == f"{BOX}{TABLE}<thead>{shown}</thead><tbody>{ROWS}</tbody></table></div>"


def test_levels_span_what_they_hold():
    head = '<tr><th></th><th></th><th colspan="2" halign="left">gate</th></tr>'
    head += "<tr><th></th><th></th><th>gains</th><th>loses</th></tr>"
    head += "<tr><th>part</th><th>city</th><th></th><th></th></tr>"
    body = '<tr><th rowspan="2" valign="top">north</th><th>A</th><td>1</td><td>2</td></tr>'
    made = tidy(as_pandas(head, body + "<tr><th>B</th><td>3</td><td>NaN</td></tr>"))
    assert '<th colspan="2" scope="colgroup">gate</th>' in made
    assert (
        '<th scope="col">part</th><th scope="col">city</th><th class="number"'
        ' scope="col">gains</th>' in made
    )
    assert '<th rowspan="2" scope="rowgroup">north</th><th scope="row">A</th>' in made


@pytest.mark.parametrize(
    "other", ["<p>No table", "<p>1 < 2</p>", '<div class="card"><table class="x"></table></div>']
)
def test_what_is_no_frame_stays(other):
    assert tidy(other) == other
    caption = '<table class="data"><caption>GDP</caption></table>'
    assert tidy(caption) == f"{BOX}{caption}</div>"
