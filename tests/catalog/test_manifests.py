"""Manifests kept as chunks say what the same manifest kept as rows says."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_artifacts.catalog import sorted_assets
from jupyter_artifacts.catalog.manifest_lines import place_key
from jupyter_artifacts.catalog.sorted_assets import sort_assets
from jupyter_artifacts.errors import InvalidPath, NotFound
from jupyter_artifacts.records.assets import Asset, AssetKind, StoredAsset

_numbers = count()


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    """Let a dozen of files be many chunks, blocks, runs and parts."""
    sizes = {"CHUNK": 2, "_RUN": 4, "_BLOCK": 2, "_PART": 2, "_FOLDERS": 2}
    for name, size in sizes.items():
        monkeypatch.setattr(sorted_assets, name, size)


def stored(path, size=1, **more):
    known = {"modified": float(size), "digest": f"blake3:{size:064x}", **more}
    return StoredAsset(
        asset=Asset(path=path, size=size, **known), key="pack", offset=size
    )


def write(rows, files):
    manifest = f"chunks{next(_numbers)}"
    with sort_assets(files) as found:
        for part in found.parts():
            rows.assets.write(manifest, part)
    return manifest


def every_entry(rows, manifest, prefix, limit):
    cursor, found = None, []
    while True:
        page = rows.assets.children(manifest, prefix, limit=limit, cursor=cursor)
        found += [(e.kind, e.name, e.address, e.size, e.count) for e in page.items]
        found += [page.total]
        cursor = page.cursor
        if cursor is None:
            return found


def paths(stored_assets):
    return [each.asset.path for each in stored_assets]


PARTS = st.sampled_from(["a", "b", "a b", "a-", "a0", "é", "%", "😀"])
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


def without_clashes(files):
    """Leave out files that others lie below."""
    above = {path[:at] for path in files for at, c in enumerate(path) if c == "/"}
    return {path: size for path, size in files.items() if path not in above}


FILES = st.dictionaries(PATHS, st.integers(0, 9), max_size=30).map(without_clashes)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(FILES, st.integers(1, 4), st.randoms())
def test_chunks_answer_as_rows_do(rows, files, limit, random):
    plain = f"rows{next(_numbers)}"
    for path, size in files.items():
        rows.assets.put(plain, stored(path, size).asset, "pack")
    shuffled = list(files.items())
    random.shuffle(shuffled)
    chunked = write(rows, [stored(path, size) for path, size in shuffled])

    above = {path[:at] for path in files for at, c in enumerate(path) if c == "/"}
    for prefix in ["", *sorted(above)]:
        assert every_entry(rows, chunked, prefix, limit) == (
            every_entry(rows, plain, prefix, limit)
        )
    for prefix in ["", *above, *files]:
        wanted = paths(rows.assets.all(plain, prefix))
        assert paths(rows.assets.all(chunked, prefix)) == wanted
        pages = [page for page in rows.assets.pages(chunked, prefix) if page]
        assert sorted(path for page in pages for path in paths(page)) == wanted
    for path, size in files.items():
        assert rows.assets.get(chunked, path) == stored(path, size)


@given(PATHS, PATHS)
def test_places_sort_by_the_folders_parts_and_then_by_name(one, other):
    def parts(path):
        *folder, name = path.split("/")
        return folder, name

    assert (place_key(one) < place_key(other)) == (parts(one) < parts(other))


def test_what_is_not_there_is_told_what_was_probably_meant(rows):
    manifest = write(rows, [stored("figures/loss.png"), stored("a")])
    with pytest.raises(NotFound, match=r"did you mean figures/loss\.png"):
        rows.assets.get(manifest, "figures/los.png")
    with pytest.raises(NotFound, match="did you mean figures"):
        rows.assets.children(manifest, "figure", limit=1, cursor=None)


def test_a_file_is_no_folder(rows):
    manifest = write(rows, [stored("figures/loss.png")])
    with pytest.raises(NotFound, match="it is a file"):
        rows.assets.children(manifest, "figures/loss.png", limit=1, cursor=None)


def test_an_empty_folder_is_listed_and_counts_no_file(rows):
    kept = [stored(f"x/{number}") for number in range(5)]
    empty = stored("x/empty", 0, kind=AssetKind.FOLDER)
    filled = stored("x", 0, kind=AssetKind.FOLDER)
    with sort_assets([empty, *kept, filled]) as found:
        assert (found.files, found.bytes) == (5, 5)
        for part in found.parts():
            rows.assets.write("m", part)
    page = rows.assets.children("m", "x", limit=9, cursor=None)
    assert [(e.kind, e.name, e.count) for e in page.items][:2] == [
        ("folder", "empty", 0),
        ("file", "0", 1),
    ]
    assert page.total == 6
    assert rows.assets.children("m", "x/empty", limit=9, cursor=None).items == []
    assert "x/empty" in paths(rows.assets.all("m"))
    assert "x" not in paths(rows.assets.all("m"))


@pytest.mark.parametrize("clash", ["a/b", "a"])
def test_a_path_is_one_thing(clash):
    files = [stored("a"), *(stored(f"z{number}") for number in range(9))]
    with pytest.raises(InvalidPath, match=r"^a: this path is"):
        sort_assets([*files, stored(clash)])


def test_the_digest_is_of_what_a_manifest_says_and_in_no_order():
    def digest(*files):
        with sort_assets(files) as found:
            return found.digest

    one, other = stored("a", 1), stored("b/c", 2)
    again = stored("b/c", 2, modified=7.0, captured=7.0)
    assert digest(one, other) == digest(again, one)
    assert len({digest(one), digest(other), digest(one, other), digest()}) == 4
    assert digest(stored("a", 2)) != digest(stored("a", 1))


def remote(**more):
    known = {"kind": AssetKind.REMOTE, "digest": "", "uri": "s3://b/a", **more}
    return stored("a", 1, **known)


def test_a_remote_object_is_another_one_by_version_or_checksum():
    def digest(**more):
        with sort_assets([remote(**more)]) as found:
            return found.digest

    said = [{"version_id": "1"}, {"version_id": "2"}, {"checksum": "md5:0"}]
    said += [{"checksum": "md5:1"}, {"etag": "x"}, {"uri": "s3://b/b"}]
    assert len({digest(**each) for each in said}) == len(said)
    assert digest(checksum="md5:0", etag="x") == digest(checksum="md5:0", etag="y")


def test_a_deleted_manifest_leaves_no_row(rows):
    manifest = write(rows, [stored("x/y")])
    rows.assets.delete([manifest])
    assert rows.assets.all(manifest) == []
    assert rows.assets.children(manifest, "", limit=1, cursor=None).items == []


def test_the_level_of_many_files_is_counted_up_to_a_cap(rows, monkeypatch):
    monkeypatch.setattr(sorted_assets, "CHUNK", 500)
    manifest = write(rows, [stored(f"x/{number:05}") for number in range(10_100)])
    page = rows.assets.children(manifest, "x", limit=2, cursor=None)
    assert (page.total, page.total_capped) == (10_000, True)
