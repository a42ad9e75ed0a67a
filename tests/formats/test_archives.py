"""Archives are listed, never extracted, and what is hostile is marked."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile

import pytest

from jupyter_artifacts.errors import Unreadable
from jupyter_artifacts.formats import tars
from jupyter_artifacts.formats.peeking import peek

HOSTILE_NAMES = [
    ("../../.bashrc", "a segment '..'"),
    ("/etc/passwd", "absolute"),
    ("a\\b", "a backslash"),
    ("a\nb", "a control character"),
]


def zipped(*entries: tuple[zipfile.ZipInfo | str, bytes], how=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how) as archive:
        for entry, content in entries:
            archive.writestr(entry, content)
    return file.getvalue()


def tarred(*entries: tuple[str, bytes, str, bytes], mode: int = 0o644, kind="w"):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=kind, format=tarfile.PAX_FORMAT) as archive:
        for name, type_, link, content in entries:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = type_, link
            info.size, info.mode, info.mtime = len(content), mode, 10**9
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def plain(name: str, content: bytes = b"") -> tuple[str, bytes, str, bytes]:
    return name, tarfile.REGTYPE, "", content


def warnings(found) -> dict[str, str]:
    return {entry.name: entry.warning for entry in found.entries if entry.warning}


def test_a_zip_lists_its_entries(look):
    info = zipfile.ZipInfo("deep/a b.txt", (2020, 1, 2, 3, 4, 6))
    info.compress_type = zipfile.ZIP_DEFLATED

    found = look("a.zip", zipped(("deep/", b""), (info, b"text" * 50)))

    folder, file = found.entries
    assert (folder.kind, file.kind, file.size) == ("folder", "file", 200)
    assert (file.name, file.modified) == ("deep/a b.txt", 1577934246.0)
    assert file.packed is not None
    assert file.packed < 200
    assert found.summary == "zip archive of 2 entries"


@pytest.mark.parametrize(("name", "why"), HOSTILE_NAMES)
def test_a_hostile_name_in_a_zip_is_marked(look, name, why):
    found = look("a.zip", zipped((name, b"x")))

    assert why in found.entries[0].warning
    assert found.summary.endswith("1 is not to be extracted as they stand")


def test_a_link_that_leaves_a_zip_is_marked(look):
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    inside = zipfile.ZipInfo("a/inside")
    inside.external_attr = 0o120777 << 16

    found = look("a.zip", zipped((link, b"../secret"), (inside, b"../b")))

    assert warnings(found) == {"link": "it is a link that leaves the archive's folder"}
    assert [entry.link for entry in found.entries] == ["../secret", "../b"]


def test_a_zip_bomb_is_marked_by_its_ratio(look):
    found = look("a.zip", zipped(("zeros", bytes(20 << 20))))

    assert "times its bytes" in found.entries[0].warning


def test_entries_that_share_bytes_are_marked(look):
    content = bytearray(zipped(("a", b"x" * 99), ("b", b"x" * 99)))
    second = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, second + 42, 0)

    assert "shares its bytes" in warnings(look("a.zip", bytes(content)))["b"]


def test_a_long_zip_says_how_many_entries_are_not_shown(look):
    found = look("a.zip", zipped(*((f"{n}", b"") for n in range(1005))))

    assert len(found.entries) == 1000
    assert found.left_out == ["5 entries after the first 1,000"]


def test_a_zip64_archive_is_listed(look):
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w") as archive,
        archive.open("big", "w", force_zip64=True) as member,
    ):
        member.write(b"x")
    assert [entry.name for entry in look("a.zip", file.getvalue()).entries] == ["big"]


def test_more_entries_than_16_bits_count_are_counted(look):
    content = zipped(*((f"{n}", b"") for n in range(66_000)), how=zipfile.ZIP_STORED)

    assert look("a.zip", content).summary == "zip archive of 66,000 entries"


def test_an_encrypted_entry_is_marked(look):
    content = bytearray(zipped(("a", b"x")))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1

    assert warnings(look("a.zip", bytes(content))) == {"a": "it is encrypted"}


def test_a_zip_cut_short_is_one_error(look):
    with pytest.raises(Unreadable, match="the end of its directory is missing"):
        look("a.zip", zipped(("a", b"x" * 999))[:-30])


@pytest.mark.parametrize("kind", ["w", "w:gz"])
def test_a_tar_lists_its_entries(look, kind):
    content = tarred(
        ("./deep", tarfile.DIRTYPE, "", b""),
        plain("./deep/näme" + "x" * 150, b"hello"),
        ("deep/link", tarfile.SYMTYPE, "../other", b""),
        kind=kind,
    )

    found = look("a.tar.gz", content)

    assert [(e.kind, e.size) for e in found.entries] == [
        ("folder", 0),
        ("file", 5),
        ("link", 0),
    ]
    assert found.entries[1].name == "./deep/näme" + "x" * 150
    assert found.entries[1].modified == 1e9
    assert warnings(found) == {}
    assert found.left_out == []


@pytest.mark.parametrize(("name", "why"), HOSTILE_NAMES)
def test_a_hostile_name_in_a_tar_is_marked(look, name, why):
    assert why in look("a.tar", tarred(plain(name))).entries[0].warning


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (("link", tarfile.SYMTYPE, "/etc", b""), "leaves the archive's folder"),
        (("a/link", tarfile.SYMTYPE, "../../x", b""), "leaves the archive's folder"),
        (("hard", tarfile.LNKTYPE, "../x", b""), "leaves the archive's folder"),
        (("null", tarfile.CHRTYPE, "", b""), "a device"),
        (("pipe", tarfile.FIFOTYPE, "", b""), "a pipe"),
    ],
)
def test_a_hostile_entry_in_a_tar_is_marked(look, entry, why):
    assert why in look("a.tar", tarred(entry)).entries[0].warning


def test_a_file_through_a_link_is_marked(look):
    content = tarred(("a", tarfile.SYMTYPE, "b", b""), plain("a/x"))

    assert "through a link" in warnings(look("a.tar", content))["a/x"]


def test_rights_and_doubles_are_marked(look):
    found = look("a.tar", tarred(plain("a"), plain("a"), mode=0o4755))

    first, second = found.entries
    assert first.warning == "it would run with another user's rights"
    assert "stands there twice" in second.warning


def test_gnus_long_names_and_sparse_files_are_read(look):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("d/" * 60 + "x" * 100))

    (entry,) = look("a.tar", file.getvalue()).entries

    assert entry.name == "d/" * 60 + "x" * 100


def test_a_large_tar_is_listed_by_its_headers(counting):
    content = tarred(*(plain(f"{n}", bytes(1 << 20)) for n in range(20)))
    bytes_ = counting(content)

    found = peek(bytes_.read, len(content), "a.tar")

    assert len(found.entries) == 20
    assert bytes_.bytes_read < 1 << 20


def test_a_long_tar_says_that_more_follows(look):
    found = look("a.tar", tarred(*(plain(f"{n}") for n in range(1001))))

    assert len(found.entries) == 1000
    assert found.left_out == ["what follows the first 1,000 entries"]
    assert found.summary.startswith("tar archive of at least 1,000")


def test_a_tar_cut_short_says_where_it_ends(look):
    found = look("a.tar", tarred(plain("a", b"x" * 600), plain("b", b"x" * 600))[:2500])

    assert [entry.name for entry in found.entries] == ["a", "b"]
    assert found.left_out == ["what follows: it ends in the middle of an entry"]


def test_a_gzip_bomb_is_unpacked_to_its_cap_only(look):
    bomb = io.BytesIO()
    info = tarfile.TarInfo("zeros")
    info.size = 1 << 30
    with gzip.GzipFile(fileobj=bomb, mode="wb") as packed:
        packed.write(info.tobuf(tarfile.GNU_FORMAT))
        for _ in range(2 * tars.MOST_INFLATED >> 20):
            packed.write(bytes(1 << 20))

    found = look("a.tgz", bomb.getvalue())

    assert found.left_out == ["what follows: it unpacks to more than a look may cost"]
    assert "times its bytes" in found.details["warning"]
