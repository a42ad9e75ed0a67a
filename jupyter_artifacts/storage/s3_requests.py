"""Requests to S3 that carry bytes from memory, or into it.

obstore has no call for one part of an upload, and boto3 sends one in pieces of 16 KiB
after reading it twice. Here the bytes are hashed where they lie and sent as they are.
What comes is read into the same memory, where obstore takes more for each piece.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import urllib.request
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from jupyter_artifacts.storage.bucket_faults import missing_extra
from jupyter_artifacts.storage.file_part import FilePart
from jupyter_artifacts.storage.s3_place import ATTEMPTS
from jupyter_artifacts.storage.s3_signing import UNSIGNED, query_of, quoted, signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from typing_extensions import Buffer

    from jupyter_artifacts.storage.s3_place import S3Place

_CODE: Final = re.compile(rb"<Code>([A-Za-z0-9]{1,64})</Code>")
_AT_ONCE: Final = 16
_SLICE: Final = 256 * 1024
_DONE: Final = (HTTPStatus.OK, HTTPStatus.NO_CONTENT, HTTPStatus.PARTIAL_CONTENT)
_NOTHING: Final = hashlib.sha256(b"").hexdigest()
_ALIVE: Final = [
    # a firewall may forget a connection that was idle, and say nothing
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 20),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 5),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 30_000),
]
_AGAIN: Final = (429, 500, 502, 503, 504)


class S3Answer(OSError):  # noqa: N818 - as botocore's, it holds what was answered
    """An answer of S3 that is no success.

    Attributes:
        response: as botocore has it.
    """

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}".strip())
        self.response = {
            "ResponseMetadata": {"HTTPStatusCode": status},
            "Error": {"Code": code},
        }


class _Slices:
    """A body sent slice after slice: each has to leave in time, not the whole.

    It may be sent more than once.
    """

    def __init__(self, content: Buffer) -> None:
        self._content = memoryview(content)

    def __iter__(self) -> Iterator[memoryview]:
        for start in range(0, self._content.nbytes, _SLICE):
            yield self._content[start : start + _SLICE]


class S3Requests:
    """Sends signed requests to one bucket.

    Args:
        name: of the bucket.
        place: where it is, and who asks.

    Attributes:
        signs_content: whether a signature is of the bytes, too.
    """

    def __init__(self, name: str, place: S3Place) -> None:
        self._place = place
        url = urlsplit(place.url)
        self._host = url.netloc
        self._path = f"{url.path}/{name}"
        # AWS checks the CRC that goes with the bytes, other stores may know none
        self.signs_content = bool(place.endpoint)
        self._pools = {os.getpid(): _pool_of(place)}
        self._origin = f"{url.scheme}://{url.netloc}"

    def send(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        content: Buffer | FilePart = b"",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[Mapping[str, str], bytes]:
        """Send a request; return headers and body of the answer.

        It is sent again while the store says that it is busy.

        Args:
            method: of HTTP.
            key: of an object.
            query: of the URL.
            content: sent as it lies in memory, or piece after piece of a file.
            headers: in lower case.

        Raises:
            S3Answer: when it is no success.
            urllib3.exceptions.HTTPError: when there is no answer.
        """
        answer = self._ask(method, key, query, content, headers or {})
        body: bytes = answer.data
        # a call that lasts begins with 200, and may fail all the same
        if b"<Error>" in body:
            raise _refused(0, body)
        return answer.headers, body

    def open(
        self,
        key: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        check: Callable[[Mapping[str, str]], None],
    ) -> Iterator[memoryview]:
        """Ask for an object; return its bytes, piece after piece in the same memory.

        What breaks off is not tried again: whoever asks knows how far it came.

        Args:
            key: of an object.
            query: of the URL.
            headers: in lower case.
            check: told the answer's headers; what it raises ends the answer.

        Raises:
            S3Answer: when it is no success.
            urllib3.exceptions.HTTPError: when there is no answer.
            OSError, http.client.HTTPException: between two pieces, when it breaks off.
        """
        import urllib3

        answer = self._ask(
            *("GET", key, query, None, headers),
            preload_content=False,
            # a busy store is asked once more at once; silence costs what it costs once
            retries=_tries(1, silent=0),
            timeout=urllib3.Timeout(connect=10, read=30),
        )
        try:
            check(answer.headers)
        except BaseException:
            answer.close()
            raise
        return _pieces(answer)

    def _ask(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        content: Buffer | FilePart | None,
        headers: Mapping[str, str],
        **how: Any,
    ) -> Any:
        path, words = quoted(f"{self._path}/{key}"), query_of(query)
        sent = {"host": self._host, **headers}
        sha256 = _NOTHING
        body: Any = None
        if content is not None:
            body = content if isinstance(content, FilePart) else _Slices(content)
            sent["content-length"], sha256 = self._measured(content)
        answer = self._pool().urlopen(
            method,
            f"{self._origin}{path}" + (f"?{words}" if words else ""),
            body=body,
            headers=signed(
                method,
                path,
                words,
                sent,
                sha256,
                keys=self._place.keys_now(),
                region=self._place.region,
                now=datetime.now(UTC),
            ),
            **how,
        )
        if answer.status not in _DONE:
            raise _refused(answer.status, answer.data)
        return answer

    def _pool(self) -> Any:
        """Return this process's connections.

        A fork inherits its parent's: each would take answers that are the other's.
        """
        found = self._pools.get(os.getpid())
        if found is None:
            found = self._pools[os.getpid()] = _pool_of(self._place)
        return found

    def _measured(self, content: Buffer | FilePart) -> tuple[str, str]:
        """Return length and SHA-256 of a body, as headers have them."""
        if isinstance(content, FilePart):
            return str(len(content)), self._sha256_of(content)
        size = memoryview(content).nbytes
        if size and not self.signs_content:
            return str(size), UNSIGNED
        return str(size), hashlib.sha256(content).hexdigest()

    def _sha256_of(self, part: FilePart) -> str:
        if not self.signs_content:
            return UNSIGNED
        sha256 = hashlib.sha256()
        while chunk := part.read():
            sha256.update(chunk)
        part.seek(0)
        return sha256.hexdigest()


def _refused(status: int, body: bytes) -> S3Answer:
    match = _CODE.search(body)
    return S3Answer(status, match[1].decode() if match else "")


def _pieces(answer: Any) -> Iterator[memoryview]:
    """Yield the bytes of an answer; its connection is free again with the last."""
    buffer = memoryview(bytearray(_SLICE))
    # urllib3 itself would give each piece memory of its own
    response = answer._fp  # noqa: SLF001 - http.client's
    try:
        while got := response.readinto(buffer):
            if response.length == 0:
                answer.release_conn()
            yield buffer[:got]
        if response.length is None:  # the body itself said where it ends
            answer.release_conn()
    finally:
        answer.close()  # but what was released


def _tries(more: int, silent: int | None = None) -> Any:
    """Say how often to ask again, and how often of a store that did not answer."""
    import urllib3

    return urllib3.Retry(
        more,
        connect=silent,
        read=silent,
        redirect=0,
        status_forcelist=_AGAIN,
        allowed_methods=None,
        backoff_factor=0.1,
        raise_on_status=False,
        raise_on_redirect=False,
        respect_retry_after_header=False,  # the transfer waits
    )


def _pool_of(place: S3Place) -> Any:
    try:
        import urllib3
        from urllib3.connection import HTTPConnection
    except ImportError as error:
        raise missing_extra("s3://", "urllib3") from error
    url = urlsplit(place.url)
    options: dict[str, Any] = {
        "maxsize": _AT_ONCE,
        "socket_options": [*HTTPConnection.default_socket_options, *_ALIVE],
        "timeout": urllib3.Timeout(connect=10, read=60),
        "retries": _tries(ATTEMPTS - 1),
    }
    if url.scheme == "https":
        options["ca_certs"] = place.bundle or _usual_certificates()
    proxy = urllib.request.getproxies().get(url.scheme, "")
    if not proxy or urllib.request.proxy_bypass(url.netloc):
        return urllib3.PoolManager(**options)
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    said = urllib3.util.parse_url(proxy)
    if said.auth:
        who = urllib3.util.make_headers(proxy_basic_auth=said.auth)
        options["proxy_headers"] = who
    return urllib3.ProxyManager(proxy, **options)


def _usual_certificates() -> str:
    from botocore.httpsession import get_cert_path

    return str(get_cert_path(True))  # noqa: FBT003 - its only argument
