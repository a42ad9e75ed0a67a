"""The Python API, as the README shows it."""

import math

import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import (
    ChangedAtSource,
    InvalidAddress,
    InvalidQuery,
    InvalidRequest,
    NotFound,
    Unavailable,
)
from jupyter_artifacts.settings import Settings
from jupyter_artifacts.team import connect


def test_a_query_selects_experiments(bob, run):
    """One row each, as a frame."""
    frame = bob.runs('user == "alice" and params.lr == 0.1').frame()

    assert frame["experiment"].tolist() == ["alice:mnist-exp0"]
    assert frame["params.model.depth"].tolist() == [2]
    assert frame["metrics.training.loss"].tolist() == [0.1]


def test_a_frame_of_nothing_has_its_columns(bob, run):
    """An empty answer can still be worked with."""
    frame = bob.runs('user == "nobody"').frame()

    assert frame.empty
    assert "experiment" in frame.columns


def test_every_page_is_read(alice):
    """A listing of more than a page has all rows, each once."""
    for _ in range(3):
        alice.carrier.call("runs.start", name="many", experiments=400)

    addresses = [each.address for each in alice.runs(sort="-started")]

    assert len(addresses) == len(set(addresses)) == 1200


def test_an_unknown_field_points_at_itself(bob, run):
    """The mark stands below the wrong name."""
    with pytest.raises(InvalidQuery) as caught:
        bob.runs("params.lr > 0 and colour == 1").frame()

    lines = str(caught.value).splitlines()
    assert lines[1].strip() == "params.lr > 0 and colour == 1"
    assert lines[2].index("^") == lines[1].index("colour")


def test_metrics_come_whole(bob, run):
    """Every point, with its columns."""
    frame = bob.experiment("alice:mnist-exp0").metrics("training.loss").frame()

    assert list(frame.columns) == [
        "experiment",
        "group",
        "name",
        "step",
        "time",
        "value",
    ]
    assert frame["step"].tolist() == list(range(10))


def test_an_unknown_metric_names_those_there_are(bob, run):
    """The hint lists them."""
    with pytest.raises(NotFound, match=r"training\.loss"):
        bob.experiment("alice:mnist-exp0").metrics("validation.f1")


def test_params_come_back_as_they_were(bob, run):
    """Nested, and with their infinity."""
    params = bob.experiment("alice:mnist-exp0").params

    assert params["model"] == {"depth": 2}
    assert math.isinf(params["patience"])


def test_a_metric_of_a_whole_run(alice, bob, run):
    """A run stands for its experiments that have the metric."""
    at = {"user": "alice", "run": "mnist"}
    alice.carrier.call("experiments.add", **at)

    metric = bob.metric(["alice:mnist"], "training.loss")

    assert metric.series == [("alice:mnist-exp0", "training", "loss")]


@pytest.mark.parametrize(
    ("path", "held"),
    [("metrics.json", {"f1": 0.5}), ("predictions.parquet", 2), ("weights.npy", 3)],
)
def test_load_gives_what_a_file_holds(bob, run, path, held):
    """By its ending."""
    loaded = bob.load(f"alice:mnist-exp0/{path}")

    assert (loaded if isinstance(loaded, dict) else len(loaded)) == held


def test_open_reads_what_is_asked(bob, run):
    """Seeking works as in any file."""
    with bob.open("alice:mnist-exp0/metrics.json") as file:
        file.seek(-4, 2)
        assert file.read() == b"0.5}"


def test_load_refuses_what_would_be_unpickled(alice, bob, run, tmp_path):
    """And says what to do."""
    source = tmp_path / "model.pkl"
    source.write_bytes(b"\x80\x04.")
    at = {"user": "alice", "run": "mnist", "number": 0}
    alice.carrier.call("files.capture", **at, path="model.pkl", source=source)

    with pytest.raises(InvalidRequest, match="can run any code"):
        bob.load("alice:mnist-exp0/model.pkl")


def test_load_checks_the_bytes(bob, run):
    """Bytes that changed in the storage are never handed over as the recorded ones."""
    content = bob.content("alice:mnist-exp0/metrics.json")
    content.local_path.write_text('{"f1": 0.9}')

    with pytest.raises(ChangedAtSource):
        bob.load("alice:mnist-exp0/metrics.json")


def test_download_ends_with_a_receipt(bob, run, tmp_path):
    """Only what was asked for, every file checked."""
    receipt = bob.download("alice:mnist-exp0", tmp_path / "to", include="*.json")

    assert [(file.target, file.check) for file in receipt.files] == [
        ("metrics.json", "blake3")
    ]


def test_an_experiment_is_no_file(bob, run):
    """The error says how to list its files."""
    with pytest.raises(InvalidAddress, match="ls alice:mnist-exp0"):
        bob.load("alice:mnist-exp0")


def test_a_datastore_outside_a_session_is_readable(alice, tmp_path):
    """The path leads to the frozen version itself."""
    folder = tmp_path / "cats"
    folder.mkdir()
    (folder / "a.txt").write_text("meow")
    alice.carrier.call("datastores.create", name="cats", source=str(folder))

    assert (alice.attach("datastores/cats") / "a.txt").read_text() == "meow"


def test_a_team_server_is_not_reached_yet(settings):
    """Said, instead of quietly using the catalog of this machine."""
    elsewhere = Settings.from_environment(
        {
            "JUPYTER_ARTIFACTS_HOME": str(settings.home),
            "JUPYTER_ARTIFACTS_URL": "https://team.example",
        }
    )

    with pytest.raises(Unavailable, match="on this machine only"):
        connect(elsewhere)


def test_a_bare_number_of_runs_is_said(bob, run):
    """The repr helps in a terminal."""
    assert repr(bob.runs()) == "<1 experiment where anything>"
    assert repr(bob.runs('user == "bob"')).startswith("<0 experiments where")


def test_an_experiment_counts_its_files(alice, bob, run, tmp_path):
    """One file is one file."""
    alice.carrier.call("runs.start", name="one")
    at = {"user": "alice", "run": "one", "number": 0}
    (tmp_path / "x").write_text("x")
    alice.carrier.call("files.capture", **at, path="x", source=tmp_path / "x")
    assert repr(bob.experiment("alice:one-exp0")).endswith("· 1 file>")
    assert repr(bob.experiment("alice:mnist-exp0")).endswith("· 3 files>")


def test_load_of_no_file_says_which(alice, bob, run, tmp_path):
    """Its whole address; of a folder that it is one, and how to go on."""
    _capture_in_folder(alice, tmp_path)
    with pytest.raises(NotFound) as missing:
        bob.load("alice:mnist-exp0/out/e9.txt")
    assert missing.value.address == "alice:mnist-exp0/out/e9.txt"
    with pytest.raises(InvalidAddress, match="it is a folder") as folder:
        bob.load("alice:mnist-exp0/out")
    assert "ls alice:mnist-exp0/out" in folder.value.hint
    with pytest.raises(NotFound, match=r"alice:mnist-exp0/out/e0\.txt"):
        bob.open("alice:mnist-exp0/files/out/e0.txt")


def test_digests_are_those_of_every_file(alice, bob, run, tmp_path):
    """By path, as they were recorded."""
    _capture_in_folder(alice, tmp_path)
    found = bob.digests("alice:mnist-exp0")
    assert found["out/e0.txt"] == digest_of(b"x")
    assert len(found) == 4


def _capture_in_folder(team, tmp_path):
    (tmp_path / "x").write_text("x")
    at = {"user": "alice", "run": "mnist", "number": 0}
    team.carrier.call("files.capture", **at, path="out/e0.txt", source=tmp_path / "x")
