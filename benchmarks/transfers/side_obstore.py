"""obstore alone: every file an object, 16 at a time, nothing hashed."""

import time

BEGAN = time.perf_counter()

import asyncio  # noqa: E402 - the start-up is part of what is measured
import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from importlib.metadata import version  # noqa: E402
from pathlib import Path  # noqa: E402

import obstore  # noqa: E402
from obstore.store import S3Store  # noqa: E402

AT_ONCE = 16


def found(folder: Path) -> list[Path]:
    """Return the files of a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


async def upload(folder: Path, store: S3Store, prefix: str) -> None:
    """Upload the files of a folder below a prefix."""
    files = (path for path in found(folder))

    async def work() -> None:
        for path in files:
            content = path.read_bytes()
            await obstore.put_async(
                store, f"{prefix}/{path.relative_to(folder)}", content
            )

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def main() -> None:
    """Upload, and print how long it took."""
    start = time.perf_counter()
    store = S3Store(
        sys.argv[2],
        endpoint=os.environ["AWS_ENDPOINT_URL"],
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
    asyncio.run(upload(Path(sys.argv[1]), store, sys.argv[3]))
    seconds = time.perf_counter() - start
    more = {"started": start - BEGAN, "version": version("obstore")}
    print(json.dumps({"seconds": seconds, **more}))


main()
