"""Logs: list, read in ranges, append."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_artifacts.addresses import LOG_STREAMS
from jupyter_artifacts.errors import NotFound
from jupyter_artifacts.operations.context import Context
from jupyter_artifacts.operations.places import (
    AtExperiment,
    address_at,
    experiment_at,
    experiment_prefix,
    log_key,
    still_there,
)
from jupyter_artifacts.operations.table import (
    CHANGE_RUN,
    SEE,
    Body,
    Content,
    Kind,
    operation,
)
from jupyter_artifacts.records.assets import LogStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_artifacts.records.runs import Experiment


class AtLog(AtExperiment, frozen=True, kw_only=True):
    """A log stream: "output" (both, in order), "stdout" or "stderr"."""

    stream: str


def _check(ask: AtLog) -> str:
    address = f"{address_at(ask).tree}/logs/{ask.stream}"
    if ask.stream not in LOG_STREAMS:
        msg = f"there is no log {ask.stream!r}"
        raise NotFound(msg, address=address, hint=f"logs are {', '.join(LOG_STREAMS)}")
    return address


def _stream(
    ask: AtExperiment, experiment: Experiment, name: str, size: int
) -> LogStream:
    return LogStream(
        stream=name,
        size=size,
        address=f"{address_at(ask).tree}/logs/{name}",
        growing=not experiment.state.ended,
    )


@operation("logs.list", "GET runs/{user}/{run}/exp{number}/logs", needs=SEE)
def list_streams(ctx: Context, ask: AtExperiment) -> list[LogStream]:
    """Return the log streams of an experiment that have anything in them."""
    with ctx.catalog.read() as rows:
        experiment = experiment_at(rows, ask)
    sizes = {
        name: ctx.storage.size(log_key(experiment.id, name)) for name in LOG_STREAMS
    }
    return [
        _stream(ask, experiment, name, size) for name, size in sizes.items() if size
    ]


@operation(
    "logs.read",
    "GET runs/{user}/{run}/exp{number}/logs/{stream}",
    needs=SEE,
    kind=Kind.BYTES,
)
def read(ctx: Context, ask: AtLog) -> Content:
    """Return the bytes of a log stream, as far as it goes now."""
    address = _check(ask)
    with ctx.catalog.read() as rows:
        experiment = experiment_at(rows, ask)
    key = log_key(experiment.id, ask.stream)
    size = ctx.storage.size(key)
    if size is None:
        msg = "nothing was written to it"
        hint = "`jupyter artifacts run` captures logs; a bare script's are not captured"
        raise NotFound(msg, address=address, hint=hint)

    def chunks(start: int, length: int) -> Iterator[bytes]:
        return ctx.storage.read(key, start, length)

    return Content(
        size=size,
        media_type="text/plain",
        etag=f"{experiment.id}-{ask.stream}-{size}",
        filename=f"{experiment.run}-exp{experiment.number}-{ask.stream}.log",
        modified=0.0,
        local_path=ctx.storage.local_path(key),
        read=chunks,
        address=address,
    )


@operation(
    "logs.append",
    "POST runs/{user}/{run}/exp{number}/logs/{stream}",
    needs=CHANGE_RUN,
    routine=True,
)
def append(ctx: Context, ask: AtLog, body: Body) -> LogStream:
    """Add bytes at the end of a log stream."""
    _check(ask)
    with ctx.catalog.read() as rows:
        experiment = experiment_at(rows, ask)
    size = ctx.storage.append(log_key(experiment.id, ask.stream), body.read())
    try:
        with ctx.catalog.write() as rows:
            still_there(rows, experiment)
            data = {"stream": ask.stream, "size": size}
            rows.events.add("logs", "changed", experiment.address, ctx.clock(), data)
    except NotFound:
        # its bytes were deleted with it, before these came
        ctx.storage.delete(experiment_prefix(experiment.id))
        raise
    return _stream(ask, experiment, ask.stream, size)
