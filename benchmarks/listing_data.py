"""The runs both sides list: the same numbers on both."""

from __future__ import annotations

import random

RUNS = 10_000
QUERY_BELOW = 0.1


def runs() -> list[tuple[dict[str, str | float], dict[str, float]]]:
    """Return params and metrics of each run, made from a fixed seed."""
    dice = random.Random(7)  # noqa: S311 - data, not secrets
    made = []
    for _ in range(RUNS):
        params: dict[str, str | float] = {f"p{i}": dice.random() for i in range(9)}
        params["model"] = dice.choice(["resnet18", "resnet50", "vit-b16"])
        made.append((params, {f"m{i}": dice.random() for i in range(10)}))
    return made
