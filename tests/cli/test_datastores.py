from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from jupyter_artifacts.records.datastores import Datastore
from jupyter_artifacts.records.sessions import Session


@pytest.fixture
def source(home) -> Path:
    """A folder beside the working folder's own files."""
    folder = Path("cats")
    folder.mkdir()
    (folder / "tom.txt").write_text("meow")
    return folder


@pytest.fixture
def cats(source, alice, ja):
    assert ja("datastore", "create", "cats", "cats", "--description", "two").status == 0
    return source


@pytest.fixture
def session(alice, tmp_path, monkeypatch):
    """A session of alice's, and a process that belongs to it."""
    root = tmp_path / "session"
    root.mkdir()
    now = time.time()
    told = Session(
        id="S1",
        owner="alice",
        name="s",
        url="http://localhost:1/",
        root=str(root),
        host="here",
        started=now,
        last_seen=now,
    )
    with alice.context.catalog.write() as rows:
        rows.sessions.announce(told)
    monkeypatch.setenv("JUPYTER_ARTIFACTS_SESSION", "S1")
    return root


def test_create_says_how_many_hidden_ones_it_left_out(source, alice, ja):
    """Nobody shares a password unknowingly, nor misses a file unknowingly."""
    (source / ".env").write_text("SECRET=1")

    ended = ja("datastore", "create", "cats", "cats")
    taken = ja("datastore", "update", "cats", "--hidden")

    assert ended.out == "created datastores/cats/v1: 1 file, 4 B\n"
    assert "left out 1 hidden" in ended.err
    assert taken.out == "created datastores/cats/v2: 2 files, 12 B\n"


def test_create_says_what_it_made(source, alice, ja):
    """A folder becomes v1, described."""
    ended = ja("datastore", "create", "cats", "cats", "--description", "two cats")
    assert ended.out == "created datastores/cats/v1: 1 file, 4 B\n"
    (made,) = alice.call("datastores.list")
    assert (made.owner, made.description) == ("alice", "two cats")


def test_list_shows_mine_or_everyones(cats, bob, ja):
    """Mine by default, and how many others have; --global shows all."""
    (mine,) = ja("datastore", "list", "--json").json
    assert set(mine) == {field.name for field in msgspec.structs.fields(Datastore)}
    none = ja("datastore", "list", user="bob")
    assert none.out == ""
    assert "others have 1 datastore" in none.err
    (found,) = ja("datastore", "list", "--global", "--json", user="bob").json
    assert found["address"] == "datastores/cats"


def test_no_command_lists(cats, ja):
    """`datastore` alone is `datastore list`."""
    assert ja("datastore").out == ja("datastore", "list").out != ""


def test_update_makes_the_next_version(cats, ja):
    """From where the newest came from, or from another folder; v1 stays."""
    (cats / "tom.txt").write_text("purr")
    assert ja("datastore", "update", "cats").out == (
        "created datastores/cats/v2: 1 file, 4 B\n"
    )
    Path("other").mkdir()
    assert "created datastores/cats/v3: 0 files" in (
        ja("datastore", "update", "cats", "other").out
    )
    assert ja("cat", "datastores/cats/v1/tom.txt").out == "meow"
    assert ja("cat", "datastores/cats/v2/tom.txt").out == "purr"


@pytest.mark.parametrize(
    "command",
    [["update", "cats"], ["delete", "cats", "--reason", "space", "--yes"]],
)
def test_others_datastores_are_not_changed(cats, alice, bob, ja, command):
    """Refused with the reason, and nothing changed."""
    before = alice.call("datastores.list")
    ended = ja("datastore", *command, user="bob")
    assert ended.status == 1
    assert "only alice can" in ended.err
    assert alice.call("datastores.list") == before
    assert ja("cat", "datastores/cats/v1/tom.txt").out == "meow"


def test_attach_outside_a_session_says_where_it_lies(cats, ja):
    """The version's own folder, alone on stdout, and that this is no session."""
    ended = ja("datastore", "attach", "cats", user="bob")
    assert ended.status == 0
    assert "no session" in ended.err
    assert Path(ended.out.strip(), "tom.txt").read_text() == "meow"


@pytest.mark.parametrize("name", ["cats", "cats/v1", "datastores/cats/v1"])
def test_attach_in_a_session_prints_its_path(cats, session, ja, name):
    """A path below the session's root that code can open."""
    ended = ja("datastore", "attach", name)
    assert ended.status == 0
    assert ended.out.strip() == str(session / "datastores/cats/v1")
    assert (session / "datastores/cats/v1/tom.txt").read_text() == "meow"


def test_detach_takes_the_path_away(cats, session, ja):
    """The path goes, the bytes stay."""
    ja("datastore", "attach", "cats")
    assert ja("datastore", "detach", "cats").out == "detached datastores/cats/v1\n"
    assert not (session / "datastores").exists()
    assert ja("cat", "datastores/cats/v1/tom.txt").out == "meow"


def test_detach_asks_which_of_several(cats, session, ja):
    """With two versions attached one must be named."""
    ja("datastore", "update", "cats")
    ja("datastore", "attach", "cats/v1")
    ja("datastore", "attach", "cats/v2")
    ended = ja("datastore", "detach", "cats")
    assert ended.status == 1
    assert "v1" in ended.err
    assert "v2" in ended.err
    assert (session / "datastores/cats/v2").exists()
    assert ja("datastore", "detach", "cats/v2").status == 0


def test_what_is_not_attached_cannot_be_detached(cats, session, ja):
    """What is attached is named instead."""
    ended = ja("datastore", "detach", "cats")
    assert ended.status == 1
    assert "attached: nothing" in ended.err


def test_detach_outside_a_session_says_where(cats, ja):
    """There is nothing to detach from, and that is said."""
    ended = ja("datastore", "detach", "cats")
    assert ended.status == 1
    assert "this is no session" in ended.err


def test_delete_takes_all_versions(cats, alice, ja, home):
    """Rows and bytes of every version are gone."""
    ja("datastore", "update", "cats")
    refused = ja("datastore", "delete", "cats")
    assert refused.status == 1
    assert "--yes" in refused.err
    assert len(alice.call("datastores.get", name="cats").versions) == 2
    ended = ja("datastore", "delete", "cats", "--yes")
    assert ended.out == "deleted datastores/cats: 2 versions, 8 B\n"
    assert alice.call("datastores.list") == []
    assert not any((home / "storage" / "datastores").iterdir())


def test_one_version_is_not_deleted(cats, alice, ja):
    """A version never changes; all of them go together."""
    assert ja("datastore", "delete", "cats/v1").status == 1
    assert alice.call("datastores.list")


def test_an_attached_datastore_is_not_deleted(cats, session, ja):
    """Whose session has it attached is said."""
    ja("datastore", "attach", "cats")
    ended = ja("datastore", "delete", "cats", "--yes")
    assert ended.status == 1
    assert "alice's session has datastores/cats/v1 attached" in ended.err
    assert (session / "datastores/cats/v1/tom.txt").read_text() == "meow"


def test_delete_asks_on_a_terminal(cats, alice, terminal):
    """No is an answer that leaves everything."""
    ended = terminal("datastore", "delete", "cats", answer=b"n\n")
    assert "Delete datastores/cats: 1 version, 4 B?" in ended.out
    assert ended.status == 130
    assert alice.call("datastores.list")


def test_sessions_are_listed(session, alice, bob, ja):
    """Those of who asks, or with --global everyone's or somebody's."""
    (mine,) = ja("session", "--json").json
    assert set(mine) == {field.name for field in msgspec.structs.fields(Session)}
    assert mine["owner"] == "alice"
    assert ja("session", "--json", user="bob").json == []
    assert len(ja("session", "--global", "--json", user="bob").json) == 1
    assert len(ja("session", "--global", "alice", "--json", user="bob").json) == 1
    assert "http://localhost:1/" in ja("session").out
    assert ja("session", user="bob").err == "no session of bob is running\n"
    assert ja("session", "--global", "alcie").status == 1


def test_a_version_of_the_same_files_is_said_to_be_one(cats, ja):
    """Same names and same bytes; same sizes alone are not the same."""
    same = ja("datastore", "update", "cats")
    assert same.err.startswith("v2 has the same files as v1")
    (cats / "tom.txt").write_text("purr")
    assert "the same files" not in ja("datastore", "update", "cats").err


def test_a_datastore_of_no_files_is_said_to_be_empty(cats, ja):
    """The folder that was looked at is named."""
    Path("nothing").mkdir()
    ended = ja("datastore", "create", "dogs", "nothing")
    assert (
        ended.err == f"it is empty: there is no file in {Path('nothing').resolve()}\n"
    )
    assert "it is empty" not in ja("datastore", "update", "dogs", "cats").err


def test_creating_mine_again_names_update(cats, alice, bob, ja):
    """What was meant is another version; of somebody else's it is another name."""
    ended = ja("datastore", "create", "Cats", "cats")
    assert ended.status == 1
    assert "jupyter artifacts datastore update Cats cats" in ended.err
    assert "update" not in ja("datastore", "create", "cats", "cats", user="bob").err
    assert len(alice.call("datastores.get", name="cats").versions) == 1
