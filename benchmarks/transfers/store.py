"""What is asked of the store beside the measurements, in a process of its own.

The process that measures must stay small, so it loads no client itself. The environment
says which store and who asks.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from tests.servers.s3 import S3Server


def server() -> S3Server:
    """Return the store of the environment."""
    names = ("AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    return S3Server(*(os.environ[name] for name in names))


def make(bucket: str) -> None:
    """Make a bucket that keeps versions."""
    server().make_bucket(bucket)


def presign(bucket: str, key: str) -> None:
    """Print an address from which a key can be read for a day."""
    of = {"Bucket": bucket, "Key": key}
    client: Any = server().client()
    print(client.generate_presigned_url("get_object", Params=of, ExpiresIn=86_400))


def copy(bucket: str, prefix: str, to: str) -> None:
    """Copy what is below a prefix to another, without moving bytes."""
    client = server().client()
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=f"{prefix}/"
    )
    for each in (each for page in pages for each in page["Contents"]):
        key = each["Key"]
        source = {"Bucket": bucket, "Key": key}
        client.copy_object(
            Bucket=bucket,
            Key=f"{to}/{key.removeprefix(f'{prefix}/')}",
            CopySource=source,
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", name]:
            make(name)
        case ["presign", name, what]:
            presign(name, what)
        case ["copy", name, what, target]:
            copy(name, what, target)
        case words:
            sys.exit(f"what is {words}?")
