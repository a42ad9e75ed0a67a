from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.cli import output

STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
ALLOWED = re.compile(r"\x1b\[[0-9;]*m|[\n\t]")
NASTY = (
    st.text(st.sampled_from("\x1b[]0;31mHJ\r\n\t\x07\x08\x9bab\u202e\u2066"))
    | st.text()
)


@given(NASTY)
def test_no_cell_steers_a_terminal(text):
    """Whatever a cell holds, nothing of it is a control or turns the text around."""
    assert not STEERING.search(output.visible(text))


@given(NASTY)
def test_visible_text_keeps_its_length(text):
    """A mark below a query still points at the right place."""
    assert len(output.visible(text)) == len(text)


@given(NASTY)
def test_no_log_steers_a_terminal(text):
    """A log may have lines, tabs and colours, and nothing else that acts."""
    shown = output.visible_log(text)
    assert not STEERING.search(ALLOWED.sub("", shown))


def test_a_colour_ends_with_its_line():
    """What a log colours stays coloured to the end of its line and no further."""
    assert output.visible_log("\x1b[31mred\nplain") == "\x1b[31mred\x1b[0m\nplain"


def test_a_carriage_return_hides_nothing():
    """What a lone carriage return would overwrite is shown as a line of its own."""
    assert output.visible_log("evil\rgood\r\n") == "evil\ngood\n"


def test_plain_tables_are_aligned(capsys):
    """Without a terminal a table is columns of one width, numbers at the right."""
    output.table(("NAME", "N"), [("a", "1"), ("long name", "200")], right=("N",))
    assert capsys.readouterr().out == (
        "NAME         N\na            1\nlong name  200\n"
    )


def test_a_cell_with_lines_stays_in_its_row(capsys):
    """A line break in a cell cannot forge another row."""
    output.table(("NAME",), [("one\ntwo",)])
    assert capsys.readouterr().out == "NAME\none␊two\n"
