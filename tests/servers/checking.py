"""What S3 checks and the servers of the tests do not: signatures, expiry, checksums."""

from __future__ import annotations

import base64
import hashlib
import hmac
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_plus

from awscrt import checksums

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers.messages import Head

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
STREAMED = "STREAMING-"
TOLERANCE = timedelta(minutes=15)


@dataclass(frozen=True)
class Refused:
    """Why a request is refused, as S3 says it."""

    status: int
    code: str


BAD_DIGEST = Refused(400, "BadDigest")
CONTENT_MISMATCH = Refused(400, "XAmzContentSHA256Mismatch")
EXPIRED = Refused(403, "AccessDenied")
NOT_SIGNED = Refused(403, "AccessDenied")
WRONG_SIGNATURE = Refused(403, "SignatureDoesNotMatch")
SKEWED = Refused(403, "RequestTimeTooSkewed")


def _number(of: Callable[[bytes], int], size: int) -> Callable[[bytes], bytes]:
    return lambda body: of(body).to_bytes(size, "big")


DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "content-md5": lambda body: hashlib.md5(body, usedforsecurity=False).digest(),
    "x-amz-checksum-crc32": _number(zlib.crc32, 4),
    "x-amz-checksum-crc32c": _number(checksums.crc32c, 4),
    "x-amz-checksum-crc64nvme": _number(checksums.crc64nvme, 8),
    "x-amz-checksum-sha1": lambda body: hashlib.sha1(
        body, usedforsecurity=False
    ).digest(),
    "x-amz-checksum-sha256": lambda body: hashlib.sha256(body).digest(),
}


def check_body(head: Head, body: bytes) -> Refused | None:
    """Compare a body with every checksum that its request gives."""
    given = {name: value for n, value in head.headers if (name := n.lower()) in DIGESTS}
    if head.get("x-amz-content-sha256").startswith(STREAMED):
        body, trailers = unframed(body)
        given |= {name: value for name, value in trailers.items() if name in DIGESTS}
    for name, value in given.items():
        # a multipart upload's end names a checksum of its parts, not of its body
        if head.first[0] == "PUT":
            if base64.b64encode(DIGESTS[name](body)).decode() != value:
                return BAD_DIGEST
        elif name == "content-md5" and _md5(body) != value:
            return BAD_DIGEST
    stated = head.get("x-amz-content-sha256", UNSIGNED)
    if len(stated) == 64 and stated != hashlib.sha256(body).hexdigest():
        return CONTENT_MISMATCH
    return None


def _md5(body: bytes) -> str:
    return base64.b64encode(DIGESTS["content-md5"](body)).decode()


def unframed(body: bytes) -> tuple[bytes, dict[str, str]]:
    """Return the bytes and the trailers of a body that is framed as aws-chunked."""
    whole, rest = bytearray(), body
    while True:
        line, _, rest = rest.partition(b"\r\n")
        size = int(line.split(b";")[0], 16)
        if not size:
            break
        whole += rest[:size]
        rest = rest[size + 2 :]
    trailers = {}
    for each in rest.split(b"\r\n"):
        name, colon, value = each.decode().partition(":")
        if colon:
            trailers[name.lower()] = value.strip()
    return bytes(whole), trailers


def check_signature(
    head: Head, access_key: str, secret_key: str, now: datetime
) -> Refused | None:
    """Recompute the signature of a request, in its header or in its address."""
    method, target, _ = head.first
    path, _, text = target.partition("?")
    query = [
        (unquote_plus(n), unquote_plus(v))
        for n, _, v in (pair.partition("=") for pair in text.split("&") if pair)
    ]
    asked = dict(query)
    if "X-Amz-Signature" in asked:
        query = [(n, v) for n, v in query if n != "X-Amz-Signature"]
        payload, date = UNSIGNED, asked["X-Amz-Date"]
        if now > _time(date) + timedelta(seconds=int(asked["X-Amz-Expires"])):
            return EXPIRED
        credential, names = asked["X-Amz-Credential"], asked["X-Amz-SignedHeaders"]
        signature = asked["X-Amz-Signature"]
    elif (authorization := head.get("authorization")).startswith(ALGORITHM):
        parts = dict(
            part.strip().split("=", 1)
            for part in authorization.removeprefix(ALGORITHM).split(",")
        )
        payload, date = head.get("x-amz-content-sha256"), head.get("x-amz-date")
        credential, names = parts["Credential"], parts["SignedHeaders"]
        signature = parts["Signature"]
        if abs(now - _time(date)) > TOLERANCE:
            return SKEWED
    else:
        return NOT_SIGNED
    who, _, scope = credential.partition("/")
    canonical = _canonical(method, path, query, names, head, payload)
    expected = _sign(secret_key, scope, date, canonical)
    good = who == access_key and hmac.compare_digest(signature, expected)
    return None if good else WRONG_SIGNATURE


def presigned(
    head: Head, access_key: str, secret_key: str, now: datetime, region: str
) -> str:
    """Return the target of `head`, its query signed anew, for the host alone."""
    path, _, text = head.first[1].partition("?")
    date = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{date[:8]}/{region}/s3/aws4_request"
    pairs = (pair.partition("=") for pair in text.split("&") if pair)
    query = [(unquote_plus(n), unquote_plus(v)) for n, _, v in pairs]
    query = [(n, v) for n, v in query if not n.startswith("X-Amz-")]
    query += [
        ("X-Amz-Algorithm", ALGORITHM),
        ("X-Amz-Credential", f"{access_key}/{scope}"),
        ("X-Amz-Date", date),
        ("X-Amz-Expires", "60"),
        ("X-Amz-SignedHeaders", "host"),
    ]
    canonical = _canonical(head.first[0], path, query, "host", head, UNSIGNED)
    query.append(("X-Amz-Signature", _sign(secret_key, scope, date, canonical)))
    return f"{path}?" + "&".join(f"{n}={quote(v, safe='')}" for n, v in query)


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _canonical(
    method: str,
    path: str,
    query: list[tuple[str, str]],
    names: str,
    head: Head,
    payload: str,
) -> str:
    asked = sorted((quote(n, safe="-_.~"), quote(v, safe="-_.~")) for n, v in query)
    return "\n".join(
        [
            method,
            quote(unquote(path), safe="/-_.~"),
            "&".join(f"{name}={value}" for name, value in asked),
            *(
                f"{name}:{' '.join(head.get(name).split())}"
                for name in names.split(";")
            ),
            "",
            names,
            payload,
        ]
    )


def _sign(secret: str, scope: str, date: str, canonical: str) -> str:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{ALGORITHM}\n{date}\n{scope}\n{digest}"
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
