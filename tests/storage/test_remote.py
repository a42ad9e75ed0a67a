"""Objects of other people's buckets: what is recorded of them, and what came of it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_artifacts.errors import (
    ChangedAtSource,
    Gone,
    InvalidPath,
    InvalidRequest,
    NotFound,
)
from jupyter_artifacts.records.assets import Asset, AssetKind
from jupyter_artifacts.storage.checksums import Checker
from jupyter_artifacts.storage.gcs import GoogleBucket
from jupyter_artifacts.storage.opening import split_uri
from jupyter_artifacts.storage.remote import (
    RemoteStore,
    check_uri,
    is_vouched_for,
    remote_of,
)

SECRET = "dGhpcyBpcyBzZWNyZXQ"  # noqa: S105 - what must not be repeated
NAMES = ["a.txt", "sub/empty", "sub/100% & é?#[x].bin", "sub/deep/er/+ +"]


@dataclass
class Theirs:
    """A bucket that somebody else writes to, by a client of its own.

    Attributes:
        uri: of its prefix.
        put: stores an object of the bucket.
        delete: deletes one.
        versioned: whether an overwritten object can still be read.
    """

    uri: str
    put: Callable[[str, bytes], Any]
    delete: Callable[[str], Any]
    versioned: bool

    def assets(self, **more: Any) -> dict[str, Asset]:
        found = remote_of(self.uri).expand(self.uri, **more)
        return {asset.path: asset for asset in found}


@pytest.fixture
def theirs(place, request) -> Theirs:
    scheme, bucket, _ = split_uri(place)
    kind = request.node.callspec.params["place"]
    server = request.getfixturevalue(f"{kind}_server")
    client = server.client()
    uri = f"{place}/data"
    if scheme == "gs":
        handle = client.bucket(bucket)
        return Theirs(
            uri,
            lambda name, body: handle.blob(name).upload_from_string(body),
            lambda name: handle.blob(name).delete(),
            versioned=False,
        )
    return Theirs(
        uri,
        lambda name, body: client.put_object(Bucket=bucket, Key=name, Body=body),
        lambda name: client.delete_object(Bucket=bucket, Key=name),
        versioned=True,
    )


def test_a_prefix_is_one_asset_for_each_object_the_empty_ones_too(theirs):
    for name in NAMES:
        theirs.put(f"data/{name}", b"" if name.endswith("empty") else name.encode())
    theirs.put("databank", b"not below the prefix, though it begins alike")

    assets = theirs.assets()

    assert sorted(assets) == sorted(NAMES)
    for name, asset in assets.items():
        assert asset.kind is AssetKind.REMOTE
        assert asset.uri == f"{theirs.uri}/{name}"
        assert asset.size == (0 if name.endswith("empty") else len(name.encode()))
        assert asset.modified > 0
        assert asset.etag


class Listed:
    """A bucket of Google's that counts how far it is listed."""

    name = "theirs"

    def __init__(self, *keys: str) -> None:
        self.told = 0
        self._keys = sorted(keys)

    def list_blobs(self, prefix: str) -> Iterator[Any]:
        for key in self._keys:
            if key.startswith(prefix):
                self.told += 1
                yield SimpleNamespace(
                    name=key,
                    size=1,
                    etag="x",
                    crc32c="",
                    updated=None,
                    generation=1,
                    metadata={},
                )


def test_what_only_begins_alike_is_not_listed():
    alike = [f"d-{number:04}" for number in range(2000)]
    there = Listed("d", *alike, "d/a", "d/b", "e")
    found = RemoteStore(GoogleBucket(there)).expand("gs://theirs/d", cap=3)
    assert [asset.uri for asset in found] == [
        "gs://theirs/d",
        "gs://theirs/d/a",
        "gs://theirs/d/b",
    ]
    assert there.told <= 4


def test_one_object_is_one_asset(theirs):
    theirs.put("data/sub/a.txt", b"bytes")
    uri = f"{theirs.uri}/sub/a.txt"
    (asset,) = remote_of(uri).expand(uri)
    assert (asset.path, asset.size, asset.uri) == ("a.txt", 5, uri)


def test_what_the_provider_recorded_is_the_checksum_of_the_bytes(theirs):
    theirs.put("data/a", b"some bytes")
    (asset,) = theirs.assets().values()
    checker = Checker(asset.checksum)
    checker.update(b"some bytes")
    assert checker.able
    assert checker.matches()


def test_an_etag_of_an_upload_in_parts_is_no_checksum(place, request):
    scheme, bucket, _ = split_uri(place)
    if scheme == "gs":
        return  # there the checksum is no ETag
    kind = request.node.callspec.params["place"]
    client = request.getfixturevalue(f"{kind}_server").client()
    where = {"Bucket": bucket, "Key": "data/a"}
    upload = client.create_multipart_upload(**where)["UploadId"]
    part = client.upload_part(**where, UploadId=upload, PartNumber=1, Body=b"bytes")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    client.complete_multipart_upload(**where, UploadId=upload, MultipartUpload=parts)

    (asset,) = remote_of(f"{place}/data").expand(f"{place}/data")

    assert asset.etag.endswith("-1")
    assert asset.checksum == ""


@pytest.mark.parametrize("place", ["moto"], indirect=True)
def test_an_etag_of_an_object_that_kms_encrypts_is_not_vouched_for(place, moto_server):
    client, bucket = moto_server.client(), split_uri(place)[1]
    for name, how in (("kms", "aws:kms"), ("own", "AES256")):
        more = {"Key": f"data/{name}", "ServerSideEncryption": how}
        client.put_object(Bucket=bucket, Body=b"bytes", **more)
    client.put_object(Bucket=bucket, Body=b"bytes", Key="data/none")
    uri = f"{place}/data"
    assets = remote_of(uri).expand(uri)
    assert {asset.path: is_vouched_for(asset) for asset in assets} == {
        "kms": False,
        "none": True,
        "own": True,
    }


def test_exactly_the_recorded_version_is_fetched(theirs):
    theirs.put("data/a", b"old bytes")
    (asset,) = theirs.assets().values()
    theirs.put("data/a", b"new bytes")
    store = remote_of(theirs.uri)
    if theirs.versioned:
        assert asset.version_id
        assert bytes(store.fetch(asset, 0, 9)) == b"old bytes"
        assert store.look([asset]) == [""]
    else:
        with pytest.raises(ChangedAtSource):
            store.fetch(asset, 0, 9)
        assert store.look([asset]) == ["changed at source"]


def test_without_versions_another_object_is_changed_at_source(theirs):
    theirs.put("data/a", b"old bytes")
    (asset,) = theirs.assets().values()
    asset = msgspec.structs.replace(asset, version_id="")
    store = remote_of(theirs.uri)
    assert bytes(store.fetch(asset, 4, 5)) == b"bytes"
    theirs.put("data/a", b"new bytes")
    with pytest.raises(ChangedAtSource):
        store.fetch(asset, 0, 9)
    assert store.look([asset]) == ["changed at source"]


def test_an_object_that_was_deleted_is_gone(theirs):
    theirs.put("data/a", b"bytes")
    theirs.put("data/b", b"stays")
    assets = theirs.assets()
    gone = msgspec.structs.replace(assets["a"], version_id="")
    theirs.delete("data/a")
    store = remote_of(theirs.uri)
    assert store.look([gone, assets["b"]]) == ["gone", ""]
    with pytest.raises(Gone):
        store.fetch(gone, 0, 5)


def test_a_deleted_object_is_in_no_listing(theirs):
    theirs.put("data/a", b"bytes")
    theirs.put("data/b", b"bytes")
    theirs.delete("data/a")
    assert sorted(theirs.assets()) == ["b"]


def test_more_objects_than_the_cap_are_an_error_that_names_it(theirs):
    for number in range(4):
        theirs.put(f"data/{number}", b"x")
    assert len(theirs.assets(cap=4)) == 4
    with pytest.raises(InvalidRequest, match="more than 3 objects"):
        theirs.assets(cap=3)


def test_nothing_below_a_prefix_is_said(theirs):
    with pytest.raises(NotFound, match="no object"):
        theirs.assets()


@pytest.mark.parametrize(
    "place", ["moto", pytest.param("ceph", marks=pytest.mark.s3)], indirect=True
)
@pytest.mark.parametrize("name", ["a//b", "x/../../.bashrc", "a\\b", "tab\tbed"])
def test_a_hostile_key_is_refused_and_named(theirs, name):
    theirs.put(f"data/{name}", b"x")
    with pytest.raises(InvalidPath, match="cannot be part of an artifact"):
        theirs.assets()


def test_an_empty_folders_marker_is_an_empty_folder(theirs):
    theirs.put("data/empty/", b"")
    theirs.put("data/full/", b"")
    theirs.put("data/full/a", b"x")
    kinds = {path: asset.kind for path, asset in theirs.assets().items()}
    assert kinds == {"empty": AssetKind.FOLDER, "full/a": AssetKind.REMOTE}


@pytest.mark.parametrize(
    "uri",
    [
        f"s3://b/k?X-Amz-Signature={SECRET}",
        f"s3://b/k?versionId=1&x-amz-security-token={SECRET}",
        f"gs://b/k?X-Goog-Signature={SECRET}",
        f"gs://b/k?GoogleAccessId=me&Signature={SECRET}",
        f"https://b.s3.amazonaws.com/k?AWSAccessKeyId={SECRET}",
        f"https://host/k?sig={SECRET}",
        f"https://host/k?token={SECRET}",
        f"https://host/k#access_token={SECRET}",
        f"https://me:{SECRET}@host/k",
        f"s3://{SECRET}:{SECRET}@bucket/k",
        f"https://host/k;sig={SECRET}?a=1",
        f"https://host/k;sig={SECRET}",
        f"https://host/k?a=1;sig={SECRET}",
        f"https://host/k#/at?token={SECRET}",
        f"https://host/k?X%2DAmz%2DSignature={SECRET}",
        f"https://host/k?aws_secret_access_key={SECRET}",
        f"https://host/k?private_token={SECRET}",
        f"https://host/k?X-Oss-Signature={SECRET}",
        f"https://host/k?+sig={SECRET}",
        f"https://[host/k?sig={SECRET}",
        f"jdbc:postgresql://me:{SECRET}@host/db",
        f"https:/\\me:{SECRET}@host/k",
        f"s3://b/k?versionId=1;Signature={SECRET}",
    ],
)
def test_a_uri_that_lets_somebody_in_is_refused_without_repeating_it(uri):
    with pytest.raises(InvalidRequest) as caught:
        check_uri(uri)
    assert SECRET not in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    "uri",
    [
        *(
            "s3://b/k",
            "s3://b/a?b=c",
            "gs://b/a@b/c",
            "s3://b/x;token#auth",
            "s3://b//a@b",
        ),
        *("https://host/k?page=2", "doi:10.1/x", "[notes](https://[host)", "see @me"),
    ],
)
def test_a_uri_without_secrets_is_taken_as_it_is(uri):
    assert check_uri(uri) == uri


@pytest.mark.parametrize(
    "name", ["", "..", "b?x=1", "b#x", "b%2f..", "me@b", "[b", " "]
)
def test_what_is_no_name_of_a_bucket_is_refused(name):
    with pytest.raises(InvalidRequest, match="no URI of a bucket"):
        split_uri(f"s3://{name}/k")


@pytest.mark.parametrize("scheme", ["gs", "gcs"])
def test_both_of_googles_schemes_are_one(scheme):
    assert split_uri(f"{scheme}://b/k") == ("gs", "b", "k")


@given(st.text(min_size=1).filter(lambda key: not key.startswith("/")))
def test_the_key_of_a_uri_is_what_is_written(key):
    assert split_uri(f"s3://bucket/{key}") == ("s3", "bucket", key)


@given(st.binary(max_size=500), st.lists(st.integers(0, 500), max_size=5))
@pytest.mark.parametrize("name", ["md5", "sha256", "crc32c", "crc64nvme"])
def test_a_checksum_does_not_depend_on_how_the_bytes_come(name, content, cuts):
    whole, pieces = Checker(f"{name}:"), Checker(f"{name}:")
    whole.update(content)
    ends = sorted({0, len(content), *(min(cut, len(content)) for cut in cuts)})
    for start, end in pairwise(ends):
        pieces.update(memoryview(content)[start:end])
    assert whole._sum  # noqa: SLF001
    assert pieces._sum  # noqa: SLF001
    assert whole._sum.hexdigest() == pieces._sum.hexdigest()  # noqa: SLF001


@pytest.mark.parametrize(
    ("checksum"),
    [
        "crc32c:e3069283",  # RFC 3720, appendix B.4, and the NVMe specification
        "crc64nvme:ae8b14860a799888",
        f"md5:{hashlib.md5(b'123456789', usedforsecurity=False).hexdigest()}",
        f"sha256:{hashlib.sha256(b'123456789').hexdigest()}",
    ],
)
def test_the_published_check_values_match_and_no_others(checksum):
    right, wrong = Checker(checksum), Checker(checksum)
    right.update(b"123456789")
    wrong.update(b"123456780")
    assert right.matches()
    assert not wrong.matches()


def test_an_unknown_checksum_is_not_taken_for_checked():
    checker = Checker("whirlpool:00")
    checker.update(b"x")
    assert not checker.able
    assert not checker.matches()
