"""Where S3, or what speaks like it, is, and whose credentials are used.

Credentials, region and endpoint come as boto3 finds them (environment, profiles, SSO,
instance roles). Where the environment says it all boto3 is not even imported, which
would take a quarter of a second.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from jupyter_artifacts.errors import NoCredentials, StoreRefused
from jupyter_artifacts.storage.bucket_faults import (
    bucket_faults,
    missing_extra,
    status_of,
)
from jupyter_artifacts.storage.s3_signing import Keys
from jupyter_artifacts.storage.wire import TIMES

if TYPE_CHECKING:
    from collections.abc import Mapping

_REGION: Final = "us-east-1"
_AWS: Final = (".amazonaws.com", ".amazonaws.com.cn")
_KEY_LIVES: Final = 240.0  # seconds; boto3 itself renews long before a key ends
ATTEMPTS: Final = 3  # of one request; the transfer goes on trying


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Place:
    """Where a bucket is, and as whom it is asked.

    Attributes:
        endpoint: URL of a store that speaks like S3; "" for AWS itself.
        region: whose name goes into signatures.
        bundle: file of the certificates that are trusted; "" for the usual ones.
        keys: that the environment names; None when boto3 finds them.
        session: of boto3, which finds them anew before they end; None with `keys`.
    """

    endpoint: str
    region: str
    bundle: str = ""
    keys: Keys | None = None
    session: Any = None

    @property
    def url(self) -> str:
        """The URL below which buckets lie, by their names."""
        if self.endpoint:
            return self.endpoint.rstrip("/")
        top = "amazonaws.com.cn" if self.region.startswith("cn-") else "amazonaws.com"
        return f"https://s3.{self.region}.{top}"

    def keys_now(self) -> Keys:
        """Return the keys to sign a request with."""
        if self.keys is not None:
            return self.keys
        found = self.session.get_credentials()
        if found is None:
            raise _no_credentials(self.url)
        frozen = found.get_frozen_credentials()
        return Keys(frozen.access_key, frozen.secret_key, frozen.token or "")

    def options(self) -> dict[str, Any]:
        """Return what obstore is told."""
        client: dict[str, Any] = dict(TIMES)
        options: dict[str, Any] = {"region": self.region, "client_options": client}
        if self.endpoint.startswith("http://"):
            client["allow_http"] = True
        elif self.bundle:
            client["root_certificate"] = _certificates(self.bundle)
        if self.endpoint:
            options["endpoint"] = self.endpoint
        else:
            options["checksum_algorithm"] = "CRC64NVME"
        return options | self._signing()

    def _signing(self) -> dict[str, Any]:
        if self.keys is None:
            from obstore.auth.boto3 import Boto3CredentialProvider

            lives = timedelta(seconds=_KEY_LIVES)
            provider = Boto3CredentialProvider(self.session, ttl=lives)
            return {"credential_provider": provider}
        options = {
            "access_key_id": self.keys.access,
            "secret_access_key": self.keys.secret,
        }
        if self.keys.token:
            options["session_token"] = self.keys.token
        return options


def find_place(name: str, *, refused: bool = False) -> S3Place:
    """Return where a bucket is.

    Args:
        name: of the bucket.
        refused: whether a store did not take what was found before, so that boto3 is
            asked even where the environment has its own word.

    Raises:
        NoCredentials: when no provider of boto3's chain has any.
        Unavailable: when the extra is not installed.
    """
    said = None if refused else _said(os.environ)
    if said is not None:
        return said
    with bucket_faults(f"s3://{name}", "the bucket cannot be reached"):
        return _found(name)


def s3_client() -> Any:
    """Return boto3's client: for what costs no time.

    Raises:
        Unavailable: when the extra is not installed.
    """
    # another endpoint or key in the environment is another client
    return _client(tuple(os.environ.get(name, "") for name in _SAY))


_SAY: Final = (
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_CA_BUNDLE",
)


@lru_cache(maxsize=4)
def _client(_said: tuple[str, ...]) -> Any:
    with bucket_faults("s3://", "S3 cannot be reached"):
        return _new_client(_session())


def _new_client(session: Any) -> Any:
    from botocore.config import Config

    said = {"addressing_style": "path"} if _endpoint(os.environ) else {}
    config = Config(
        connect_timeout=10,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        s3=said,
        # many stores know none of AWS's own ways
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        tcp_keepalive=True,
    )
    region = session.region_name or _region(os.environ) or _REGION
    return session.client("s3", region_name=region, config=config)


def _session() -> Any:
    try:
        import boto3
    except ImportError as error:
        raise missing_extra("s3://", "boto3") from error
    return boto3.session.Session()


def _said(environ: Mapping[str, str]) -> S3Place | None:
    """Return what the environment alone says; None when that is not enough."""
    endpoint = _endpoint(environ)
    key, secret = (
        environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    )
    file = Path(environ.get("AWS_CONFIG_FILE") or "~/.aws/config").expanduser()
    region = _region(environ)
    if not (key and secret and (endpoint or region)) or file.is_file():
        return None
    return S3Place(
        endpoint=endpoint,
        region=region or _REGION,
        bundle=environ.get("AWS_CA_BUNDLE", ""),
        keys=Keys(key, secret, environ.get("AWS_SESSION_TOKEN", "")),
    )


def _found(name: str) -> S3Place:
    """Return what boto3's chain of providers and files says."""
    session = _session()
    if session.get_credentials() is None:
        raise _no_credentials(f"s3://{name}")
    client = _new_client(session)
    endpoint: str = client.meta.endpoint_url
    region: str = client.meta.region_name
    if (urlsplit(endpoint).hostname or "").endswith(_AWS):
        endpoint, region = "", _region_of(client, name) or region
    bundle = os.environ.get("AWS_CA_BUNDLE") or _bundle_of(session)
    return S3Place(endpoint=endpoint, region=region, bundle=bundle, session=session)


def _no_credentials(address: str) -> NoCredentials:
    msg = "there are no credentials for S3 on this machine"
    hint = "set AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign in with aws sso login"
    return NoCredentials(msg, address=address, hint=hint)


def _certificates(bundle: str) -> bytes:
    try:
        return Path(bundle).read_bytes()
    except OSError as error:
        msg = f"the certificates cannot be read: {error.strerror}"
        hint = "correct AWS_CA_BUNDLE"
        raise StoreRefused(msg, address=bundle, hint=hint) from error


def _region_of(client: Any, name: str) -> str:
    """Return where AWS says that a bucket lies; it says so even when it refuses."""
    from botocore.exceptions import ClientError

    try:
        said = client.head_bucket(Bucket=name)
    except ClientError as error:
        if status_of(error)[0] not in {301, 400, 403}:
            raise
        said = error.response
    headers: Mapping[str, str] = said["ResponseMetadata"]["HTTPHeaders"]
    return headers.get("x-amz-bucket-region", "")


def _bundle_of(session: Any) -> str:
    said = session._session.get_config_variable("ca_bundle")  # noqa: SLF001 - its own
    return said or ""


def _region(environ: Mapping[str, str]) -> str:
    return environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or ""


def _endpoint(environ: Mapping[str, str]) -> str:
    if environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return ""
    return environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or ""
