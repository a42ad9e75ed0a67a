from __future__ import annotations

import msgspec
import pytest

from jupyter_artifacts.records.assets import Entry

ENTRY = {field.name for field in msgspec.structs.fields(Entry)}


@pytest.fixture(autouse=True)
def team(alice, bob, made, tmp_path):
    """A run of alice's, and a datastore of bob's."""
    made(alice)
    folder = tmp_path / "cats"
    (folder / "black").mkdir(parents=True)
    (folder / "readme.txt").write_text("cats")
    (folder / "black" / "tom.txt").write_text("meow")
    bob.call("datastores.create", name="cats", source=str(folder))


def names(ended):
    return [entry["name"] for entry in ended.json]


def test_without_an_address_my_runs(ja):
    """`ls` alone lists the runs of who asks."""
    assert names(ja("ls", "--json")) == ["mnist"]
    assert ja("ls", "--json", user="bob").json == []


def test_the_top_lists_people(ja):
    """`ls runs` lists everyone, with how many runs they have."""
    found = ja("ls", "runs", "--json").json
    assert [(each["handle"], each["runs"]) for each in found] == [
        ("alice", 1),
        ("bob", 0),
    ]


@pytest.mark.parametrize("address", ["alice:mnist", "mnist", "runs/alice/mnist"])
def test_a_run_lists_its_experiments(ja, address):
    """Short or long, a run's address lists its experiments."""
    found = ja("ls", address, "--json").json
    assert [each["address"] for each in found] == ["alice:mnist-exp0"]


@pytest.mark.parametrize("address", ["mnist-exp0", "runs/alice/mnist/exp0"])
def test_an_experiment_lists_what_is_below(ja, address):
    """Its files, and that it has checkpoints and logs; folders first."""
    found = ja("ls", address, "--json")
    assert names(found) == [
        *("figures", "a b%&+#@.txt", "metrics.json", "checkpoints", "logs")
    ]
    assert all(set(entry) == ENTRY for entry in found.json)


def shown(ended):
    return [line.split("  ")[0] for line in ended.lines[1:]]


@pytest.mark.parametrize(
    ("address", "names"),
    [
        (
            "mnist-exp0",
            [
                *("figures/", "a b%&+#@.txt", "metrics.json"),
                "runs/alice/mnist/exp0/checkpoints/",
                "runs/alice/mnist/exp0/logs/",
            ],
        ),
        (
            "runs/alice/mnist/exp0",
            [
                *("files/figures/", "files/a b%&+#@.txt", "files/metrics.json"),
                *("checkpoints/", "logs/"),
            ],
        ),
        ("mnist-exp0/figures/", ["loss.png"]),
        ("runs/alice/mnist/exp0/logs", ["output"]),
        ("datastores/cats/v1", ["black/", "readme.txt"]),
    ],
)
def test_names_for_people_work_as_they_are_typed(ja, address, names):
    """What stands in a row leads there, typed after the address or whole."""
    found = shown(ja("ls", address))
    assert found == names
    for name in found:
        whole = name if name.startswith("runs/") else f"{address.rstrip('/')}/{name}"
        assert ja("ls", whole).status == 0
        assert ja("download", whole, "--dry-run").status == 0


@pytest.mark.parametrize("address", ["Alice:MNIST-exp0", "runs/Alice/MNIST/exp0"])
def test_names_work_however_the_address_was_written(ja, address):
    """Upper and lower case of a user and a run are the same."""
    ended = ja("ls", address)
    assert ended.status == 0, ended.err
    for name in shown(ended):
        whole = name if name.startswith("runs/") else f"{address}/{name}"
        assert ja("ls", whole).status == 0


def test_names_of_folders_called_like_sections_work_too(alice, ja, tmp_path):
    """A captured folder logs/ is no experiment's logs."""
    (tmp_path / "x").write_text("x")
    at = {"user": "alice", "run": "mnist", "number": 0}
    alice.call("files.capture", **at, path="logs/x.log", source=tmp_path / "x")
    assert "logs/" in shown(ja("ls", "mnist-exp0"))
    assert shown(ja("ls", "mnist-exp0/logs/")) == ["x.log"]
    assert ja("cat", "mnist-exp0/logs/x.log").out == "x"


@pytest.mark.parametrize("command", ["ls", "cat", "download"])
@pytest.mark.parametrize(
    ("address", "works"),
    [
        ("mnist-exp0/files/metrics.json", "alice:mnist-exp0/metrics.json"),
        ("mnist-exp0/logs/output", "runs/alice/mnist/exp0/logs/output"),
    ],
)
def test_an_address_that_mixes_both_forms_is_told_which_works(
    ja, command, address, works
):
    """The hint of `ls`, `cat` and `download` is an address they take."""
    ended = ja(command, address)
    assert ended.status == 1
    assert f" {works})" in ended.err
    assert ja(command, works).status == 0


@pytest.mark.parametrize(
    ("address", "below"),
    [
        ("mnist-exp0/figures", ["loss.png"]),
        ("mnist-exp0/figures/loss.png", ["loss.png"]),
        ("mnist-exp0/a b%&+#@.txt", ["a b%&+#@.txt"]),
        ("runs/alice/mnist/exp0/logs", ["output"]),
        ("runs/alice/mnist/exp0/logs/output", ["output"]),
        ("datastores", ["cats"]),
        ("datastores/cats/v1", ["black", "readme.txt"]),
        ("datastores/cats/v1/black", ["tom.txt"]),
        ("datastores/cats/v1/black/tom.txt", ["tom.txt"]),
    ],
)
def test_every_place_can_be_listed(ja, address, below):
    """Folders list what they hold, files themselves."""
    assert names(ja("ls", address, "--json")) == below


def test_a_checkpoint_is_a_tree(ja):
    """Checkpoints, one of them, a folder of it and a file of it can be listed."""
    top = "runs/alice/mnist/exp0/checkpoints"
    (checkpoint,) = ja("ls", top, "--json").json
    assert checkpoint["count"] == 1
    assert names(ja("ls", checkpoint["address"], "--json")) == ["weights"]
    weights = f"{checkpoint['address']}/weights"
    assert names(ja("ls", weights, "--json")) == ["model.bin"]
    (file,) = ja("ls", f"{weights}/model.bin", "--json").json
    assert file["address"] == f"{weights}/model.bin"
    assert ja("ls", f"{weights}/none").status == 1


def test_a_datastore_lists_its_versions(ja):
    """One row a version."""
    found = ja("ls", "datastores/cats", "--json").json
    assert [(each["version"], each["files"]) for each in found] == [("v1", 2)]


def test_what_was_not_captured_is_said(alice, ja):
    """A file that was seen and not captured is named, with the reason."""
    at = {"user": "alice", "run": "mnist", "number": 0}
    reason = "it has a control character"
    alice.call("files.refuse", **at, path="bad\nname", reason=reason)
    assert f"not captured: bad␊name: {reason}\n" in ja("ls", "mnist-exp0").err


def test_more_files_than_a_page_are_all_listed(alice, ja, tmp_path):
    """A listing is never cut at a page's end."""
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(1001):
        (folder / f"{number:04}").write_bytes(b"")
    alice.call("datastores.create", name="many", source=str(folder))
    assert len(ja("ls", "datastores/many/v1", "--json").json) == 1001


def test_a_table_is_drawn_on_a_terminal(terminal):
    """People get a drawn table in which no address is cut."""
    ended = terminal("ls", "runs/alice/mnist/exp0/files")
    assert ended.status == 0
    assert "figures/" in ended.out
    assert "─" in ended.out
