"""`share`: links that end, for people who are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.asking import (
    as_json_option,
    global_option,
    handle_of,
    team_here,
)
from jupyter_artifacts.cli.words import size, when

if TYPE_CHECKING:
    from jupyter_artifacts.records.shares import Share
    from jupyter_artifacts.team import Team


@click.command()
@click.argument("address", default="")
@click.option("--expires", default="", metavar="24h", help="When it ends. [24h]")
@click.option("--list", "listing", is_flag=True, help="List my shares.")
@click.option("--renew", default="", metavar="ID", help="Let a share of mine last on.")
@click.option("--revoke", default="", metavar="ID", help="End a share, for good.")
@click.option("--reason", default="", help="Why; needed to revoke someone else's.")
@global_option
@as_json_option
def share(  # noqa: PLR0913 - one per option
    address: str,
    expires: str,
    renew: str,
    revoke: str,
    reason: str,
    whose: str,
    *,
    listing: bool,
    as_json: bool,
) -> None:
    """Share a file, folder or experiment by a link that ends.

    Whoever has the link, and is signed in to the team's server, sees the files and
    can download them, for 24 hours unless said; 30 days at most. The link is printed
    this once. With --list --global an admin sees everyone's shares.
    """
    if sum(map(bool, (address, listing, renew, revoke))) != 1:
        msg = "Give ADDRESS, or one of --list, --renew and --revoke."
        raise click.UsageError(msg)
    team = team_here()
    if listing:
        _list(team, handle_of(team, whose), as_json=as_json)
    elif address:
        _make(team, address, expires, as_json=as_json)
    elif renew:
        _say(team.renew_share(renew, expires or None), as_json=as_json)
    else:
        _say(team.revoke_share(revoke, reason=reason), as_json=as_json)


def _make(team: Team, address: str, expires: str, *, as_json: bool) -> None:
    made = team.share(address, expires or None)
    if as_json:
        output.as_json(made)
        return
    output.line(made.link or made.path)
    if not made.link:
        output.note(
            "no server of the team is running: the link wants one's address before"
        )
    output.note(f"{made.share.address} until {when(made.share.expires)}")
    output.note(f"to end it before: jupyter artifacts share --revoke {made.share.id}")


def _say(share: Share, *, as_json: bool) -> None:
    if as_json:
        output.as_json(share)
    elif share.revoked is not None:
        output.line(f"revoked {share.id} of {share.address}")
    else:
        output.line(f"{share.id} of {share.address} until {when(share.expires)}")


def _list(team: Team, handle: str, *, as_json: bool) -> None:
    found = team.shares(everyone=handle != team.me)
    found = [each for each in found if handle in {"", each.owner}]
    if as_json:
        output.as_json(found)
        return
    if not found:
        output.note(f"{handle or 'nobody'} has shared nothing")
        return
    rows = [
        (
            each.id,
            each.address,
            each.owner,
            each.state.value,
            when(each.expires),
            f"{each.opens:,}",
            f"{each.downloads:,}",
            size(each.bytes),
        )
        for each in found
    ]
    heads = ("SHARE", "OF", "OWNER", "STATE", "ENDS", "OPENED", "DOWNLOADS", "BYTES")
    output.table(heads, rows, right=("OPENED", "DOWNLOADS", "BYTES"))
