"""Addresses that end: what was presigned is good for so long and no longer."""

from datetime import timedelta

import httpx


def test_a_presigned_address_ends_and_a_new_one_brings_the_rest(bench, saved):
    large = next(one for one in saved if one.asset.path == "large/0")
    half = large.asset.size // 2
    address = bench.storage.presign(large.key, 60)
    assert address
    first = httpx.get(address, headers={"Range": f"bytes=0-{half - 1}"})
    assert first.status_code == 206
    bench.between.ahead = timedelta(seconds=90)
    late = httpx.get(address, headers={"Range": f"bytes={half}-"})
    assert late.status_code == 403
    bench.between.ahead = timedelta()
    fresh = bench.storage.presign(large.key, 60)
    rest = httpx.get(fresh, headers={"Range": f"bytes={half}-"})
    assert first.content + rest.content == (bench.source / "large/0").read_bytes()
