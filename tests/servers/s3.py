"""An S3 server under test: where it is and who may use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REGION = "us-east-1"


@dataclass(frozen=True)
class S3Server:
    """A running server, on this machine.

    Attributes:
        endpoint: "http://127.0.0.1:<port>"; buckets stand in the path.
        access_key: of a user who may do everything.
        secret_key: of the same.
    """

    endpoint: str
    access_key: str
    secret_key: str

    def environment(self) -> dict[str, str]:
        """Return what a process needs in its environment to use this server alone."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ALLOW_HTTP": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
            "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
        }

    def client(self) -> Any:
        """Return a boto3 client, for what a test does beside the code under test."""
        import boto3
        from botocore.config import Config

        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            retries={"total_max_attempts": 3},
        )
        more: Any = {
            "endpoint_url": self.endpoint,
            "aws_access_key_id": self.access_key,
            "aws_secret_access_key": self.secret_key,
            "region_name": REGION,
        }
        return boto3.client("s3", config=config, **more)

    def abort_uploads(self, name: str) -> None:
        """Give up every upload to a bucket that somebody left unfinished."""
        client = self.client()
        for page in client.get_paginator("list_multipart_uploads").paginate(
            Bucket=name
        ):
            for each in page.get("Uploads", []):
                client.abort_multipart_upload(
                    Bucket=name, Key=each["Key"], UploadId=each["UploadId"]
                )

    def remove_bucket(self, name: str) -> None:
        """Remove a bucket with every version of all that is in it."""
        self.abort_uploads(name)
        client = self.client()
        for page in client.get_paginator("list_object_versions").paginate(Bucket=name):
            for kind in ("Versions", "DeleteMarkers"):
                for each in page.get(kind, []):
                    client.delete_object(
                        Bucket=name, Key=each["Key"], VersionId=each["VersionId"]
                    )
        client.delete_bucket(Bucket=name)

    def make_bucket(self, name: str, *, versioned: bool = True) -> str:
        """Make a bucket and return its name."""
        client = self.client()
        client.create_bucket(Bucket=name)
        if versioned:
            client.put_bucket_versioning(
                Bucket=name, VersioningConfiguration={"Status": "Enabled"}
            )
        return name
