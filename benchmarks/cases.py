"""What is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One benchmark: two scripts, `<name>_ours.py` and `<name>_peer.py`.

    Attributes:
        name: of the scripts.
        title: what is done, on which data.
        figures: what each script prints; smaller is better.
        unit: of every figure.
    """

    name: str
    title: str
    figures: tuple[str, ...]
    unit: str


ALL = (
    Case(
        "log",
        "One log call of 3 metrics, as the training loop sees it (MLflow on SQLite)",
        ("median of a call", "99th percentile", "median against async"),
        "µs",
    ),
    Case(
        "download",
        "10,000 files of 4 KiB downloaded from local storage, ours verified",
        ("whole process", "without start-up"),
        "s",
    ),
    Case(
        "listing",
        "10,000 runs with 10 params and 10 metrics each, listed and sorted",
        (
            "first 50, sorted by a metric",
            "first 50, filtered and sorted",
            "first 1,000, sorted by a metric",
        ),
        "s",
    ),
)
