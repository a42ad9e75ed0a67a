"""What is kept of a large file between two downloads."""

import os
import time

import pytest

from jupyter_artifacts.digests import digest_of
from jupyter_artifacts.records.assets import Asset, StoredAsset
from jupyter_artifacts.transfer.partial import RANGE, Partial, sweep_partials
from jupyter_artifacts.transfer.plan import make_plan

LONG_AGO = 10 * 24 * 3600.0


@pytest.fixture
def begun(tmp_path):
    """Return what opens the partial of a file of three ranges, again and again."""
    incoming = os.open(tmp_path, os.O_RDONLY)
    asset = Asset(path="big", size=3 * RANGE, digest=digest_of(b"big"))
    stored = StoredAsset(asset=asset, key="objects/big")
    (file,) = make_plan("m@v0", [stored], tmp_path, free=1 << 40).files

    def opened():
        return Partial(str(tmp_path), file, incoming)

    yield opened
    os.close(incoming)


def put(partial, *numbers):
    for number in numbers:
        partial.write(number * RANGE, memoryview(bytes(RANGE)))
        partial.note(number)


def kept(folder):
    return sorted((folder / ".jupyter_artifacts" / "partial").iterdir())


def test_a_range_that_was_lost_does_not_count_when_a_later_one_came(begun, tmp_path):
    partial = begun()
    put(partial, 0, 1, 2)
    partial.close()
    os.truncate(kept(tmp_path)[0], RANGE)  # as after a power cut

    partial = begun()
    put(partial, 2)
    partial.close()

    partial = begun()
    assert list(partial.come) == [1, 0, 1]
    partial.close()


def test_what_is_noted_goes_with_what_it_is_of(begun, tmp_path):
    partial = begun()
    put(partial, 0)
    partial.close()
    now = time.time()
    content, journal = kept(tmp_path)
    os.utime(content, (now - LONG_AGO, now - LONG_AGO))

    sweep_partials(str(tmp_path), now)
    assert kept(tmp_path) == [content, journal]

    os.utime(journal, (now - LONG_AGO, now - LONG_AGO))
    sweep_partials(str(tmp_path), now)
    assert kept(tmp_path) == []
