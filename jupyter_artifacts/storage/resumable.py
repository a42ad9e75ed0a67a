"""Large files to Google Cloud Storage by a session, resumed after a kill.

A session takes one part after the other. Its URL is as good as a password for this
one object: it stands in the journal, which only its owner may read, and nowhere else.
"""

from __future__ import annotations

import base64
import os
import re
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.errors import ChangedAtSource, Unavailable
from jupyter_artifacts.storage.bucket import PART, ObjectInfo
from jupyter_artifacts.storage.bucket_faults import answered
from jupyter_artifacts.storage.checksums import crc32c

if TYPE_CHECKING:
    from jupyter_artifacts.storage.bucket import Upload

_MULTIPLE: Final = 256 << 10
_RANGE: Final = re.compile(r"bytes=0-(\d+)")
_PATIENCE: Final = (10, 60)
_FAILED: Final = "the object cannot be stored"
_FINISHED: Final = frozenset({200, 201})
_MORE: Final = 308
_OVER: Final = frozenset({404, 410})


def upload_by_session(handle: Any, upload: Upload, uri: str) -> tuple[ObjectInfo, str]:
    """Upload a file; return the object and the file's digest.

    Args:
        handle: Google's own object for the bucket.
        upload: the file.
        uri: of the object.
    """
    return _Session(handle, upload, uri).send()


class _Session:
    def __init__(self, handle: Any, upload: Upload, uri: str) -> None:
        import requests

        self._http = requests.Session()
        self._handle = handle
        self._upload = upload
        self._uri = uri
        self._size = upload.before.st_size
        self._hasher = Hasher()
        self._crc = 0

    def send(self) -> tuple[ObjectInfo, str]:
        url, at = self._resumed()
        if url == "":
            url, at = self._begin(), 0
        try:
            said = self._send_parts(url, at)
        except ChangedAtSource:
            self._http.delete(url, timeout=_PATIENCE)
            self._forget()
            raise
        finally:
            self._http.close()
        self._forget()
        return self._checked(said), self._hasher.digest()

    def _begin(self) -> str:
        blob = self._handle.blob(self._upload.key)
        url: str = blob.create_resumable_upload_session(
            content_type="application/octet-stream",
            size=self._size,
        )
        self._upload.journals.note(self._uri, self._upload.before, {"session": url})
        return url

    def _resumed(self) -> tuple[str, int]:
        """Return the session that an earlier process began, and how far it is."""
        noted = self._upload.journals.find(self._uri, self._upload.before)
        if noted is None:
            return "", 0
        url: str = noted["session"]
        answer = self._put(url, b"", f"bytes */{self._size}")
        if answer.status_code in _OVER:
            return "", 0
        if answer.status_code in _FINISHED:
            return url, self._size
        return url, self._sure(answer)

    def _send_parts(self, url: str, at: int) -> dict[str, Any]:
        """Send what is missing; return what Google says of the finished object.

        Parts are hashed in order, so those that are up are read as well.
        """
        answer = None
        for start in range(0, self._size, PART):
            content = os.pread(self._upload.opened, PART, start)
            if len(content) != min(PART, self._size - start):
                self._upload.check(start + len(content))
            self._hasher.update(content)
            self._crc = crc32c(content, self._crc)
            end = start + len(content)
            if end == self._size:
                self._upload.check(end)  # the last part makes the object
            if end > at:
                answer = self._put_part(url, content[max(at - start, 0) :], end)
            self._upload.passed(len(content))
        if answer is None:  # it was finished; only the answer was lost
            answer = self._put(url, b"", f"bytes */{self._size}")
        if answer.status_code not in _FINISHED:
            raise answered(answer.status_code, "", self._uri, _FAILED)
        said: dict[str, Any] = answer.json()
        return said

    def _put_part(self, url: str, content: bytes, end: int) -> Any:
        span = f"bytes {end - len(content)}-{end - 1}/{self._size}"
        headers = {"x-goog-hash": f"crc32c={self._spelled()}"}
        answer = self._put(url, content, span, headers if end == self._size else {})
        if answer.status_code == _MORE and self._sure(answer) == end:
            return answer
        if answer.status_code in _FINISHED:
            return answer
        if answer.status_code in _OVER:
            self._forget()  # the next try begins anew
        msg = f"{_FAILED}: the upload's session lost a part"
        raise Unavailable(msg, address=self._uri, hint="try again in a moment")

    def _put(
        self, url: str, content: bytes, span: str, more: dict[str, str] | None = None
    ) -> Any:
        answer = self._http.put(
            url,
            data=content,
            headers={"Content-Range": span, **(more or {})},
            timeout=_PATIENCE,
            allow_redirects=False,
        )
        known = {_MORE, *_FINISHED, *_OVER}
        if answer.status_code not in known:
            raise answered(answer.status_code, "", self._uri, _FAILED)
        return answer

    def _sure(self, answer: Any) -> int:
        """Return how many bytes a session has; Google keeps multiples of 256 KiB."""
        match = _RANGE.fullmatch(answer.headers.get("Range", ""))
        return (int(match[1]) + 1) // _MULTIPLE * _MULTIPLE if match else 0

    def _checked(self, said: dict[str, Any]) -> ObjectInfo:
        found = ObjectInfo(
            key=self._upload.key,
            size=int(said["size"]),
            etag=said.get("etag", "").strip('"'),
            version=str(said.get("generation", "")),
            checksum=f"crc32c:{self._crc:08x}",
        )
        if said.get("crc32c") != self._spelled() or found.size != self._size:
            self._handle.blob(found.key).delete(
                if_generation_match=int(found.version) if found.version else None
            )
            msg = f"{_FAILED}: the bytes arrived damaged, and were deleted"
            raise Unavailable(msg, address=self._uri, hint="try again")
        return found

    def _spelled(self) -> str:
        return base64.b64encode(self._crc.to_bytes(4, "big")).decode()

    def _forget(self) -> None:
        self._upload.journals.forget(self._uri)
