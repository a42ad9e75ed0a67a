"""The command by which each side does each kind of work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.transfers.places import BUCKET, Places
from benchmarks.transfers.rows import OURS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.transfers.data import Data

AT_ONCE = "16"
RCLONE = (
    "--s3-provider=Ceph",
    "--s3-env-auth",
    "--s3-force-path-style",
    "--s3-no-check-bucket",
    "--config=/dev/null",
    f"--transfers={AT_ONCE}",
    f"--checkers={AT_ONCE}",
)


@dataclass(frozen=True)
class Work:
    """One side's turn.

    Attributes:
        command: what is measured.
        environment: of it.
        made: the folder that shall hold the files in the end; None for an upload.
    """

    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    made: Path | None = None


def down(places: Places, data: Data, side: str, uri: str) -> Work:
    """Download; `uri` is where peers find plain objects."""
    to = places.fresh(side)
    home = f"home-{data.name}-{side}"
    ours = places.environment(home, f"s3://{BUCKET}/{home}")
    peer = places.environment()
    if side == "packed":
        address = f"{data.name}@v0"
        return Work(places.script("ours", "get", address, str(to)), ours, to)
    if side == "plain":
        return Work(places.script("ours", "get", "alice:bench-exp0", str(to)), ours, to)
    to.mkdir()
    if side.startswith("mlflow"):
        if side == "mlflow-multipart":
            peer["MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD"] = "true"
        run = places.runs[side, data.name]
        return Work(places.script("mlflow", "get", run, str(to)), peer, to)
    if side == "s5cmd":
        command = [places.s5cmd, f"--numworkers={AT_ONCE}", "cp"]
        return Work([*command, f"{uri}/*", f"{to}/"], peer, to)
    if side == "curl":
        (name,) = data.sizes
        key = f"{uri.removeprefix(f's3://{BUCKET}/')}/{name}"
        address = places.ask("presign", BUCKET, key)
        return Work(["curl", "-sSf", "-o", str(to / name), address], peer, to)
    return local(places, data, side)


def up(places: Places, data: Data, side: str, number: int) -> Work:
    """Upload into a bucket of its own."""
    source = str(places.data(data))
    bucket = places.new_bucket(f"up-{data.name}-{side}-{number}")
    peer = places.environment()
    ours = places.environment(f"to/{bucket}", f"s3://{bucket}/team")
    if side in OURS:
        places.do(places.script("ours", "connect"), ours)
    # MLflow begins a run as well, other tools have none
    how = "save" if data.name == "small" else "put"
    by: dict[str, Callable[[], Work]] = {
        "packed": lambda: Work(places.script("ours", how, data.name, source), ours),
        "plain": lambda: Work(places.script("ours", "capture", source), ours),
        "mlflow": lambda: Work(
            places.script("mlflow", "save", source, f"s3://{bucket}/run"), peer
        ),
        "boto3": lambda: Work(places.script("boto3", source, bucket, "run"), peer),
        "obstore": lambda: Work(places.script("obstore", source, bucket, "run"), peer),
        "s5cmd": lambda: Work(
            [
                *(places.s5cmd, f"--numworkers={AT_ONCE}", "cp"),
                *(f"{source}/", f"s3://{bucket}/run/"),
            ],
            peer,
        ),
        "rclone": lambda: Work(
            [
                *(str(places.peers / "rclone"), "copy", *RCLONE),
                f"--s3-endpoint={places.store.endpoint}",
                *(source, f":s3:{bucket}/run"),
            ],
            peer,
        ),
    }
    return by[side]()


def save(places: Places, data: Data, side: str, number: int) -> Work:
    """Save into local storage."""
    if side == "cp":
        return local(places, data, side)
    home = places.fresh(f"saved-{number}")
    ours = places.environment(f"to/{home.name}")
    places.do(places.script("ours", "connect"), ours)
    source = str(places.data(data))
    return Work(places.script("ours", "put", data.name, source), ours)


def get(places: Places, data: Data, side: str) -> Work:
    """Get from local storage."""
    if side == "cp":
        return local(places, data, side)
    to = places.fresh(side)
    ours = places.environment(f"local-{data.name}")
    return Work(places.script("ours", "get", f"{data.name}@v0", str(to)), ours, to)


def local(places: Places, data: Data, side: str) -> Work:
    """Copy from memory to memory."""
    to = places.fresh(side)
    return Work(["cp", "-r", str(places.data(data)), str(to)], {}, to)


def prepare_ours(places: Places, data: Data, side: str) -> None:
    """Put the data into the store as a version, or as an experiment's outputs."""
    home = f"home-{data.name}-{side}"
    environment = places.environment(home, f"s3://{BUCKET}/{home}")
    places.do(_saving(places, data, side), environment)


def prepare_local(places: Places, data: Data) -> None:
    """Put the data into local storage as a version."""
    environment = places.environment(f"local-{data.name}")
    places.do(_saving(places, data, "packed"), environment)


def _saving(places: Places, data: Data, side: str) -> list[str]:
    source = str(places.data(data))
    if side == "plain":
        return places.script("ours", "capture", source)
    return places.script("ours", "save", data.name, source)
