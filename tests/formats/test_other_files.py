"""Texts, images and what nobody knows."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from jupyter_artifacts.formats.peeking import peek


def test_a_short_text_is_told_whole(look):
    found = look("a.log", b"one\ntwo\r\nthree")

    assert found.head == ["one", "two", "three"]
    assert (found.tail, found.left_out) == ([], [])
    assert found.summary == "text of 3 lines"


def test_a_text_without_an_end_of_line_at_its_end_has_the_same_lines(look):
    assert look("a.txt", b"a\n\n").head == ["a", ""]


def test_a_long_log_is_told_by_its_ends(counting):
    content = b"".join(b"line %d\n" % n for n in range(1_000_000))
    bytes_ = counting(content)

    found = peek(bytes_.read, len(content), "a.log")

    assert found.head == [f"line {n}" for n in range(20)]
    assert found.tail == [f"line {n}" for n in range(999_980, 1_000_000)]
    assert found.left_out == ["the lines between them, which were not read"]
    assert bytes_.bytes_read < 300_000


def test_a_text_that_is_a_little_long_says_how_many_lines_are_left_out(look):
    found = look("a.txt", b"".join(b"%d\n" % n for n in range(50)))

    assert (found.head[-1], found.tail[0]) == ("19", "30")
    assert found.left_out == ["10 lines between them"]


def test_a_long_line_is_cut_and_said_to_be(look):
    found = look("a.txt", b"x" * 1000)

    assert found.head == ["x" * 500]
    assert found.left_out == ["what is beyond 500 characters of a line"]


@pytest.mark.parametrize("kind", ["png", "gif", "jpeg", "webp"])
@pytest.mark.parametrize("lossless", [True, False])
def test_an_image_tells_its_size(look, kind, lossless):
    file = io.BytesIO()
    Image.new("RGB", (30, 20)).save(file, kind, lossless=lossless)

    assert look(f"a.{kind}", file.getvalue()).details["width"] == "30"
    assert look(f"a.{kind}", file.getvalue()).details["height"] == "20"


def test_an_empty_file_is_said_to_be_empty(look):
    assert look("a.parquet", b"").kind == "empty"


def test_bytes_of_no_known_type_are_said_to_be(look):
    found = look("a.xyz", b"\x00\x01\x02")

    assert (found.kind, found.details["begins with"]) == ("binary", "00 01 02")


def test_what_a_file_begins_with_decides_over_its_name(look):
    file = io.BytesIO()
    Image.new("RGB", (3, 2)).save(file, "png")

    assert look("a.txt", file.getvalue()).kind == "image"
