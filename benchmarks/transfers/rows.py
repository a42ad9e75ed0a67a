"""What is compared with whom, and how well we want to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Contest:
    """Sides that do the same work, one after the other, round by round.

    Attributes:
        name: to choose it on the command line.
        title: the work.
        data: what is moved.
        direction: "down" from the store, "up" to it; "save" and "get" stay local.
        sides: who takes part.
    """

    name: str
    title: str
    data: Literal["small", "large", "mixed"]
    direction: Literal["down", "up", "save", "get"]
    sides: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """How one of our sides shall stand against a peer.

    Attributes:
        contest: where both took part.
        ours: our side.
        peer: the other one.
        goal: what we want.
        floor: below it the work is not done.
        kind: "times": so many times as fast as the peer; "within": it takes at most
            so many times as long.
    """

    contest: str
    ours: str
    peer: str
    goal: float
    floor: float
    kind: Literal["times", "within"] = "times"


CONTESTS = (
    Contest(
        "small-down",
        "10,000 files of 4 KiB down from S3, verified",
        "small",
        "down",
        ("packed", "plain", "mlflow", "s5cmd", "cp"),
    ),
    Contest(
        "small-up",
        "10,000 files of 4 KiB up to S3",
        "small",
        "up",
        ("packed", "plain", "mlflow", "obstore"),
    ),
    Contest(
        "large-down",
        "2 GiB down from S3, verified",
        "large",
        "down",
        ("packed", "curl", "mlflow", "mlflow-multipart"),
    ),
    Contest(
        "large-up",
        "2 GiB up to S3",
        "large",
        "up",
        ("packed", "boto3", "s5cmd", "rclone"),
    ),
    Contest(
        "mixed-down",
        "1 GiB in 200 mixed files down from S3, verified",
        "mixed",
        "down",
        ("packed", "s5cmd", "mlflow"),
    ),
    Contest(
        "mixed-up",
        "1 GiB in 200 mixed files up to S3",
        "mixed",
        "up",
        ("packed", "boto3", "s5cmd", "rclone"),
    ),
    Contest(
        "large-save",
        "2 GiB saved to local storage, hashed",
        "large",
        "save",
        ("packed", "cp"),
    ),
    Contest(
        "large-get",
        "2 GiB got from local storage, verified",
        "large",
        "get",
        ("packed", "cp"),
    ),
    Contest(
        "small-save",
        "10,000 files of 4 KiB saved to local storage, hashed",
        "small",
        "save",
        ("packed", "cp"),
    ),
    Contest(
        "small-get",
        "10,000 files of 4 KiB got from local storage, verified",
        "small",
        "get",
        ("packed", "cp"),
    ),
)

CLAIMS = (
    Claim("small-down", "packed", "mlflow", 80, 40),
    Claim("small-down", "packed", "s5cmd", 12, 6),
    Claim("small-down", "packed", "cp", 2.5, 4, "within"),
    Claim("small-down", "plain", "mlflow", 10, 8),
    Claim("small-down", "plain", "s5cmd", 1.5, 1.3),
    Claim("small-up", "packed", "mlflow", 60, 30),
    Claim("small-up", "plain", "obstore", 1, 0.9),
    Claim("large-down", "packed", "curl", 1.2, 1.4, "within"),
    Claim("large-down", "packed", "mlflow", 3.5, 3),
    Claim("large-down", "packed", "mlflow-multipart", 3.5, 3),
    Claim("large-up", "packed", "boto3", 1, 1),
    Claim("large-up", "packed", "s5cmd", 1, 1),
    Claim("large-up", "packed", "rclone", 1, 1),
    Claim("mixed-down", "packed", "s5cmd", 1, 1.15, "within"),
    Claim("mixed-down", "packed", "mlflow", 5, 4.5),
    Claim("mixed-up", "packed", "boto3", 1, 1),
    Claim("mixed-up", "packed", "s5cmd", 1, 1),
    Claim("mixed-up", "packed", "rclone", 1, 1),
    Claim("large-save", "packed", "cp", 1.3, 1.5, "within"),
    Claim("large-get", "packed", "cp", 1.3, 1.5, "within"),
    Claim("small-save", "packed", "cp", 2.5, 4, "within"),
    Claim("small-get", "packed", "cp", 2.5, 4, "within"),
)

OURS = ("packed", "plain")
START_UP = 0.3
MEMORY = 64.0  # MiB above the process's own
MEMORY_IN_ALL = 150.0
DELAYED = 2.0
UNCHANGED = (0.25, 0.5)
