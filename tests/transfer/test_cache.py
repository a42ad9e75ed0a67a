import os
import time
from pathlib import Path

import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.errors import NotWritable
from jupyter_artifacts.transfer.cache import Cache

MIB = 1024 * 1024


@pytest.fixture(name="cache")
def _cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", 10 * MIB)


def _content(cache: Cache, digest: str) -> bytes | None:
    with cache.opened(digest) as opened:
        return None if opened is None else os.read(opened, 20 * MIB)


def _used(cache: Cache, digest: str, seconds_ago: float) -> None:
    when = time.time() - seconds_ago
    name = digest.rpartition(":")[2]
    os.utime(cache.root / "blake3" / name[:2] / name, (when, when))


def _fill(cache: Cache, *letters: str) -> list[str]:
    """Add 3 MiB of each letter, the first used the longest ago."""
    digests: list[str] = []
    for age, letter in enumerate(reversed(letters), 1):
        content = letter.encode() * (3 * MIB)
        digests.insert(0, digest_of(content))
        cache.add(digests[0], content)
        _used(cache, digests[0], age * 100)
    return digests


def test_what_was_added_is_found_by_its_digest(cache):
    cache.add(digest_of(b"bytes"), b"bytes")

    assert _content(cache, digest_of(b"bytes")) == b"bytes"
    assert _content(cache, digest_of(b"other")) is None


def test_bytes_of_the_right_size_and_name_that_are_wrong_are_no_hit(cache):
    digest = digest_of(b"bytes")
    cache.add(digest, b"bytes")
    name = digest.rpartition(":")[2]
    place = cache.root / "blake3" / name[:2] / name
    place.chmod(0o600)
    place.write_bytes(b"wrong")

    assert _content(cache, digest) is None
    assert not place.exists()


def test_it_never_holds_more_than_its_limit_and_lets_the_oldest_go(cache):
    first, second, third = _fill(cache, "a", "b", "c")

    cache.add(digest_of(b"d" * (3 * MIB)), b"d" * (3 * MIB))

    assert cache.usage().bytes <= 10 * MIB
    assert _content(cache, first) is None
    assert _content(cache, third) is not None
    assert second


def test_a_hit_counts_as_use(cache):
    first, second, _ = _fill(cache, "a", "b", "c")
    assert _content(cache, first)

    cache.add(digest_of(b"d" * (3 * MIB)), b"d" * (3 * MIB))

    assert _content(cache, first) is not None
    assert _content(cache, second) is None


def test_what_is_pinned_stays(cache):
    first, second, _ = _fill(cache, "a", "b", "c")
    cache.pin(first)

    cache.add(digest_of(b"d" * (3 * MIB)), b"d" * (3 * MIB))
    cache.clear(time.time() + 1)

    assert _content(cache, first) is not None
    assert _content(cache, second) is None
    cache.unpin(first)
    assert cache.clear(time.time() + 1) == 3 * MIB


def test_what_is_larger_than_the_cache_is_not_kept(cache):
    content = b"x" * (11 * MIB)

    cache.add(digest_of(content), content)

    assert cache.usage().files == 0


def test_a_folder_that_others_may_write_to_is_refused(cache):
    cache.root.mkdir()
    cache.root.chmod(0o777)

    with pytest.raises(NotWritable, match="written by somebody else"):
        cache.add(digest_of(b"x"), b"x")


def test_only_its_user_may_look_into_it(cache):
    cache.add(digest_of(b"x"), b"x")

    assert cache.root.stat().st_mode & 0o077 == 0
