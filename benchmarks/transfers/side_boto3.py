"""boto3's own transfer manager, 16 requests at a time."""

import time

BEGAN = time.perf_counter()

import json  # noqa: E402 - the start-up is part of what is measured
import os  # noqa: E402
import sys  # noqa: E402
from pathlib import Path  # noqa: E402

import boto3  # noqa: E402
from boto3.s3.transfer import TransferConfig, create_transfer_manager  # noqa: E402
from botocore.config import Config  # noqa: E402

AT_ONCE = 16


def main() -> None:
    """Upload a folder below a prefix, and print how long it took."""
    folder, bucket, prefix = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    start = time.perf_counter()
    config = Config(
        max_pool_connections=AT_ONCE,
        read_timeout=300,  # a busy Ceph completes an upload late, and once
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    client = boto3.client(
        "s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=config
    )
    at_once = TransferConfig(max_concurrency=AT_ONCE)
    with create_transfer_manager(client, at_once) as manager:
        files = (path for path in folder.rglob("*") if path.is_file())
        sent = [
            manager.upload(str(path), bucket, f"{prefix}/{path.relative_to(folder)}")
            for path in files
        ]
        for each in sent:
            each.result()
    seconds = time.perf_counter() - start
    more = {"started": start - BEGAN, "version": boto3.__version__}
    print(json.dumps({"seconds": seconds, **more}))


main()
