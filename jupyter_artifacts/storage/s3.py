"""S3, and what speaks like it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import Unavailable
from jupyter_artifacts.storage.bucket import PART, ObjectInfo
from jupyter_artifacts.storage.bucket_faults import (
    bucket_faults,
    missing_extra,
    status_of,
)
from jupyter_artifacts.storage.checksums import crc64nvme
from jupyter_artifacts.storage.multipart import upload_in_parts
from jupyter_artifacts.storage.parts import spelled
from jupyter_artifacts.storage.requests import check_whole
from jupyter_artifacts.storage.s3_place import find_place, s3_client
from jupyter_artifacts.storage.s3_requests import S3Answer, S3Requests
from jupyter_artifacts.storage.wire import (
    READ,
    RETRY,
    STORE,
    Opened,
    WireBucket,
    stands_already,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.bucket import Upload

_FEW: Final = 64 * 1024
_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/")
_COPY_AT_MOST: Final = 5 << 30


def s3_bucket(name: str) -> S3Bucket:
    """Return a bucket, with the credentials of this process.

    Raises:
        NoCredentials: when no provider of boto3's chain has any.
        Unavailable: when the extra is not installed.
    """
    return S3Bucket(name)


class S3Bucket(WireBucket):
    """A bucket of S3.

    obstore fetches and stores what is small; parts of large files go up, and large
    files come, by requests of our own. boto3 does the rest.

    Args:
        name: of the bucket.
    """

    def __init__(self, name: str) -> None:
        super().__init__(lambda refused: _open(name, refused=refused), f"s3://{name}")
        self._name = name

    @cached_property
    def _requests(self) -> Opened:
        def requests(refused: bool) -> S3Requests:  # noqa: FBT001 - its only argument
            return S3Requests(self._name, find_place(self._name, refused=refused))

        return Opened(requests)

    def upload(self, upload: Upload) -> tuple[ObjectInfo, str]:
        """Store a large file in parts of 8 MiB; return it, and the file's digest."""
        with bucket_faults(self._uri(upload.key), "the file cannot be stored"):
            return upload_in_parts(self._requests, self._name, upload)

    def put(
        self,
        key: str,
        parts: Sequence[Buffer],
        metadata: Mapping[str, str],
        *,
        create: bool = False,
    ) -> ObjectInfo:
        """Store an object; obstore would copy a large buffer twice."""
        size = memoryview(parts[0]).nbytes if len(parts) == 1 else 0
        if not _FEW < size <= PART:
            return super().put(key, parts, metadata, create=create)
        said = {f"x-amz-meta-{name}": value for name, value in metadata.items()}
        if create:
            said["if-none-match"] = "*"

        def send(requests: S3Requests) -> Mapping[str, str]:
            checked = said
            if not requests.signs_content:
                crc = spelled(crc64nvme(parts[0], 0))
                checked = {**said, "x-amz-checksum-crc64nvme": crc}
            return requests.send("PUT", key, {}, parts[0], checked)[0]

        with bucket_faults(self._uri(key), STORE):
            try:
                answer = self._requests.ask(send)
            except S3Answer as error:
                if create and status_of(error)[0] == HTTPStatus.PRECONDITION_FAILED:
                    raise stands_already(self._uri(key)) from None
                raise
        etag = answer.get("etag", "").strip('"')
        version = answer.get("x-amz-version-id", "")
        return ObjectInfo(key=key, size=size, etag=etag, version=version)

    def stream(
        self, key: str, start: int, length: int, *, version: str = ""
    ) -> Iterator[Buffer]:
        """Return an iterator of exactly these bytes, in small pieces, by one request.

        obstore would give each piece memory of its own, and another thread.
        """
        query = {"versionId": version} if version else {}
        said = {"range": f"bytes={start}-{start + length - 1}"}

        def check(answer: Mapping[str, str]) -> None:
            there = answer.get("x-amz-version-id", "")
            self._check_same(ObjectInfo(key=key, size=0, version=there), version, "")
            match = _RANGE.match(answer.get("content-range", ""))
            if match is None or int(match[1]) != start:
                msg = f"{READ}: the store ignored the range that was asked for"
                hint = "try again in a while"
                raise Unavailable(msg, address=self._uri(key), hint=hint)
            check_whole(self._uri(key), int(match[2]) + 1 - start, length)

        def ask(requests: S3Requests) -> Iterator[memoryview]:
            return requests.open(key, query, said, check)

        with bucket_faults(self._uri(key), READ):
            pieces = self._requests.ask(ask)
        return self._pieces(key, pieces, length)

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the bucket; S3 copies large ones in parts only."""
        if self.head(source).size <= _COPY_AT_MOST:
            super().copy(source, target)
            return
        with bucket_faults(self._uri(source), "the file cannot be copied"):
            place = {"Bucket": self._name, "Key": source}
            s3_client().copy(place, self._name, target)

    def abandon(self, prefix: str, before: float) -> int:
        """Give up uploads below a prefix that began before a time; say how many."""
        client, given_up = s3_client(), 0
        too_old = datetime.fromtimestamp(before, UTC)
        with bucket_faults(self._uri(prefix), "old uploads cannot be given up"):
            pages = client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._name, Prefix=prefix
            )
            for page in pages:
                for one in page.get("Uploads", ()):
                    if one["Initiated"] < too_old:
                        which = {"Key": one["Key"], "UploadId": one["UploadId"]}
                        client.abort_multipart_upload(Bucket=self._name, **which)
                        given_up += 1
        return given_up

    def versioned(self) -> bool:
        """Return whether the bucket keeps what is overwritten or deleted."""
        with bucket_faults(self.address, "the bucket cannot be looked at"):
            said = s3_client().get_bucket_versioning(Bucket=self._name)
            return bool(said.get("Status") == "Enabled")


def _open(name: str, *, refused: bool) -> Any:
    """Open a bucket; ask boto3 when the environment's own word was refused."""
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise missing_extra(f"s3://{name}", "obstore") from error
    options = find_place(name, refused=refused).options()
    return S3Store(name, retry_config=RETRY, **options)
