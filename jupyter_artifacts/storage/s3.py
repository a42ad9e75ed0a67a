"""S3, and what speaks like it: where it is, and whose credentials are used.

Credentials, region and endpoint come as boto3 finds them (environment, profiles, SSO,
instance roles). When the keys stand in the environment boto3 is not even imported: it
takes half a second.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jupyter_artifacts.errors import NoCredentials, Unavailable
from jupyter_artifacts.storage.wire import RETRY, TIMES, WireBucket

if TYPE_CHECKING:
    from collections.abc import Mapping

_REGION: Final = "us-east-1"


def s3_bucket(name: str) -> WireBucket:
    """Return a bucket, with the credentials of this process.

    Raises:
        NoCredentials: when no provider of boto3's chain has any.
        Unavailable: when the extra is not installed.
    """
    try:
        from obstore.store import S3Store
    except ImportError as error:
        raise missing_extra(f"s3://{name}", "obstore") from error
    options = _options(os.environ, name)
    return WireBucket(S3Store(name, **options), f"s3://{name}")


def s3_client() -> Any:
    """Return boto3's client: what obstore has no call for.

    Raises:
        Unavailable: when the extra is not installed.
    """
    return _client(_endpoint(os.environ))


@lru_cache(maxsize=4)
def _client(endpoint: str) -> Any:
    from botocore.config import Config

    aws = not endpoint
    when = "when_supported" if aws else "when_required"
    config = Config(
        retries={"mode": "standard", "max_attempts": 5},
        s3={} if aws else {"addressing_style": "path"},
        request_checksum_calculation=when,
        response_checksum_validation=when,
    )
    return _session().client(
        "s3", endpoint_url=endpoint or None, config=config, verify=None
    )


def _session() -> Any:
    try:
        import boto3
    except ImportError as error:
        raise missing_extra("s3://", "boto3") from error
    return boto3.session.Session()


def _options(environ: Mapping[str, str], name: str) -> dict[str, Any]:
    endpoint = _endpoint(environ)
    client: dict[str, Any] = dict(TIMES)
    options: dict[str, Any] = {"client_options": client, "retry_config": RETRY}
    if endpoint:
        options["endpoint"] = endpoint
        client["allow_http"] = endpoint.startswith("http://")
    ca = environ.get("AWS_CA_BUNDLE")
    if ca and not endpoint.startswith("http://"):
        client["root_certificate"] = Path(ca).read_bytes()
    region = environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")
    if environ.get("AWS_ACCESS_KEY_ID") and environ.get("AWS_SECRET_ACCESS_KEY"):
        options["access_key_id"] = environ["AWS_ACCESS_KEY_ID"]
        options["secret_access_key"] = environ["AWS_SECRET_ACCESS_KEY"]
        if token := environ.get("AWS_SESSION_TOKEN"):
            options["session_token"] = token
        options["region"] = region or _REGION
        return options
    session = _session()
    if session.get_credentials() is None:
        msg = "there are no credentials for S3 on this machine"
        hint = "set AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign in with aws sso login"
        raise NoCredentials(msg, address=f"s3://{name}", hint=hint)
    from obstore.auth.boto3 import Boto3CredentialProvider

    options["credential_provider"] = Boto3CredentialProvider(session)
    options["region"] = region or session.region_name or _REGION
    return options


def _endpoint(environ: Mapping[str, str]) -> str:
    return environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or ""


def missing_extra(address: str, library: str) -> Unavailable:
    """Return the error that says how to install what a bucket needs."""
    extra = "gcs" if address.startswith("gs:") else "s3"
    msg = f"{library} is not installed, which this bucket needs"
    hint = f"pip install 'jupyter-artifacts[{extra}]'"
    return Unavailable(msg, address=address, hint=hint)
