import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.digests import Hasher, check_digest, digest_of
from jupyter_artifacts.errors import InvalidRequest


def test_the_digest_is_blake3_of_the_specification():
    """Its published test vectors for no bytes and for 0, 1, 2."""
    assert digest_of(b"") == (
        "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
    )
    assert digest_of(bytes([0, 1, 2])) == (
        "blake3:e1be4d7a8ab5560aa4199eea339849ba8e293d55ca0a81006726d184519e647f"
    )


@given(st.lists(st.binary(max_size=3000)))
def test_chunks_give_the_digest_of_the_whole(chunks):
    """However the bytes come by."""
    hasher = Hasher()
    for chunk in chunks:
        hasher.update(chunk)
    assert hasher.digest() == digest_of(b"".join(chunks))
    assert check_digest(hasher.digest()) == hasher.digest()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "blake3:",
        "blake3:" + "0" * 63,
        "blake3:" + "A" * 64,
        "md5:" + "0" * 64,
        "blake3:" + "0" * 64 + "\n",
    ],
)
def test_what_is_no_digest_is_refused(text):
    """Also one that a newline follows."""
    with pytest.raises(InvalidRequest, match="is no digest"):
        check_digest(text)
