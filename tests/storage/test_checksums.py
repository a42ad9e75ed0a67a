from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.storage.checksums import crc64nvme, crc64nvme_of_both


@given(st.binary(), st.binary())
def test_the_checksum_of_two_parts_is_that_of_the_whole(first, second):
    both = crc64nvme_of_both(crc64nvme(first), crc64nvme(second), len(second))
    assert both == crc64nvme(first + second)


def test_parts_of_many_bytes_are_as_good():
    first, second = b"a" * 100, bytes(9 << 20)
    both = crc64nvme_of_both(crc64nvme(first), crc64nvme(second), len(second))
    assert both == crc64nvme(second, crc64nvme(first))
