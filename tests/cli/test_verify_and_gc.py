import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.transfer.saving import ToSave


def test_verify_names_what_changed_and_ends_with_1(ja, alice, made, tmp_path):
    made(alice)
    to = tmp_path / "to"
    ja("download", "alice:mnist-exp0", "--to", str(to))
    sound = ja("verify", str(to))
    (to / "metrics.json").write_bytes(b"changed")

    changed = ja("verify", str(to))

    assert (sound.status, sound.out) == (0, "")
    assert "3 files: 3 ok" in sound.err
    assert changed.status == 1
    assert changed.out.startswith("changed      metrics.json: blake3:")


def test_verify_reads_what_the_team_holds(ja, alice, made):
    made(alice)

    found = ja("verify", "mnist-exp0", "--json")

    assert found.status == 0
    assert {file["verdict"] for file in found.json} == {"ok"}


def test_verify_of_neither_folder_nor_address_says_so(ja, alice):
    found = ja("verify", "nothing-exp0")

    assert found.status == 1
    assert "alice:nothing" in found.err


def test_gc_frees_the_cache_and_says_how_much(ja, alice):
    alice.cache.add(digest_of(b"x" * 1000), b"x" * 1000)

    shown = ja("gc", "--dry-run", "--unused", "0", "--json")
    assert alice.cache.usage().files == 1
    freed = ja("gc", "--unused", "0")

    assert shown.json[0]["bytes"] == 1000
    assert alice.cache.usage().files == 0
    assert "1 file freed" in freed.err


def test_gc_leaves_what_was_used_lately(ja, alice):
    alice.cache.add(digest_of(b"x"), b"x")

    ja("gc")

    assert alice.cache.usage().files == 1


def test_gc_deletes_versions_whose_time_is_over(ja, alice):
    file = ToSave(path="x", content=b"x", size=1)
    alice.log_artifact([file], name="old", ttl=0.001)

    shown = ja("gc", "--dry-run")
    assert len(alice.call("versions.list", name="old").items) == 1
    ja("gc")

    assert "1 version whose time is over" in shown.out
    assert alice.call("versions.list", name="old").items == []


@pytest.fixture(name="expired")
def _expired(alice):
    """Two versions of 1 and 2 bytes whose time is over; the newer has both files."""
    one = ToSave(path="x", content=b"x", size=1)
    two = ToSave(path="y", content=b"yy", size=2)
    alice.log_artifact([one], name="old", ttl=0.001)
    alice.log_artifact([one, two], name="old", ttl=0.001)


def test_a_dry_run_of_gc_says_what_gc_frees(ja, expired):
    shown = ja("gc", "--dry-run")
    would = ja("gc", "--dry-run", "--json").json
    did = ja("gc", "--json").json

    row = next(each for each in would if each["what"] == "expired")
    assert (row["files"], row["bytes"]) == (2, 3)
    assert shown.err == "2 files can be freed\n"
    told = ("what", "files", "bytes", "versions")
    assert [[each[key] for key in told] for each in would[:-1]] == [
        [each[key] for key in told] for each in did[:-1]
    ]


def test_gc_names_the_versions_it_deletes(ja, expired):
    shown, freed = ja("gc", "--dry-run"), ja("gc")

    assert [line for line in shown.lines if "old@" in line] == [
        "would delete old@v0",
        "would delete old@v1",
    ]
    assert "deleted old@v0\ndeleted old@v1\n" in freed.out


def test_gc_frees_only_what_no_other_version_needs(ja, alice, expired):
    one = ToSave(path="x", content=b"x", size=1)
    alice.log_artifact([one], name="old")  # says the same as v0, which stays for it

    row = next(each for each in ja("gc", "--dry-run", "--json").json if each["files"])

    assert row["versions"] == ["old@v1"]
    assert (row["files"], row["bytes"]) == (1, 2)


def test_gc_tells_nobody_the_names_of_what_is_private_to_others(ja, alice, bob):
    file = ToSave(path="x", content=b"x", size=1)
    said = {"name": "secret", "visibility": "private", "ttl": 0.001}
    bob.log_artifact([file], **said)

    shown = ja("gc", "--dry-run")

    assert "secret" not in shown.out
    assert "1 version whose time is over, 1 of them private to others" in shown.out


def test_a_dry_run_of_gc_counts_what_the_storage_refused_before(ja, alice):
    now = alice.context.clock()
    with alice.context.catalog.write() as rows:
        rows.doomed.add(["experiments/stuck"], now)
        rows.doomed.postpone(["experiments/stuck"], now + 600)

    shown, freed = ja("gc", "--dry-run"), ja("gc")

    assert (shown.err, freed.err) == ("1 file can be freed\n", "1 file freed\n")


def test_gc_takes_away_versions_whose_process_died(ja, alice):
    drafts = alice.settings.spool / "drafts"
    drafts.mkdir(parents=True)
    (drafts / "dead").write_text("artifacts/gone/dead")
    left = alice.context.storage.root / "artifacts/gone/dead/packs/p"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"x")

    shown = ja("gc", "--dry-run")
    assert left.exists()
    freed = ja("gc")

    for said in (shown.out, freed.out):
        assert "1 version whose process died" in said
    assert not left.exists()
    assert list(drafts.iterdir()) == []
