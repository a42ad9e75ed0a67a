"""Peak memory of large moves: `python -m benchmarks.transfer_memory [GIB [FILES]]`.

A file of 20 GiB from a server of this machine that speaks as much of S3 as a download
needs, 100,000 files saved to and got from a folder, and, for comparison, one file of
4 KiB each way. It wants room on the disk for the large file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.transfers.rows import MEMORY

GIB = 1 << 30
ROOT = Path(__file__).parent.parent


class Zeros(BaseHTTPRequestHandler):
    """Answers any GET with the range that it asks for, or with all, of zeros."""

    protocol_version = "HTTP/1.1"
    source = -1
    size = 0

    def do_GET(self) -> None:
        """Send a range of the file, or all of it."""
        asked = self.headers["Range"] or f"bytes=0-{self.size - 1}"
        first, last = asked.removeprefix("bytes=").split("-")
        start, end = int(first), min(int(last), self.size - 1)
        self.send_response(206 if self.headers["Range"] else 200)
        self.send_header("Content-Length", str(end - start + 1))
        self.send_header("Content-Range", f"bytes {start}-{end}/{self.size}")
        self.send_header("ETag", '"0"')
        self.send_header("Last-Modified", "Mon, 02 Nov 2026 10:00:00 GMT")
        self.end_headers()
        out = self.connection.fileno()
        with suppress(ConnectionError):  # a stream is given back when it turns slow
            while start <= end:
                start += os.sendfile(out, self.source, start, end - start + 1)
        self.close_connection = start <= end

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def measured(folder: Path, endpoint: str, *words: str) -> dict[str, Any]:
    """Run one side; return what it told."""
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
        "TMPDIR": str(folder),
    }
    command = [sys.executable, "-m", "benchmarks.transfers.side_memory", *words]
    told = subprocess.run(
        command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE
    )
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def main(size: int, files: int) -> int:
    """Measure, print, and fail when a limit is passed."""
    with tempfile.TemporaryDirectory(dir=ROOT) as name:
        folder = Path(name)
        with (folder / "zeros").open("wb+") as zeros:
            zeros.truncate(size)

            class Served(Zeros):
                source = zeros.fileno()

            server = ThreadingHTTPServer(("127.0.0.1", 0), Served)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            endpoint = f"http://127.0.0.1:{server.server_port}"
            down = ["down", "s3://bench/team", "artifacts/a/objects/o"]
            Served.size = 4096
            tiny = measured(folder, endpoint, *down, "4096", str(folder / "tiny"))
            Served.size = size
            large = measured(folder, endpoint, *down, str(size), str(folder / "large"))
            server.shutdown()
        (folder / "large" / "large.bin").unlink()
        fill(folder / "one", 1)
        fill(folder / "source", files)
        place = str(folder / "storage")
        one = measured(folder, "", "many", place, str(folder / "one"), f"{folder}/a")
        many = measured(
            folder, "", "many", place, str(folder / "source"), f"{folder}/b"
        )
        passed = True
        for title, found, least in (
            (f"{size / GIB:.0f} GiB down from S3", large, tiny),
            (f"{files:,} files saved and got", many, one),
        ):
            more = found["peak"] - least["peak"]
            passed &= more <= MEMORY
            print(
                f"{title}: {found['seconds']:.1f} s, {found['verified']:,} verified,"
                f" peak {found['peak']:.0f} MiB, {more:.0f} above the process's own"
                f" {least['peak']:.0f} (limit {MEMORY:.0f})"
            )
    return 0 if passed else 1


def fill(folder: Path, files: int) -> None:
    """Write small files of different content."""
    for number in range(files):
        path = folder / f"{number % 100:02}" / f"{number}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(number.to_bytes(8, "little") * 32)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(main(int((given or [20])[0]) * GIB, int((given[1:] or [100_000])[0])))
