"""Share links, through the operations."""

from __future__ import annotations

import dataclasses
import sqlite3
from contextlib import closing

import pytest
from msgspec.structs import replace

from jupyter_artifacts.errors import (
    Gone,
    InvalidAddress,
    InvalidPath,
    InvalidRequest,
    NotFound,
    Refused,
)
from jupyter_artifacts.operations.giving import given_out
from jupyter_artifacts.operations.shareable import still_shared
from jupyter_artifacts.records.assets import AssetKind
from jupyter_artifacts.records.people import Role

AT = {"user": "alice", "run": "mnist", "number": 0}
FILES = {
    "a.txt": b"a",
    "figures/acc.png": b"acc",
    "figures/deep/loss.png": b"loss!",
    "figures-old/x.png": b"old",
}


@pytest.fixture(name="files")
def _files(alice, run, tmp_path):
    for path, content in FILES.items():
        source = tmp_path / "made"
        source.write_bytes(content)
        alice.call("files.capture", **AT, path=path, source=source)


@pytest.fixture(name="share")
def _share(alice, files):
    """Share an address as alice; return the id, and what a link's holder says."""

    def make(address="mnist-exp0", **more):
        made = alice.call("shares.make", address=address, **more)
        return {"share": made.share.id, "secret": made.path.partition("#")[2]}

    return make


def at(carrier, seconds):
    """Let a carrier's clock be some seconds ahead."""
    clock = carrier.context.clock
    later = dataclasses.replace(carrier.context, clock=lambda: clock() + seconds)
    carrier.context = later


def fetched(carrier, link, path):
    content = carrier.call("shares.read", **link, path=path)
    return b"".join(content.read(0, content.size))


def names(opened):
    return [entry.name for entry in opened.page.items]


@pytest.mark.parametrize(
    ("address", "kind", "shown"),
    [
        ("mnist-exp0", "experiment", ["figures", "figures-old", "a.txt"]),
        ("mnist-exp0/figures", "folder", ["deep", "acc.png"]),
        ("alice:mnist-exp0/figures/deep/loss.png", "file", ["loss.png"]),
    ],
)
def test_whoever_has_the_link_sees_what_was_shared(bob, share, address, kind, shown):
    opened = bob.call("shares.open", **share(address))

    assert opened.share.kind == kind
    assert opened.share.address.startswith("alice:mnist-exp0")
    assert names(opened) == shown
    assert not opened.mine


def test_a_folder_of_it_opens_by_its_path(bob, share):
    opened = bob.call("shares.open", **share("mnist-exp0/figures"), prefix="figures")
    below = bob.call("shares.open", **share(), prefix="figures/deep")

    assert names(opened) == ["deep", "acc.png"]
    assert names(below) == ["loss.png"]


def test_long_folders_come_in_pages(bob, share):
    link = share()
    first = bob.call("shares.open", **link, limit=2)
    rest = bob.call("shares.open", **link, limit=2, cursor=first.page.cursor)

    assert names(first) + names(rest) == ["figures", "figures-old", "a.txt"]
    assert rest.page.cursor is None


def test_a_checkpoint_and_a_datastores_version_are_shared(alice, bob, share, tmp_path):
    begun = alice.call("checkpoints.begin", **AT, steps_completed=1)
    saved = {**AT, "uuid": begun.uuid}
    source = tmp_path / "cats"
    source.mkdir()
    (source / "cat.txt").write_text("cat")
    alice.call("checkpoints.capture", **saved, path="w.bin", source=source / "cat.txt")
    alice.call("datastores.create", name="cats", source=str(source))

    checkpoint = share(f"runs/alice/mnist/exp0/checkpoints/{saved['uuid']}")
    version = share("datastores/cats")

    assert names(bob.call("shares.open", **checkpoint)) == ["w.bin"]
    assert fetched(bob, checkpoint, "w.bin") == b"cat"
    assert fetched(bob, version, "cat.txt") == b"cat"


def test_a_share_stays_with_the_version_it_was_made_of(alice, bob, share, tmp_path):
    source = tmp_path / "cats"
    source.mkdir()
    (source / "cat.txt").write_text("old")
    alice.call("datastores.create", name="cats", source=str(source))
    link = share("datastores/cats")
    (source / "cat.txt").write_text("new")
    alice.call("datastores.update", name="cats")

    assert bob.call("shares.open", **link).share.address == "datastores/cats/v1"
    assert fetched(bob, link, "cat.txt") == b"old"


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("alice:mnist", InvalidAddress),
        ("alice:", InvalidAddress),
        ("datastores", InvalidAddress),
        ("runs/alice/mnist/exp0/logs/stdout", InvalidAddress),
        ("runs/alice/mnist/exp0/checkpoints", InvalidAddress),
        ("mnist-exp0/nothing", NotFound),
        ("mnist-exp0/fig", NotFound),
        ("mnist-exp7", NotFound),
        ("datastores/none", NotFound),
    ],
)
def test_what_cannot_be_shared_is_refused_when_it_is_tried(share, address, error):
    with pytest.raises(error):
        share(address)


@pytest.mark.parametrize("expires", [0, 1, -1, 31 * 86400, 1e300, "nan", "soon"])
def test_no_share_lasts_for_ever_or_for_nothing(share, expires):
    with pytest.raises(InvalidRequest):
        share(expires=expires)


@pytest.mark.parametrize(
    "path",
    [
        "a.txt",
        "figures-old/x.png",
        "figures-old",
        "fig",
        "figure",
    ],
)
def test_a_share_gives_nothing_beside_it(bob, share, path):
    """Neither by a path of its parent, nor by one that only begins as its own."""
    link = share("mnist-exp0/figures")

    with pytest.raises(NotFound):
        bob.call("shares.read", **link, path=path)
    with pytest.raises(NotFound):
        bob.call("shares.open", **link, prefix=path)


@pytest.mark.parametrize(
    "path", ["figures/../a.txt", "../a.txt", "/etc/passwd", "figures//x", "a\\b", "."]
)
def test_no_path_climbs_out_of_a_share(bob, share, path):
    with pytest.raises(InvalidPath):
        bob.call("shares.read", **share("mnist-exp0/figures"), path=path)
    with pytest.raises(InvalidPath):
        bob.call("shares.open", **share("mnist-exp0/figures"), prefix=path)


@pytest.mark.parametrize("secret", ["", "wrong", "é"])
def test_without_its_secret_a_link_opens_nothing(bob, share, secret):
    link = {**share(), "secret": secret}

    with pytest.raises(Refused, match="link"):
        bob.call("shares.open", **link)
    with pytest.raises(Refused, match="link"):
        bob.call("shares.read", **link, path="a.txt")


def test_the_secret_of_another_share_opens_nothing(bob, share):
    link = {**share("mnist-exp0/figures"), "secret": share("mnist-exp0")["secret"]}

    with pytest.raises(Refused):
        bob.call("shares.open", **link)


def test_its_owner_needs_no_secret(alice, share):
    opened = alice.call("shares.open", share=share()["share"])

    assert opened.mine


def test_nothing_kept_is_the_secret(share, catalog):
    link = share()

    with closing(sqlite3.connect(catalog.database)) as database:
        kept = "\n".join(database.iterdump())

    assert link["share"] in kept
    assert link["secret"] not in kept


def test_a_new_share_does_not_show_its_secret_by_itself(alice, files):
    """What a notebook's cell ends in is kept with the notebook."""
    made = alice.call("shares.make", address="mnist-exp0")

    assert made.path.partition("#")[2] not in f"{made!r} {made}"


def test_it_ends_when_it_says(alice, bob, share):
    link = share(expires=3600)
    at(bob, 3599)
    assert names(bob.call("shares.open", **link))

    at(bob, 2)

    with pytest.raises(Gone, match=r"expired.*ask alice"):
        bob.call("shares.open", **link)
    with pytest.raises(Gone, match="expired"):
        bob.call("shares.read", **link, path="a.txt")


def test_its_owner_sees_that_it_ended_and_renews_it(alice, bob, share):
    link = share(expires=3600)
    at(alice, 3601)
    at(bob, 3601)

    shown = alice.call("shares.open", **link)
    renewed = alice.call("shares.renew", share=link["share"])

    assert shown.share.state == "expired"
    assert shown.page.items == []
    assert names(bob.call("shares.open", **link))
    assert renewed.state == "active"
    assert renewed.expires - renewed.created == pytest.approx(7201, abs=5)


def test_revoked_it_opens_nothing_for_anyone(alice, bob, share):
    link = share()
    content = bob.call("shares.read", **link, path="a.txt")
    alice.call("shares.revoke", share=link["share"])

    for carrier in (alice, bob):
        with pytest.raises(Gone, match="alice revoked"):
            carrier.call("shares.open", **link)
        with pytest.raises(Gone, match="alice revoked"):
            carrier.call("shares.read", **link, path="a.txt")
    assert content.size == 1


def test_a_share_stops_with_its_owners_right_to_share(alice, bob, share, files):
    """Bob shared alice's file; once he is a viewer, his links open nothing."""
    made = bob.call("shares.make", address="alice:mnist-exp0")
    link = {"share": made.share.id, "secret": made.path.partition("#")[2]}
    carol = alice.acting_as("carol")
    assert names(carol.call("shares.open", **link))

    alice.call("members.role", handle="bob", role=Role.VIEWER)

    with pytest.raises(Refused, match="bob, who shared it, may not share any more"):
        carol.call("shares.open", **link)
    with pytest.raises(Refused, match="bob, who shared it"):
        carol.call("shares.read", **link, path="a.txt")


def test_a_share_never_shows_what_came_after_under_its_address(alice, bob, share):
    """Deleted and made anew, a run of the same name is another run."""
    link = share()
    alice.call("experiments.move", **AT, state="COMPLETED")
    alice.call("runs.delete", user="alice", run="mnist")
    with pytest.raises(Gone, match="deleted"):
        bob.call("shares.open", **link)

    alice.call("runs.start", name="mnist")

    with pytest.raises(Gone, match="deleted"):
        bob.call("shares.open", **link)


def test_every_use_is_counted(alice, bob, share):
    link = share()
    for _ in range(2):
        bob.call("shares.open", **link)
    bob.call("shares.open", **link, prefix="figures")
    fetched(bob, link, "figures/deep/loss.png")
    fetched(bob, link, "a.txt")

    counted = alice.call("shares.get", share=link["share"])

    assert (counted.opens, counted.downloads, counted.bytes) == (2, 2, 6)


def test_no_reader_goes_past_what_counts(bob, share):
    """A shared file is read through the share, not where it lies on the disk."""
    assert bob.call("shares.read", **share(), path="a.txt").local_path is None


class Presigning:
    """A storage whose objects have URLs of their own."""

    def __init__(self, storage):
        self._storage = storage

    def __getattr__(self, name):
        return getattr(self._storage, name)

    def presign(self, key, seconds):
        return f"https://store.example/{key}?signature&e={seconds}"


@pytest.fixture(name="handed_out")
def _handed_out(alice, share):
    """Hand out alice's shared file as a store has it, with what is said about it."""
    alice.context = dataclasses.replace(
        alice.context, storage=Presigning(alice.context.storage)
    )

    def give(*, settled=True, offset=None, **of_asset):
        link = share()
        with alice.context.catalog.read() as rows:
            found, _, manifest = rows.shares.guarded(link["share"])
            stored = rows.assets.get(manifest, "a.txt")
            place = still_shared(alice.context, rows, found, manifest)
        asset = replace(stored.asset, **of_asset)
        place = dataclasses.replace(place, settled=settled)
        stored = replace(stored, asset=asset, offset=offset)
        return given_out(alice.context, found, place, stored)

    return give


def test_a_file_of_its_own_may_come_from_the_store(handed_out):
    elsewhere = handed_out().elsewhere

    assert elsewhere is not None
    assert elsewhere().startswith("https://store.example/")


def test_a_pack_is_never_handed_out(handed_out):
    """Its URL would give every file in it, shared or not."""
    assert handed_out(offset=0).elsewhere is None


def test_a_file_that_may_still_change_is_not_sent_for_elsewhere(handed_out):
    assert handed_out(settled=False).elsewhere is None


@pytest.mark.parametrize("kind", sorted({*AssetKind} - {AssetKind.FILE}))
def test_what_we_do_not_hold_is_shown_and_not_fetched(handed_out, kind):
    """No server fetches somebody's link, or its own bucket, on someone's behalf."""
    with pytest.raises(InvalidRequest, match="we do not hold its bytes"):
        handed_out(kind=kind, uri="s3://elsewhere/secret", link="/etc/passwd")


def test_someone_elses_share_is_ended_with_a_reason_only(alice, bob, files):
    made = bob.call("shares.make", address="alice:mnist-exp0")
    with pytest.raises(Refused, match="reason"):
        alice.call("shares.revoke", share=made.share.id)

    revoked = alice.call("shares.revoke", share=made.share.id, reason="left the team")

    assert revoked.revoked_by == "alice"


def test_lists_are_mine_or_for_those_who_look_after_the_team(alice, bob, share):
    link = share()

    assert bob.call("shares.list").items == []
    assert [one.id for one in alice.call("shares.list").items] == [link["share"]]
    with pytest.raises(Refused):
        bob.call("shares.list", everyone=True)


def test_a_long_list_comes_in_pages(alice, share):
    made = [share()["share"] for _ in range(5)]
    first = alice.call("shares.list", limit=3)
    rest = alice.call("shares.list", limit=3, cursor=first.cursor)

    assert [one.id for one in (*first.items, *rest.items)] == sorted(made)[::-1]
    assert rest.cursor is None
