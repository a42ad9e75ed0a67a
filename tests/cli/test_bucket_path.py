"""`bucket-path`: what it prints is where other tools find the files, by name."""

import subprocess
from urllib.parse import unquote, urlparse

import pytest


@pytest.fixture
def two_experiments(alice, made):
    made(alice)
    alice.call("experiments.add", user="alice", run="mnist")


def test_a_run_has_a_row_for_each_experiment(two_experiments, ja):
    found = ja("bucket-path", "alice:mnist", "--json").json

    assert [row["address"] for row in found] == ["alice:mnist-exp0", "alice:mnist-exp1"]
    assert len({row["storage_uri"] for row in found}) == 2


def test_the_table_has_what_the_json_has(two_experiments, ja):
    (row,) = ja("bucket-path", "mnist-exp1", "--json").json

    head, line = ja("bucket-path", "mnist-exp1").lines

    assert head.split() == ["EXPERIMENT", "STORAGE", "URI"]
    assert line.split() == ["alice:mnist-exp1", row["storage_uri"]]


def test_listing_the_folder_shows_the_files_by_name(two_experiments, ja):
    """As `ls` does: the experiment's files, nothing of ours between them."""
    (row,) = ja("bucket-path", "mnist-exp0", "--json").json
    folder = unquote(urlparse(row["storage_uri"]).path)

    shown = subprocess.run(
        ["ls", "-A", folder],  # noqa: S607 - the machine's own
        check=True,
        capture_output=True,
        text=True,
    )

    assert shown.stdout.splitlines() == ["a b%&+#@.txt", "figures", "metrics.json"]


def test_a_datastore_is_no_run(two_experiments, ja):
    ended = ja("bucket-path", "datastores/cats")

    assert ended.status == 1
    assert "names no run" in ended.err
