import os

import pytest

from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.storage.checksums import crc64nvme
from jupyter_artifacts.storage.file_part import FilePart

MIB = 1 << 20


@pytest.fixture
def opened(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(os.urandom(3 * MIB + 5))
    with path.open("rb+", buffering=0) as file:
        yield file


def everything(part: FilePart) -> bytes:
    """Read a part to its end."""
    found = b""
    while piece := part.read():
        found += bytes(piece)
    return found


def test_a_part_is_its_bytes_of_the_file_as_often_as_it_is_read(opened):
    part = FilePart(opened.fileno(), MIB, 2 * MIB + 5)
    wanted = os.pread(opened.fileno(), len(part), MIB)

    assert everything(part) == wanted
    assert part.seek(0) == 0
    assert everything(part) == wanted
    assert not part.read()


def test_other_bytes_than_were_hashed_are_noticed_when_they_were_sent(opened):
    part = FilePart(opened.fileno(), 0, 2 * MIB)
    part.expect(crc64nvme(everything(part)))
    os.pwrite(opened.fileno(), b"other", MIB)
    everything(part)

    with pytest.raises(ChangedAtSource, match="while it was stored"):
        part.check_sent("s3://b/k")


def test_the_same_bytes_read_twice_are_as_good(opened):
    part = FilePart(opened.fileno(), 0, 2 * MIB)
    part.expect(crc64nvme(everything(part)))
    everything(part)
    part.seek(0)
    everything(part)

    part.check_sent("s3://b/k")
