"""`audit`: the log from the command line."""

import pytest


@pytest.fixture
def busy(alice, bob, made, ja, tmp_path):
    """Alice shared something, bob downloaded it and was refused something."""
    made(alice)
    ja("share", "mnist-exp0")
    ja("download", "alice:mnist-exp0", "--to", str(tmp_path / "to"), user="bob")
    ja("delete", "alice:mnist", "--yes", user="bob")  # refused before it would ask
    ja("share", "--list", "--global", user="bob")


def test_it_says_who_did_what(busy, ja):
    ended = ja("audit")

    assert [line.split()[2:5] for line in ended.lines[1:]] == [
        ["bob", "shares.list", "shares"],
        ["bob", "runs.delete", "alice:mnist"],
        ["bob", "download", "alice:mnist-exp0"],
        ["alice", "shares.make", "alice:mnist-exp0"],
    ]
    assert "refused: only an admin" in ended.out


def test_a_download_is_closed_with_its_bytes(busy, ja):
    (line,) = ja("audit", "--action", "download", "--json").json

    assert line["outcome"] == "done"
    assert line["bytes"] == 14 + 264 + 6


def test_it_can_be_narrowed(busy, ja):
    assert {line["user"] for line in ja("audit", "--user", "BOB", "--json").json} == {
        "bob"
    }
    assert ja("audit", "--since", "7d", "--json").json
    assert ja("audit", "--since", "2999-01-01", "--json").json == []
    assert len(ja("audit", "--limit", "1", "--json").json) == 1


def test_it_is_not_for_members(busy, ja):
    ended = ja("audit", user="bob")

    assert ended.status == 1
    assert "only an admin or owner may" in ended.err
    assert ja("audit", "--json").json[0]["action"] == "audit.list"


def test_a_wrong_time_is_refused(busy, ja):
    ended = ja("audit", "--since", "yesterday")

    assert ended.status == 1
    assert "'yesterday' is no time" in ended.err
