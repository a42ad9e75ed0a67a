"""Large files to S3 in parts: bounded memory, checked, and resumed after a kill.

What is up already is known by a journal on this machine and by the store's own list
of parts. A part counts when its checksum, or its ETag, is that of our bytes.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.storage.bucket import PART, UPLOAD, ObjectInfo
from jupyter_artifacts.storage.bucket_faults import status_of
from jupyter_artifacts.storage.checksums import crc64nvme
from jupyter_artifacts.storage.file_part import FilePart

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from jupyter_artifacts.storage.bucket import Upload

_MOST_PARTS: Final = 10_000
_MIB: Final = 1 << 20
_AT_ONCE: Final = 8
_GONE: Final = 404
_SIGNER: Final = "jupyter-artifacts-s3v4"


def part_size(size: int) -> int:
    """Return how large the parts of a file must be: 8 MiB, but for the very large."""
    least = -(-size // _MOST_PARTS)
    return max(PART, -(-least // _MIB) * _MIB)


def upload_in_parts(client: Any, bucket: str, upload: Upload) -> tuple[ObjectInfo, str]:
    """Upload a file; return the object and the file's digest.

    Args:
        client: of boto3.
        bucket: its name.
        upload: the file.
    """
    return _Sender(client, bucket, upload).send()


def sign_plainly(client: Any) -> None:
    """Let a client sign parts in Python.

    Where awscrt is installed, botocore hands it a body to hash in pieces of 4 KiB,
    which holds up every other thread for twice as long as hashing takes.
    """
    from botocore.auth import AUTH_TYPE_MAPS, S3SigV4Auth

    AUTH_TYPE_MAPS[_SIGNER] = S3SigV4Auth
    client.meta.events.register(
        "choose-signer.s3.UploadPart", lambda **_: _SIGNER, unique_id=_SIGNER
    )


@lru_cache(1)
def _senders() -> ThreadPoolExecutor:
    """Return the threads that send parts, of however many files."""
    return ThreadPoolExecutor(_AT_ONCE, "artifacts-upload")


@dataclass(slots=True)
class _Going:
    """An upload that S3 knows.

    Attributes:
        id: S3's name for it.
        token: ours; the finished object carries it as metadata.
        part: bytes of each part but the last.
        up: what S3 has of each part number.
        done: parts as they go into the final call.
    """

    id: str
    token: str
    part: int
    up: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    done: list[dict[str, Any]] = field(default_factory=list)


class _Sender:
    def __init__(self, client: Any, bucket: str, upload: Upload) -> None:
        self._client = client
        self._upload = upload
        self._where = {"Bucket": bucket, "Key": upload.key}
        self._uri = f"s3://{bucket}/{upload.key}"
        self._size = upload.before.st_size
        self._hasher = Hasher()
        self._crc = 0

    def send(self) -> tuple[ObjectInfo, str]:
        going = self._noted()
        if going is not None and not self._still_goes(going):
            if found := self._finished(going):  # the answer of its last call was lost
                self._read_only(going.part)
                self._forget()
                return found, self._hasher.digest()
            going = None
        going = going or self._begin()
        try:
            self._send_parts(going)
            self._upload.check(self._size)
        except ChangedAtSource:
            self._give_up(going)
            raise
        found = self._complete(going)
        self._forget()
        return found, self._hasher.digest()

    def _begin(self) -> _Going:
        token = secrets.token_hex(16)
        said = self._client.create_multipart_upload(
            **self._where,
            Metadata={UPLOAD: token},
            ChecksumAlgorithm="CRC64NVME",
            ChecksumType="FULL_OBJECT",
        )
        going = _Going(said["UploadId"], token, part_size(self._size))
        noted = {"id": going.id, "token": token, "part": going.part}
        self._upload.journals.note(self._uri, self._upload.before, noted)
        return going

    def _noted(self) -> _Going | None:
        """Return the upload that an earlier process began."""
        noted = self._upload.journals.find(self._uri, self._upload.before)
        return _Going(noted["id"], noted["token"], noted["part"]) if noted else None

    def _still_goes(self, going: _Going) -> bool:
        """Learn what S3 has of an earlier process's upload; False when it is over."""
        pages = self._client.get_paginator("list_parts").paginate(
            **self._where, UploadId=going.id
        )
        try:
            parts = [part for page in pages for part in page.get("Parts", [])]
        except self._client.exceptions.ClientError as error:
            if status_of(error)[0] == _GONE:
                return False
            raise
        going.up = {part["PartNumber"]: part for part in parts}
        return True

    def _finished(self, going: _Going) -> ObjectInfo | None:
        """Return the object that this very upload became, if it did."""
        try:
            said = self._client.head_object(**self._where)
        except self._client.exceptions.ClientError as error:
            if status_of(error)[0] == _GONE:
                return None
            raise
        if said["Metadata"].get(UPLOAD) != going.token:
            return None
        return self._found(said)

    def _send_parts(self, going: _Going) -> None:
        waiting: list[tuple[int, Future[dict[str, Any]]]] = []
        try:
            for number, start in enumerate(range(0, self._size, going.part), 1):
                if len(waiting) == _AT_ONCE:
                    self._take(going, waiting)
                part = self._hashed(start, going.part)
                sent = _senders().submit(self._send_part, going, number, part)
                waiting.append((len(part), sent))
            while waiting:
                self._take(going, waiting)
        except BaseException:
            for _, sent in waiting:
                sent.cancel()
            wait([sent for _, sent in waiting])
            raise

    def _take(
        self, going: _Going, waiting: list[tuple[int, Future[dict[str, Any]]]]
    ) -> None:
        size, sent = waiting.pop(0)
        going.done.append(sent.result())
        self._upload.passed(size)

    def _hashed(self, start: int, length: int) -> FilePart:
        """Take in the next part's bytes; parts are taken in order."""
        part = FilePart(self._upload.opened, start, min(length, self._size - start))
        crc = 0
        while chunk := part.read():
            self._hasher.update(chunk)
            crc = crc64nvme(chunk, crc)
            self._crc = crc64nvme(chunk, self._crc)
        if part.tell() != len(part):
            self._upload.check(start + part.tell())
        part.expect(crc)
        return part

    def _read_only(self, part: int) -> None:
        for start in range(0, self._size, part):
            self._upload.passed(len(self._hashed(start, part)))
        self._upload.check(self._size)

    def _send_part(self, going: _Going, number: int, part: FilePart) -> dict[str, Any]:
        checksum = _spelled(part.crc)
        stands = going.up.get(number)
        if stands is None or not _same(stands, part, checksum):
            stands = self._client.upload_part(
                **self._where,
                UploadId=going.id,
                PartNumber=number,
                Body=part,
                ChecksumCRC64NVME=checksum,
            )
        part.check_sent(self._uri)
        return {"PartNumber": number, "ETag": stands["ETag"]}

    def _complete(self, going: _Going) -> ObjectInfo:
        try:
            said = self._client.complete_multipart_upload(
                **self._where,
                UploadId=going.id,
                MultipartUpload={"Parts": going.done},
                ChecksumCRC64NVME=_spelled(self._crc),
                ChecksumType="FULL_OBJECT",
            )
        except self._client.exceptions.ClientError as error:
            # an earlier call may have done it, and its answer was lost
            if status_of(error)[0] == _GONE and (found := self._finished(going)):
                return found
            raise
        return self._found(said)

    def _found(self, said: Mapping[str, Any]) -> ObjectInfo:
        return ObjectInfo(
            key=self._upload.key,
            size=self._size,
            etag=said["ETag"].strip('"'),
            version=said.get("VersionId", ""),
            checksum=f"crc64nvme:{self._crc:016x}",
        )

    def _give_up(self, going: _Going) -> None:
        try:
            self._client.abort_multipart_upload(**self._where, UploadId=going.id)
        except self._client.exceptions.ClientError as error:
            if status_of(error)[0] != _GONE:
                raise
        self._forget()

    def _forget(self) -> None:
        self._upload.journals.forget(self._uri)


def _same(stands: Mapping[str, Any], part: FilePart, checksum: str) -> bool:
    """Whether a part that S3 has holds these bytes."""
    if stands["Size"] != len(part):
        return False
    if said := stands.get("ChecksumCRC64NVME"):
        return bool(said == checksum)
    # where the ETag is no MD5 (KMS) they differ, and the part goes up again
    md5 = hashlib.md5(usedforsecurity=False)
    part.seek(0)
    while chunk := part.read():
        md5.update(chunk)
    return bool(stands["ETag"].strip('"') == md5.hexdigest())


def _spelled(crc: int) -> str:
    return base64.b64encode(crc.to_bytes(8, "big")).decode()
