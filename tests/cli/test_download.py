from __future__ import annotations

import hashlib
import os
import signal
import uuid
from pathlib import Path

import msgspec
import pytest

from jupyter_artifacts.records.transfers import Plan, Receipt
from jupyter_artifacts.team.showing import lines_of_progress
from jupyter_artifacts.transfer.progress import Progress
from tests.servers import faults
from tests.servers.proxy import proxy

FILES = ["a b%&+#@.txt", "figures/loss.png", "metrics.json"]


@pytest.fixture(autouse=True)
def run(alice, made):
    return made(alice)


def fields(record):
    return {field.name for field in msgspec.structs.fields(record)}


def files_below(folder):
    return sorted(
        path.relative_to(folder).as_posix()
        for path in Path(folder).rglob("*")
        if path.is_file() and ".jupyter_artifacts" not in path.parts
    )


def test_a_download_ends_with_a_receipt(ja):
    """Files, bytes, time, checks, and where the receipt is kept."""
    ended = ja("download", "alice:mnist-exp0", "--to", "data", user="bob")
    assert ended.status == 0
    assert files_below("data") == FILES
    assert Path("data/metrics.json").read_bytes() == b'{"loss": 0.5}\n'
    assert "moved    3 files, 284 B in " in ended.out
    assert "outcome  3 written" in ended.out
    assert "checked  3 blake3" in ended.out
    kept = Path(ended.lines[-1].split("receipt  ")[1])
    assert msgspec.json.decode(kept.read_bytes(), type=Receipt).user == "bob"


def test_the_default_folder_is_ours(ja):
    """Without --to it goes below jupyter_artifacts_downloads/."""
    receipt = ja("download", "mnist-exp0", "--json").json
    assert receipt["to"] == str(
        Path("jupyter_artifacts_downloads/alice/mnist/exp0").resolve()
    )
    assert set(receipt) == fields(Receipt)


def test_globs_choose(ja):
    """--include and --exclude may be given several times."""
    arguments = ["--include", "*.json", "--include", "*.txt", "--exclude", "a*"]
    ja("download", "mnist-exp0", "--to", "data", *arguments)
    assert files_below("data") == ["metrics.json"]


def test_a_dry_run_moves_nothing(ja):
    """--dry-run shows what would happen to each file."""
    ended = ja("download", "mnist-exp0", "--to", "data", "--dry-run")
    assert ended.status == 0
    assert "3 files of alice:mnist-exp0, 284 B would be written to" in ended.out
    plan = ja("download", "mnist-exp0", "--to", "data", "--dry-run", "--json").json
    assert set(plan) == fields(Plan)
    assert [file["verdict"] for file in plan["files"]] == ["new"] * 3
    assert not Path("data").exists()


@pytest.fixture
def standing():
    Path("data").mkdir()
    Path("data/metrics.json").write_text("mine")


def test_nothing_is_overwritten_unasked(ja, standing):
    """A file in the way refuses the download, and nothing is moved."""
    ended = ja("download", "mnist-exp0", "--to", "data")
    assert ended.status == 1
    assert "metrics.json" in ended.err
    assert files_below("data") == ["metrics.json"]
    assert Path("data/metrics.json").read_text() == "mine"


def test_a_dry_run_says_what_is_in_the_way(ja, standing):
    """The plan shows it, and that the download would be refused."""
    ended = ja("download", "mnist-exp0", "--to", "data", "--dry-run")
    assert ended.lines[-1] == (
        "the download of alice:mnist-exp0 would be refused: 1 would overwrite"
    )
    assert "would be written" not in ended.out
    assert ended.err == "choose overwrite skip, replace or rename\n"


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_dry_run_of_what_would_be_refused_ends_with_1(ja, standing, more):
    """A script asks before it downloads."""
    asked = ("download", "mnist-exp0", "--to", "data", "--dry-run", *more)
    refused = ja(*asked)
    assert refused.status == 1
    assert "would be refused: 1 would overwrite" in (
        refused.err if more else refused.out
    )
    assert ja(*asked, "--overwrite", "skip").status == 0


def test_a_dry_run_counts_what_is_gone_at_its_source(
    ja, alice, moto_server, monkeypatch
):
    """It does not promise to write what the download would refuse."""
    bucket = moto_server.make_bucket(f"t-{uuid.uuid4().hex[:20]}")
    for name, value in moto_server.environment().items():
        monkeypatch.setenv(name, value)
    s3 = moto_server.client()
    for key in ("a", "b", "c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    assert ja("put", "far", f"s3://{bucket}/").status == 0
    found = s3.list_object_versions(Bucket=bucket)["Versions"]
    for each in found:
        if each["Key"] != "c":
            version = each["VersionId"]
            s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=version)

    ended = ja("download", "far@v0", "--to", "data", "--dry-run")

    assert ended.status == 1
    assert ended.lines[-1] == "the download of far@v0 would be refused: 2 gone"
    assert ended.err == "exclude what is gone, or take another version\n"


@pytest.mark.parametrize(
    ("policy", "outcome", "left"),
    [
        ("skip", "skipped", "mine"),
        ("replace", "replaced", '{"loss": 0.5}\n'),
        ("rename", "renamed", "mine"),
    ],
)
def test_what_is_in_the_way_is_treated_as_told(ja, standing, policy, outcome, left):
    """--overwrite skip, replace and rename do what they say."""
    ended = ja("download", "mnist-exp0", "--to", "data", "--overwrite", policy)
    assert ended.status == 0
    assert f"1 {outcome}" in ended.out
    assert Path("data/metrics.json").read_text() == left


def test_a_second_download_moves_nothing(ja):
    """What is there and the same is said to be the same."""
    ja("download", "mnist-exp0", "--to", "data")
    ended = ja("download", "mnist-exp0", "--to", "data")
    assert "outcome  3 same" in ended.out
    assert "moved    0 files, 0 B" in ended.out


def test_a_terminal_shows_a_bar_and_the_receipt(terminal):
    """People see how far it is, and the receipt at the end."""
    ended = terminal("download", "alice:mnist", "--to", "data")
    assert ended.status == 0
    assert "downloading alice:mnist" in ended.out
    assert "checked  3 blake3" in ended.out


def test_without_a_terminal_a_line_a_minute(capsys):
    """Bytes, files, rate and time left, at most once a minute."""
    now = [0.0]
    tell = lines_of_progress("downloading x", clock=lambda: now[0])
    progress = Progress(
        done_bytes=500_000, total_bytes=2_000_000, done_files=1, total_files=4, rate=1e5
    )
    for now[0] in (1.0, 59.0, 61.0, 62.0):
        tell(progress)
    assert capsys.readouterr().err == (
        "downloading x: 500.0 KB of 2.0 MB, 1 of 4 files, 100.0 KB/s, 15.0 s left\n"
    )


def test_sha256_is_computed_beside_blake3_when_asked_for(ja):
    ended = ja("download", "mnist-exp0", "--to", "data", "--sha256")

    assert "checked  3 blake3" in ended.out
    assert "sha256   3 files, in the receipt" in ended.out
    expected = hashlib.sha256(Path("data/metrics.json").read_bytes()).hexdigest()
    again = ja("download", "mnist-exp0", "--to", "data", "--sha256", "--json").json
    assert again["files"][2]["sha256"] == f"sha256:{expected}"


def test_a_datastore_made_with_sha256_is_checked_by_it(ja):
    Path("data").mkdir()
    Path("data/a.csv").write_text("a\n")
    assert ja("datastore", "create", "cats", "data", "--sha256").status == 0
    Path("data/b.csv").write_text("b\n")
    assert ja("datastore", "update", "cats", "--sha256").status == 0

    got = [ja("download", f"datastores/cats/v{n}", "--to", f"{n}").out for n in (1, 2)]

    assert "checked  1 blake3+sha256" in got[0]
    assert "checked  2 blake3+sha256" in got[1]
    assert "sha256   2 files" in got[1]


def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(
    ja, moto_server, monkeypatch
):
    """Of a file of several ranges, those that came whole."""
    bucket = moto_server.make_bucket(f"t-{uuid.uuid4().hex[:20]}")
    Path("big.bin").write_bytes(os.urandom(20 << 20))
    with proxy(moto_server) as between:
        for name, value in between.server.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("JUPYTER_ARTIFACTS_STORAGE", f"s3://{bucket}/team")
        assert ja("put", "my-model", "big.bin").status == 0
        between.fault(faults.Cut(9 << 20), "GET", "/objects/", times=1)
        stop = faults.Before(lambda: os.kill(os.getpid(), signal.SIGINT))
        between.fault(stop, "GET", "/objects/", times=1)

        stopped = ja("download", "my-model@v0", "--to", "data")
        between.forget()
        again = ja("download", "my-model@v0", "--to", "data")

        fetched = sum(seen.sent for seen in between.seen)
    assert stopped.status == 130
    assert stopped.err.endswith(
        f"8.4 MB, 0 whole files, stay in {Path('data').resolve()}; "
        "the same command goes on from there\ninterrupted\n"
    )
    assert again.status == 0
    assert fetched == (20 << 20) - (8 << 20)
    assert Path("data/big.bin").read_bytes() == Path("big.bin").read_bytes()


@pytest.mark.parametrize("address", ["artifacts/my-model", "my-model@latest"])
def test_the_version_that_was_meant_is_named(ja, address):
    Path("a.txt").write_text("a")
    ja("put", "my-model", "a.txt")
    Path("a.txt").write_text("b")
    ja("put", "my-model", "a.txt")

    planned = ja("download", address, "--to", "data", "--dry-run")
    done = ja("download", address, "--to", "data")
    receipt = ja("download", address, "--to", "data", "--json").json

    assert "1 file of my-model@v1, 1 B would be written" in planned.out
    assert done.lines[0].startswith("my-model@v1 → ")
    assert receipt["address"] == "my-model@v1"


def test_the_version_of_a_datastore_that_was_meant_is_named(ja):
    Path("cats").mkdir()
    Path("cats/a.csv").write_text("a")
    ja("datastore", "create", "cats", "cats")

    done = ja("download", "datastores/cats")

    assert done.lines[0] == (
        f"datastores/cats/v1 → {Path('jupyter_artifacts_downloads/cats/v1').resolve()}"
    )


def test_after_the_newest_was_deleted_the_newest_that_is_there_is_named(ja):
    for text in "abc":
        Path("a.txt").write_text(text)
        ja("put", "my-model", "a.txt")
    ja("delete", "my-model@v2", "--yes")

    ended = ja("download", "artifacts/my-model")

    assert ended.status == 1
    assert "the newest that is there is my-model@v1" in ended.err
