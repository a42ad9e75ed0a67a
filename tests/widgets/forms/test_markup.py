from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.widgets.forms.markup import Markup, drawing_image, element


class Seen(HTMLParser):
    """What a browser finds in a text: its tags with their attributes, its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@given(st.text())
def test_no_text_becomes_a_tag_or_an_attribute(text):
    """Whatever somebody called a run, it is text to the one who reads it."""
    seen = Seen(element("td", text, title=text))
    assert [tag for tag, _ in seen.tags] == ["td"]
    assert set(seen.tags[0][1]) == {"title"}


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_a_printable_text_is_read_as_it_was_written(text):
    """Escaping changes how it is written, not what it says."""
    seen = Seen(element("td", text, title=text))
    assert (seen.text, seen.tags[0][1]["title"]) == (text, text)


def test_control_characters_are_replaced_by_a_visible_mark():
    """A terminal's escape or a direction override cannot hide what follows."""
    shown = element("td", "a\x1b[2J\u202eb\x00")
    assert shown == "<td>a\ufffd[2J\ufffdb\ufffd</td>"


def test_markup_goes_in_as_it_is():
    """Parts are built once, and not escaped a second time."""
    assert element("tr", element("td", "<")) == "<tr><td>&lt;</td></tr>"


def test_attributes_that_say_nothing_are_left_out():
    """None and False leave an attribute out; names lose what Python adds."""
    shown = element("div", class_="a", hidden=False, title=None, aria_label="b")
    assert shown == '<div class="a" aria-label="b"></div>'


def test_a_drawing_is_an_image_with_words_for_those_who_do_not_see_it():
    """Sanitizers strip <svg>; they leave an image, in which nothing runs."""
    seen = Seen(drawing_image(Markup("<svg/>"), "▁█", 10, 20))
    ((tag, attributes),) = seen.tags
    assert tag == "img"
    assert attributes["src"].startswith("data:image/svg+xml;base64,")
    assert attributes["alt"] == "▁█"
