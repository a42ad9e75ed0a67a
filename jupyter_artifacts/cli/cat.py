"""`cat`: the bytes of one file."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import as_json_option, team_here
from jupyter_artifacts.cli.peeking import show_peek
from jupyter_artifacts.digests import Hasher
from jupyter_artifacts.errors import ChangedAtSource, InvalidRequest
from jupyter_artifacts.operations.readings import held

if TYPE_CHECKING:
    from jupyter_artifacts.operations.table import Content

_SNIFFED: Final = 1 << 13
_NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@click.command()
@click.argument("address")
@click.option("--binary", is_flag=True, help="Write it to a terminal all the same.")
@click.option(
    "--peek",
    is_flag=True,
    help="Tell what it holds instead: columns, tensors, entries, first and last lines.",
)
@as_json_option
def cat(address: str, *, binary: bool, peek: bool, as_json: bool) -> None:
    """Write a file of the team to stdout.

    Exactly its bytes, checked against the digest that was recorded. On a terminal,
    what is no text is refused, and control characters are shown, not sent.

    With --peek only a few of its bytes are read, and nothing of it is unpacked or run.
    """
    if peek:
        show_peek(team_here().peek(address), as_json=as_json)
        return
    if as_json:
        msg = "--json goes with --peek: a file is written as it is"
        raise click.UsageError(msg)
    with held(team_here().content(address)) as content:
        _write(content, address, binary=binary)


def _write(content: Content, address: str, *, binary: bool) -> None:
    if output.on_terminal() and not binary:
        _refuse_binary(content, address)
        output.log(content.read(0, content.size))
        return
    hasher = Hasher()
    for chunk in content.read(0, content.size):
        hasher.update(chunk)
        output.chunk(chunk)
    recorded = content.etag
    if recorded.startswith("blake3:") and recorded != hasher.digest():
        msg = "its bytes are not those that were recorded"
        hint = "do not use what was written; list it again and retry"
        raise ChangedAtSource(msg, address=address, hint=hint)


def _refuse_binary(content: Content, address: str) -> None:
    start = b"".join(content.read(0, min(content.size, _SNIFFED)))
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(start)  # the last character may be cut in two
    except UnicodeDecodeError:
        text = "\0"
    if _NO_TEXT.search(text):
        msg = f"it is no text ({content.media_type}), and this is a terminal"
        hint = "--peek into it, write it into a file with >, or give --binary"
        raise InvalidRequest(msg, address=address, hint=hint)
