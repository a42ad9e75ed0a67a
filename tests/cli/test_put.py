"""`put`: a version of an artifact from the command line."""

import warnings
from pathlib import Path

import pytest

from jupyter_artifacts.cli.words import when
from jupyter_artifacts.errors import NotFound


@pytest.fixture
def model(home):
    """A folder in the working directory, with a hidden file in it."""
    folder = Path("model")
    (folder / "sub").mkdir(parents=True)
    (folder / "weights.bin").write_bytes(b"w" * 1000)
    (folder / "sub" / "labels.txt").write_text("cat\n")
    (folder / ".secret").write_text("hunter2")
    return folder


def version(carrier, named="latest"):
    return carrier.call("versions.get", name="my-model", version=named)


def paths(carrier, named="latest"):
    page = carrier.call(
        "versions.files", name="my-model", version=named, limit=100, cursor=None
    )
    return {each.path for each in page.items}


def test_a_folder_becomes_a_version_with_all_that_is_said_of_it(model, alice, ja):
    ended = ja(
        *("put", "my-model", "model", "--type", "model", "--alias", "best"),
        *("--tag", "eu", "--description", "first try", "--ttl", "30d"),
    )

    assert (ended.status, ended.out) == (0, "logged my-model@v0: 2 files, 1.0 KB\n")
    made = version(alice, "best")
    assert paths(alice) == {"sub/labels.txt", "weights.bin"}
    assert (made.tags, made.description, made.source) == (["eu"], "first try", "")
    assert made.expires - made.created == 30 * 24 * 3600
    assert alice.call("artifacts.get", name="my-model").type == "model"


def test_the_same_content_makes_no_new_version(model, alice, ja):
    ja("put", "my-model", "model")

    again = ja("put", "my-model", "model", "--alias", "best")

    assert again.out == "my-model@v0 has the same content: no new version\n"
    assert version(alice).aliases == ["latest", "best"]


@pytest.mark.parametrize(
    ("before", "again", "said"),
    [
        (["--ttl", "30d"], [], "; it now stays for good"),
        ([], ["--ttl", "1d"], "; it stays for good"),
        (["--ttl", "30d"], ["--ttl", "90d"], "; it now stays until {}"),
        (["--ttl", "30d"], ["--ttl", "1d"], "; it stays until {}"),
    ],
)
def test_the_same_content_stays_as_long_as_it_was_wanted_most_and_that_is_said(
    model, alice, ja, before, again, said
):
    ja("put", "my-model", "model", *before)

    ended = ja("put", "my-model", "model", *again)
    until = when(version(alice).expires)
    assert ended.out.strip().partition("no new version")[2] == said.format(until)


def test_of_several_paths_each_keeps_its_name(model, alice, ja):
    (model.parent / "notes.txt").write_text("well")

    ja(
        "put",
        "my-model",
        "model",
        "notes.txt",
        "https://example.org/a/data%20b.zip?x=1",
    )

    assert paths(alice) == {
        "model/sub/labels.txt",
        "model/weights.bin",
        "notes.txt",
        "data b.zip",
    }


def test_a_key_of_a_bucket_is_the_name_as_it_stands(model, alice, ja, monkeypatch):
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    told = ja("put", "my-model", "model/weights.bin", "s3://bucket/100%25.txt")

    assert "no credentials" in told.err
    assert paths(alice) == {"weights.bin", "100%25.txt"}


def test_hidden_files_are_left_out_and_said_to_be(model, alice, ja):
    assert "--hidden takes them too" in ja("put", "my-model", "model").err
    assert ja("put", "my-model", "model", "--hidden").err == ""
    assert ".secret" in paths(alice)


def test_a_dry_run_lists_and_logs_nothing(model, alice, ja):
    ended = ja("put", "my-model", "model", "--dry-run")

    assert [line.split()[0] for line in ended.lines[:3]] == [
        "FILE",
        "sub/labels.txt",
        "weights.bin",
    ]
    assert ended.lines[3] == "2 files, 1.0 KB would become my-model"
    with pytest.raises(NotFound):
        version(alice)


def test_a_dry_run_is_also_json(model, ja):
    ended = ja("put", "my-model", "model", "--dry-run", "--json")

    assert ended.json == {
        "name": "my-model",
        "files": [
            {"path": "sub/labels.txt", "size": 4, "kind": "file"},
            {"path": "weights.bin", "size": 1000, "kind": "file"},
        ],
    }


def test_json_has_the_version_and_whether_it_is_new(model, ja):
    first = ja("put", "artifacts/my-model", "model", "--json").json
    second = ja("put", "my-model", "model", "--json").json

    assert (first["is_new"], second["is_new"]) == (True, False)
    assert first["version"] == second["version"]
    assert first["version"]["address"] == "my-model@v0"


def test_within_a_run_the_experiment_made_it(model, alice, ja, monkeypatch):
    alice.call("runs.start", name="train")
    monkeypatch.setenv("JUPYTER_ARTIFACTS_EXPERIMENT", "alice:train-exp0")

    assert "made by alice:train-exp0" in ja("put", "my-model", "model").err
    assert version(alice).source == "alice:train-exp0"


def test_a_private_one_is_seen_by_its_readers_alone(model, bob, ja):
    bob.call("teams.get")
    chen = bob.acting_as("chen")
    ja("put", "my-model", "model", "--private", "--reader", "bob")

    assert version(bob).version == "v0"
    with pytest.raises(NotFound):
        version(chen)


def test_the_aliases_of_someone_else_are_refused_and_nothing_is_logged(
    model, alice, ja
):
    ja("put", "my-model", "model")
    (model / "weights.bin").write_bytes(b"other")

    ended = ja("put", "my-model", "model", "--alias", "best", user="bob")

    assert ended.status == 1
    assert "only alice can change alice's artifact" in ended.err
    assert version(alice).version == "v0"


@pytest.mark.parametrize(
    ("arguments", "status", "why"),
    [
        (["my-model"], 2, "Missing argument"),
        (["my-model", "model", "--reader", "bob"], 2, "goes with --private"),
        (["my-model", "nothing"], 1, "nothing is there"),
        (["my-model@v3", "model"], 1, "(write my-model)"),
        (["my-model@latest", "model"], 1, "(write my-model)"),
        (["my-model@best", "model"], 1, "(write my-model --alias best)"),
        (["my model", "model"], 1, "cannot be the name of an artifact"),
        (["my-model", "model", "--alias", "v3"], 1, "looks like a version"),
        (["my-model", "model", "--ttl", "soon"], 1, "is no length of time"),
        (["my-model", "model/sub", "model/../model/sub"], 1, "is there twice"),
        (["my-model", "https://h/x?X-Amz-Signature=abc"], 1, "X-Amz-Signature"),
        (["my-model", "model", "--experiment", "no-exp0"], 1, "has no run no"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(model, ja, arguments, status, why):
    ended = ja("put", *arguments)

    *notes, last = ended.err.splitlines()
    assert (ended.status, ended.out) == (status, "")
    assert why in last
    assert all("error" not in note for note in notes)


@pytest.mark.parametrize(
    "arguments",
    [
        ["model/sub", "model/../model/sub"],
        ["model/weights.bin", "model/weights.bin"],
        ["nothing-in-it"],
        ["model", "--alias", "v3"],
        ["model", "--tag", "no tag"],
        ["model", "--ttl", "soon"],
        ["model", "--experiment", "no-exp0"],
        ["model", "--private", "--reader", "zoe"],
    ],
)
def test_a_dry_run_says_what_the_real_one_would_refuse(model, ja, arguments):
    Path("nothing-in-it").mkdir()
    dry = ja("put", "my-model", *arguments, "--dry-run")

    real = ja("put", "my-model", *arguments)
    assert (dry.status, dry.out, dry.err) == (1, "", real.err)


def test_a_dry_run_says_what_somebody_else_may_not(model, ja):
    ja("put", "my-model", "model")
    ended = ja("put", "my-model", "model", "--alias", "x", "--dry-run", user="bob")

    assert (ended.status, "only alice can change" in ended.err) == (1, True)


def test_a_dry_run_counts_as_logging_does(model, ja):
    (model / "empty").mkdir()
    dry = ja("put", "my-model", "model", "--dry-run")

    real = ja("put", "my-model", "model")
    assert "empty/" in dry.lines[1]
    assert dry.lines[-1].partition(" would")[0] == real.out.strip().partition(": ")[2]


def test_a_command_leaves_the_warnings_of_the_process_as_they_were(model, ja):
    before = warnings.showwarning
    ja("put", "my-model", "model")

    assert warnings.showwarning is before


def test_a_terminal_shows_what_was_logged(model, terminal):
    ended = terminal("put", "my-model", "model")

    assert ended.status == 0
    assert b"logged my-model@v0: 2 files, 1.0 KB" in ended.raw
