import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.errors import InvalidRequest
from jupyter_artifacts.transfer.patterns import chooser

PATHS = [
    "a.parquet",
    "b.PARQUET",
    "figures/loss.png",
    "figures/old/loss.png",
    "x/figures/loss.png",
    "[odd].txt",
]


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*.parquet", ["a.parquet"]),
        (
            "loss.png",
            ["figures/loss.png", "figures/old/loss.png", "x/figures/loss.png"],
        ),
        ("figures/*.png", ["figures/loss.png"]),
        ("figures/*", ["figures/loss.png"]),
        ("figures/", ["figures/loss.png", "figures/old/loss.png"]),
        ("figures/**", ["figures/loss.png", "figures/old/loss.png"]),
        ("figures/**/loss.png", ["figures/loss.png", "figures/old/loss.png"]),
        ("**/figures/*.png", ["figures/loss.png", "x/figures/loss.png"]),
        (
            "**/loss.png",
            ["figures/loss.png", "figures/old/loss.png", "x/figures/loss.png"],
        ),
        ("?.parquet", ["a.parquet"]),
        ("[ab].*", ["a.parquet", "b.PARQUET"]),
        ("[[]odd].txt", ["[odd].txt"]),
        ("**", PATHS),
        ("*", PATHS),
        ("figures", []),
        ("igures/loss.png", []),
    ],
)
def test_a_pattern_means_these_files(pattern, matched):
    """The documented forms select exactly these paths."""
    chosen = chooser([pattern], [])
    assert [path for path in PATHS if chosen(path)] == matched


def test_exclude_wins_over_include():
    """A file that both name is left out."""
    chosen = chooser(["figures/"], ["old/", "figures/old/"])
    assert [path for path in PATHS if chosen(path)] == ["figures/loss.png"]


def test_without_patterns_every_file_is_meant():
    """Nothing is left out unasked."""
    assert all(map(chooser([], []), PATHS))


@pytest.mark.parametrize("pattern", ["", "/etc/*", "../*", "a//b", "./a", "a/.."])
def test_a_pattern_that_can_match_nothing_is_an_error(pattern):
    """It says so instead of downloading nothing."""
    with pytest.raises(InvalidRequest, match="can match no file"):
        chooser([pattern], [])


@given(st.lists(st.text("ab*?[]!-", min_size=1), min_size=1, max_size=4))
def test_any_pattern_compiles(segments):
    """Brackets left open and such are taken as what they are."""
    chooser(["/".join(segments)], [])("a/b")


@pytest.mark.parametrize(
    "pattern", ["*a" * 40 + "b", "**/a/" * 30 + "b", "*a*/" * 30 + "b"]
)
def test_a_hostile_pattern_costs_no_time(pattern):
    """Stars upon stars do not multiply."""
    chosen = chooser([pattern], [])
    began = time.perf_counter()
    assert not chosen("a" * 200)
    assert not chosen("/".join(["aa"] * 100))
    assert time.perf_counter() - began < 1
