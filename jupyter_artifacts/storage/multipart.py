"""Large files to S3 in parts: bounded memory, checked, and resumed after a kill.

What is up already is known by a journal on this machine and by the store's own list
of parts. A part counts when its checksum, or its ETag, is that of our bytes.
"""

from __future__ import annotations

import html
import os
import re
import secrets
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import ChangedAtSource
from jupyter_artifacts.storage.bucket import IN_FLIGHT, PART, UPLOAD, ObjectInfo
from jupyter_artifacts.storage.bucket_faults import status_of
from jupyter_artifacts.storage.file_part import FilePart
from jupyter_artifacts.storage.parts import Part, Parts, is_same, spelled
from jupyter_artifacts.storage.s3_place import s3_client

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Future

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.bucket import Upload
    from jupyter_artifacts.storage.s3_requests import S3Requests
    from jupyter_artifacts.storage.wire import Opened

_MOST_PARTS: Final = 10_000
_MIB: Final = 1 << 20
_GONE: Final = 404
_AHEAD: Final = 2 * IN_FLIGHT
_XMLNS: Final = "http://s3.amazonaws.com/doc/2006-03-01/"


def part_size(size: int) -> int:
    """Return how large the parts of a file must be: 8 MiB, but for the very large."""
    least = -(-size // _MOST_PARTS)
    return max(PART, -(-least // _MIB) * _MIB)


def upload_in_parts(
    requests: Opened, bucket: str, upload: Upload
) -> tuple[ObjectInfo, str]:
    """Upload a file; return the object and the file's digest.

    Args:
        requests: gives the `S3Requests` of the bucket.
        bucket: its name.
        upload: the file.
    """
    return _Sender(requests, bucket, upload).send()


@lru_cache
def _senders(_process: int) -> ThreadPoolExecutor:
    """Return a process's threads that send parts, of however many files."""
    return ThreadPoolExecutor(IN_FLIGHT, "artifacts-upload")


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
    def __init__(self, requests: Opened, bucket: str, upload: Upload) -> None:
        self._requests = requests
        self._upload = upload
        self._where = {"Bucket": bucket, "Key": upload.key}
        self._uri = f"s3://{bucket}/{upload.key}"
        self._size = upload.before.st_size
        self._parts = Parts(upload)

    def send(self) -> tuple[ObjectInfo, str]:
        going = self._noted()
        if going is not None and not self._still_goes(going):
            if found := self._finished(going):  # the answer of its last call was lost
                self._read_only(going.part)
                self._forget()
                known = self._found(found.etag, found.version)  # with what was read
                return known, self._parts.digest
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
        return found, self._parts.digest

    def _ask(
        self,
        method: str,
        query: Mapping[str, str],
        content: Buffer | FilePart = b"",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[Mapping[str, str], bytes]:
        def send(requests: S3Requests) -> tuple[Mapping[str, str], bytes]:
            return requests.send(method, self._upload.key, query, content, headers)

        return self._requests.ask(send)

    def _begin(self) -> _Going:
        token = secrets.token_hex(16)
        said = {
            f"x-amz-meta-{UPLOAD}": token,
            "x-amz-checksum-algorithm": "CRC64NVME",
            "x-amz-checksum-type": "FULL_OBJECT",
        }
        _, answer = self._ask("POST", {"uploads": ""}, headers=said)
        going = _Going(_told(answer, "UploadId"), token, part_size(self._size))
        noted = {"id": going.id, "token": token, "part": going.part}
        self._upload.journals.note(self._uri, self._upload.before, noted)
        return going

    def _noted(self) -> _Going | None:
        """Return the upload that an earlier process began."""
        noted = self._upload.journals.find(self._uri, self._upload.before)
        return _Going(noted["id"], noted["token"], noted["part"]) if noted else None

    def _still_goes(self, going: _Going) -> bool:
        """Learn what S3 has of an earlier process's upload; False when it is over."""
        client = s3_client()
        pages = client.get_paginator("list_parts").paginate(
            **self._where, UploadId=going.id
        )
        try:
            parts = [part for page in pages for part in page.get("Parts", [])]
        except client.exceptions.ClientError as error:
            if status_of(error)[0] == _GONE:
                return False
            raise
        going.up = {part["PartNumber"]: part for part in parts}
        return True

    def _finished(self, going: _Going) -> ObjectInfo | None:
        """Return the object that this very upload became, if it did."""
        client = s3_client()
        try:
            said = client.head_object(**self._where)
        except client.exceptions.ClientError as error:
            if status_of(error)[0] == _GONE:
                return None
            raise
        if said["Metadata"].get(UPLOAD) != going.token:
            return None
        return self._found(said["ETag"], said.get("VersionId", ""))

    def _send_parts(self, going: _Going) -> None:
        waiting: list[tuple[Part, Future[dict[str, Any]]]] = []
        try:
            for number, start in enumerate(range(0, self._size, going.part), 1):
                # so many are on their way as there are buffers, whichever is slow
                while waiting and (waiting[0][1].done() or len(waiting) >= _AHEAD):
                    self._take(going, waiting)
                part = self._parts.next(start, going.part)
                sent = _senders(os.getpid()).submit(
                    self._send_part, going, number, part
                )
                waiting.append((part, sent))
            while waiting:
                self._take(going, waiting)
        except BaseException:
            for part, sent in waiting:
                if sent.cancel():
                    part.let_go()
            wait([sent for _, sent in waiting])
            raise

    def _take(
        self, going: _Going, waiting: list[tuple[Part, Future[dict[str, Any]]]]
    ) -> None:
        part, sent = waiting.pop(0)
        going.done.append(sent.result())
        self._upload.passed(part.size)

    def _read_only(self, length: int) -> None:
        for start in range(0, self._size, length):
            part = self._parts.next(start, length)
            part.let_go()
            self._upload.passed(part.size)
        self._upload.check(self._size)

    def _send_part(self, going: _Going, number: int, part: Part) -> dict[str, Any]:
        try:
            etag = self._etag_of(going, number, part)
        finally:
            part.let_go()
            if isinstance(part.content, FilePart):
                # also when the store refused it: this says why
                part.content.check_sent(self._uri)
        return {"PartNumber": number, "ETag": etag}

    def _etag_of(self, going: _Going, number: int, part: Part) -> str:
        """Return the ETag of a part that is up, or send it."""
        stands = going.up.get(number)
        if stands is not None and is_same(stands, part):
            return str(stands["ETag"])
        query = {"partNumber": str(number), "uploadId": going.id}
        said = {"x-amz-checksum-crc64nvme": part.checksum}
        headers, _ = self._ask("PUT", query, part.content, said)
        if "etag" not in headers:
            msg = "the answer has no ETag"
            raise OSError(msg)
        return headers["etag"]

    def _complete(self, going: _Going) -> ObjectInfo:
        said = {
            "x-amz-checksum-crc64nvme": spelled(self._parts.crc),
            "x-amz-checksum-type": "FULL_OBJECT",
        }
        try:
            headers, answer = self._ask(
                "POST", {"uploadId": going.id}, _all_parts(going.done), said
            )
        except OSError as error:
            # an earlier call may have done it, and its answer was lost
            if status_of(error)[0] == _GONE and (found := self._finished(going)):
                return found
            raise
        return self._found(_told(answer, "ETag"), headers.get("x-amz-version-id", ""))

    def _found(self, etag: str, version: str) -> ObjectInfo:
        return ObjectInfo(
            key=self._upload.key,
            size=self._size,
            etag=etag.strip('"'),
            version=version,
            checksum=f"crc64nvme:{self._parts.crc:016x}",
        )

    def _give_up(self, going: _Going) -> None:
        try:
            self._ask("DELETE", {"uploadId": going.id})
        except OSError as error:
            if status_of(error)[0] != _GONE:
                raise
        self._forget()

    def _forget(self) -> None:
        self._upload.journals.forget(self._uri)


def _told(answer: bytes, name: str) -> str:
    """Return what an answer says under a name; Ceph may say nothing there."""
    match = re.search(rf"<{name}>([^<]*)</{name}>", answer.decode())
    if match is None:
        msg = f"the answer has no {name}"
        raise OSError(msg)
    return html.unescape(match[1])


def _all_parts(done: list[dict[str, Any]]) -> bytes:
    parts = (
        "".join(
            f"<{name}>{html.escape(str(said))}</{name}>" for name, said in of.items()
        )
        for of in done
    )
    lines = "".join(f"<Part>{part}</Part>" for part in parts)
    whole = f'<CompleteMultipartUpload xmlns="{_XMLNS}">{lines}'
    return f"{whole}</CompleteMultipartUpload>".encode()
