"""What an object store answered → the error that a person reads.

Nothing of a URL, a header or a body goes into an error: they may hold a signature.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from jupyter_artifacts.errors import (
    ArtifactsError,
    ChangedAtSource,
    Gone,
    InvalidPath,
    NoCredentials,
    NoSpace,
    NotFound,
    StoreRefused,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STATUS: Final = re.compile(r"non-2xx status code: (\d{3})")
_CODE: Final = re.compile(r"<Code>([A-Za-z0-9]{1,64})</Code>")
_KNOWN: Final = (
    "make sure that the credentials are those of this store and of this account"
)
_LATER: Final = "try again in a while"

_Row = tuple[type[ArtifactsError], str, str]
_CODES: Final[Mapping[str, _Row]] = {
    "NoSuchBucket": (
        NotFound,
        "there is no such bucket",
        "check the name, or make the bucket",
    ),
    "RequestTimeTooSkewed": (
        StoreRefused,
        "this machine's clock is further off than the store allows",
        "set the clock, e.g. by NTP",
    ),
    "InvalidAccessKeyId": (
        StoreRefused,
        "the store does not know the access key",
        _KNOWN,
    ),
    "SignatureDoesNotMatch": (
        StoreRefused,
        "the secret does not match the access key",
        _KNOWN,
    ),
    "PermanentRedirect": (
        StoreRefused,
        "the bucket lies in another region",
        "set AWS_REGION to the bucket's",
    ),
    "QuotaExceeded": (NoSpace, "the quota is used up", "make space, then try again"),
    "KeyTooLongError": (InvalidPath, "its name is too long", "give it a shorter one"),
}
EXPIRED: Final = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired"}
)
_REDIRECTED: Final = frozenset(
    {"PermanentRedirect", "AuthorizationHeaderMalformed", "TemporaryRedirect"}
)
_EXPIRED_ROW: Final[_Row] = (
    StoreRefused,
    "the credentials have expired",
    "sign in again, as the store's own tools do",
)
_STATUSES: Final[Mapping[int, _Row]] = {
    401: (StoreRefused, "the store does not accept the credentials", _KNOWN),
    403: (
        StoreRefused,
        "the credentials have no permission for it",
        "ask the bucket's owner for permission",
    ),
    404: (Gone, "it is no longer there", "look at the listing again"),
    412: (
        ChangedAtSource,
        "another object has taken its place",
        "look at the listing again",
    ),
    416: (
        ChangedAtSource,
        "the object ends before these bytes",
        "look at the listing again",
    ),
}


def answered(status: int, code: str, address: str, failed: str) -> ArtifactsError:
    """Return the error for an answer of a store.

    Args:
        status: of HTTP; 0 when it said nothing.
        code: the store's own word, e.g. "SlowDown"; "" when it said none.
        address: what was asked for.
        failed: what could not be done, e.g. "the object cannot be read".
    """
    row = _CODES.get(code) or _STATUSES.get(status)
    if code in EXPIRED:
        row = _EXPIRED_ROW
    if row is not None:
        kind, why, hint = row
        return kind(f"{failed}: {why}", address=address, hint=hint)
    said = " ".join(filter(None, (str(status or ""), code)))
    why = (
        f"the store answered {said}" if said else "the store did not answer as it must"
    )
    return Unavailable(f"{failed}: {why}", address=address, hint=_LATER)


def status_of(error: Exception) -> tuple[int, str]:
    """Return the status and the code that an error of any of the libraries holds."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):  # botocore
        status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        code = str(response.get("Error", {}).get("Code", ""))
        return int(status), "" if code.isdigit() else code
    if isinstance(said := getattr(error, "code", None), int):  # google
        return said, ""
    if response is not None:  # requests
        return int(getattr(response, "status_code", 0)), ""
    text = str(error)
    found, word = _STATUS.search(text), _CODE.search(text)
    return int(found[1]) if found else 0, word[1] if word else ""


def worth_renewing(error: Exception) -> bool:
    """Whether new credentials, or another look at the region, may help."""
    status, code = status_of(error)
    if code:
        return code in EXPIRED or code in _REDIRECTED
    return status in {301, 400, 401, 403}  # a HEAD has no body to hold a code


def bucket_fault(error: Exception, address: str, failed: str) -> ArtifactsError | None:
    """Return our error for one of the libraries'; None for a bug."""
    library = type(error).__module__.partition(".")[0]
    status, code = status_of(error)
    if isinstance(error, FileNotFoundError):
        return answered(404, code, address, failed)
    if library not in _LIBRARIES and not isinstance(error, OSError):
        return None
    if type(error).__name__ in _NO_CREDENTIALS:
        msg = f"{failed}: no credentials were found"
        hint = "sign in as the store's own tools do (aws configure, gcloud auth)"
        return NoCredentials(msg, address=address, hint=hint)
    if status or code:
        return answered(status, code, address, failed)
    return Unavailable(f"{failed}: {_reason(error)}", address=address, hint=_LATER)


@contextmanager
def bucket_faults(address: str, failed: str) -> Iterator[None]:
    """Turn what the libraries raise inside the with block into our errors."""
    try:
        yield
    except ArtifactsError:
        raise
    except Exception as error:
        ours = bucket_fault(error, address, failed)
        if ours is None:
            raise
        # not `from error`: its text holds the request's URL
        raise ours from None


def missing_extra(address: str, library: str) -> Unavailable:
    """Return the error that says how to install what a bucket needs."""
    extra = "gcs" if address.startswith("gs:") else "s3"
    msg = f"{library} is not installed, which this bucket needs"
    hint = f"pip install 'jupyter-artifacts[{extra}]'"
    return Unavailable(msg, address=address, hint=hint)


_LIBRARIES: Final = frozenset(
    {"boto3", "botocore", "google", "http", "obstore", "requests", "urllib3"}
)
_NO_CREDENTIALS: Final = frozenset(
    {
        "NoCredentialsError",
        "PartialCredentialsError",
        "ProfileNotFound",
        "DefaultCredentialsError",
    }
)
_REASONS: Final = (
    ("without partial", "the store ignored the range that was asked for"),
    ("non-partial", "the store ignored the range that was asked for"),
    ("NotPartial", "the store ignored the range that was asked for"),
    ("error sending request", "the store cannot be reached"),
    ("EndpointConnectionError", "the store cannot be reached"),
    ("NameResolutionError", "the store cannot be reached"),
    ("NewConnectionError", "the store cannot be reached"),
    ("ProxyError", "the proxy before the store cannot be reached"),
    ("ConnectionError", "the store cannot be reached"),
    ("TimedOut", "the store was silent for too long"),
    ("Timeout", "the store was silent for too long"),
    ("decoding response body", "the answer broke off"),
    ("IncompleteRead", "the answer broke off"),
    ("ConnectionReset", "the connection broke off"),
    ("ConnectionClosedError", "the connection broke off"),
    (
        "certificate verify failed",
        "the store's certificate is not trusted (set AWS_CA_BUNDLE)",
    ),
    ("SSL", "the connection broke off"),
)


def _reason(error: Exception) -> str:
    said = f"{type(error).__name__} {error}"
    for word, reason in _REASONS:
        if word in said:
            return reason
    return f"the store did not answer as it must ({type(error).__name__})"
