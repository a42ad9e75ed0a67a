"""`share`: a link made, listed, renewed and ended from the command line."""

import pytest


@pytest.fixture
def shared(alice, made, ja):
    """A share of alice's, as `--json` prints it."""
    made(alice)
    return ja("share", "mnist-exp0", "--json").json


def test_the_link_alone_is_on_stdout(alice, made, ja):
    """So that it can be piped; what is said about it goes beside."""
    made(alice)

    ended = ja("share", "mnist-exp0/metrics.json", "--expires", "2h")

    (line,) = ended.lines
    assert line.startswith("jupyter-artifacts/share/")
    assert len(line.partition("#")[2]) >= 43
    assert "alice:mnist-exp0/metrics.json until" in ended.err
    assert "no server of the team is running" in ended.err


def test_a_share_lasts_a_day_unless_said(shared, ja):
    share = shared["share"]
    assert share["expires"] - share["created"] == 86_400

    short = ja("share", "mnist-exp0", "--expires", "90m", "--json").json["share"]

    assert short["expires"] - short["created"] == 5_400


@pytest.mark.parametrize(
    ("expires", "why"),
    [
        ("soon", "no length of time"),
        ("31d", "30 days at most"),
        ("1s", "a minute at least"),
        ("-1h", "no length of time"),
    ],
)
def test_a_wrong_time_is_one_clear_error(shared, ja, expires, why):
    ended = ja("share", "mnist-exp0", "--expires", expires)

    assert ended.status == 1
    assert why in ended.err
    assert len(ended.err.splitlines()) == 1


def test_no_listing_has_a_secret(shared, ja):
    secret = shared["path"].partition("#")[2]

    listed = ja("share", "--list")
    as_json = ja("share", "--list", "--json")

    assert shared["share"]["id"] in listed.out
    assert as_json.json[0]["id"] == shared["share"]["id"]
    assert secret not in listed.out + as_json.out


def test_revoking_ends_it(shared, ja):
    identity = shared["share"]["id"]

    ended = ja("share", "--revoke", identity)

    assert ended.lines == [f"revoked {identity} of alice:mnist-exp0"]
    assert ja("share", "--list", "--json").json[0]["state"] == "revoked"
    assert "revoked, for good" in ja("share", "--renew", identity).err


def test_renewing_sets_the_end_anew(shared, ja):
    identity = shared["share"]["id"]

    renewed = ja("share", "--renew", identity, "--expires", "7d", "--json").json

    assert renewed["lasts"] == 7 * 86_400
    assert renewed["expires"] > shared["share"]["expires"]


def test_everyones_shares_are_for_those_who_look_after_the_team(shared, ja, bob):
    mine = ja("share", "--list", user="bob")
    refused = ja("share", "--list", "--global", user="bob")
    everyones = ja("share", "--list", "--global", "--json")

    assert "bob has shared nothing" in mine.err
    assert refused.status == 1
    assert "only an admin or owner" in refused.err
    assert len(everyones.json) == 1


@pytest.mark.parametrize("words", [[], ["mnist-exp0", "--list"]])
def test_one_thing_at_a_time(shared, ja, words):
    assert ja("share", *words).status == 2


def test_a_run_is_told_to_share_an_experiment(shared, ja):
    ended = ja("share", "alice:mnist")

    assert ended.status == 1
    assert "alice:mnist-exp0" in ended.err
