"""Headers around user bytes, without a server."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.server.attachment import content_type, disposition


@given(st.text(max_size=60))
def test_any_name_makes_one_header(name):
    """A file's name adds no header and no parameter (header injection)."""
    header = disposition(name)

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    exact = header.partition("filename*=UTF-8''")[2]
    assert unquote(exact, errors="replace") == name.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    "given_type",
    [
        "",
        "text",
        "text/html\r\nX: 1",
        "text/html; charset=utf-7",
        "a/b/c",
        "/",
        "\u0661/x",
    ],
)
def test_what_is_no_media_type_is_bytes(given_type):
    """A media type cannot smuggle a charset or a header."""
    assert content_type(given_type) == "application/octet-stream"


def test_text_is_utf_8():
    """Text says its charset, so that no browser guesses UTF-7."""
    assert content_type("text/html") == "text/html; charset=utf-8"
