"""Signing requests to S3: AWS Signature Version 4.

As https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html says.
boto3 signs as well, after a quarter of a second of imports, and cannot be told a hash
of the bytes that is known already.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

UNSIGNED: Final = "UNSIGNED-PAYLOAD"
"""Instead of a SHA-256: the signature is not of the bytes."""

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_PLAIN: Final = "-._~"


@dataclass(frozen=True, slots=True)
class Keys:
    """Who asks.

    Attributes:
        access: the key's name.
        secret: the key.
        token: of a session; "" for none.
    """

    access: str
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)


def quoted(text: str) -> str:
    """Return a part of a path as it stands in a URL and in a signature."""
    return quote(text, safe=f"/{_PLAIN}")


def query_of(words: Mapping[str, str]) -> str:
    """Return the query of a URL as it is signed: sorted, and quoted in full."""
    pairs = sorted(
        (quote(k, safe=_PLAIN), quote(v, safe=_PLAIN)) for k, v in words.items()
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


def signed(  # noqa: PLR0913 - all of it is signed
    method: str,
    path: str,
    query: str,
    headers: Mapping[str, str],
    content: str,
    *,
    keys: Keys,
    region: str,
    now: datetime,
) -> dict[str, str]:
    """Return the headers of a request, with a signature of all of them.

    Args:
        method: of HTTP.
        path: as in the URL, see `quoted`.
        query: as in the URL, see `query_of`.
        headers: all that are sent, `host` among them, in lower case.
        content: SHA-256 of the body in hexadecimal, or `UNSIGNED`.
        keys: who asks.
        region: of the bucket.
        now: UTC.
    """
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    sent = {**headers, "x-amz-content-sha256": content, "x-amz-date": stamp}
    if keys.token:
        sent["x-amz-security-token"] = keys.token
    names = sorted(sent)
    lines = "".join(f"{name}:{' '.join(sent[name].split())}\n" for name in names)
    which = ";".join(names)
    request = f"{method}\n{path}\n{query}\n{lines}\n{which}\n{content}"
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"{_ALGORITHM}\n{stamp}\n{scope}\n{digest}"
    key = f"AWS4{keys.secret}".encode()
    for word in scope.split("/"):
        key = _hmac(key, word)
    credential = f"Credential={keys.access}/{scope}"
    signature = f"SignedHeaders={which}, Signature={_hmac(key, text).hex()}"
    sent["authorization"] = f"{_ALGORITHM} {credential}, {signature}"
    return sent


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
