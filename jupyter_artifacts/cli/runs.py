"""`stop`, `delete`, `clone` and `tag`: what is done to runs, and to artifacts."""

from __future__ import annotations

import click

from jupyter_artifacts import policy
from jupyter_artifacts.cli import output
from jupyter_artifacts.cli.artifacts import delete_artifact, tag_version
from jupyter_artifacts.cli.asking import confirm, run_at, team_here
from jupyter_artifacts.cli.words import counted, size
from jupyter_artifacts.errors import InvalidRequest


@click.command()
@click.argument("run")
def stop(run: str) -> None:
    """Ask a run of mine to stop.

    Every experiment of it that has not ended gets STOPPING_CANCELED, and CANCELED
    once it has ended.
    """
    team = team_here()
    place = run_at(team, run)
    before = team.run(place.short).experiments
    living = sum(not each.state.ended for each in before)
    stopped = team.stop(place.short).run
    what = counted(living, "experiment")
    output.line(f"asked {what} of {stopped.address} to stop: {stopped.state}")


@click.command()
@click.argument("address")
@click.option("--reason", default="", help="Why; needed for what is someone else's.")
@click.option("--yes", is_flag=True, help="Do not ask; needed without a terminal.")
def delete(address: str, reason: str, *, yes: bool) -> None:
    """Delete a run or an artifact of mine, with its bytes.

    On a terminal it asks first. A run that still lives is stopped first, by `stop`.
    my-model@v3 is one version, artifacts/my-model all of them; what something
    depends on stays.
    """
    team = team_here()
    if team.parse(address).root == "artifacts":
        delete_artifact(team, team.parse(address), reason, yes=yes)
        return
    place = run_at(team, address)
    found = team.run(place.short)
    # whoever may not is told so before the question, not after it
    team.carrier.check(
        "runs.delete",
        policy.Permission(policy.Action.DELETE, policy.Thing.RUN),
        owner=found.run.user,
        address=found.run.address,
        reason=reason,
    )
    experiments = counted(len(found.experiments), "experiment")
    files = counted(sum(each.file_count for each in found.experiments), "file")
    what = f"{found.run.address}: {experiments}, {files}"
    what += f", {size(found.run.artifact_bytes)}"
    question = f"Delete {what}? There is no way back."
    confirm(question, address=found.run.address, yes=yes)
    team.delete(found.run.address, reason=reason)
    output.line(f"deleted {what}")


@click.command()
@click.argument("run")
@click.option("--name", default="", help="Its name; the same by default.")
def clone(run: str, name: str) -> None:
    """Queue a run of mine made as another was.

    Anyone's run: the script, arguments, parameters and datastores it recorded. Prints
    the line that starts it.
    """
    team = team_here()
    made = team.clone(run_at(team, run).short, name)
    if made.run.renamed_from:
        output.note(f"you have a run {made.run.renamed_from!r} already")
    output.note(f"{made.run.address} is queued, as {made.run.cloned_from} was made")
    output.note("start it with:")
    output.line(made.command)


@click.command()
@click.argument("address")
@click.argument("tags", metavar="TAG...", nargs=-1)
@click.option("--remove", is_flag=True, help="Take the tags away.")
def tag(address: str, tags: tuple[str, ...], *, remove: bool) -> None:
    """Tag a run of mine, or a version of an artifact.

    Adds the tags to those it has; without any, prints those it has.
    """
    team = team_here()
    if team.parse(address).root == "artifacts":
        tag_version(team, team.parse(address), tags, remove=remove)
        return
    place = run_at(team, address)
    found = team.run(place.short).run
    has = set(found.tags)
    if remove and (unknown := sorted(set(tags) - has)):
        msg = f"it has no tag {unknown[0]!r}"
        hint = f"it has {', '.join(found.tags)}" if has else "it has none"
        raise InvalidRequest(msg, address=found.address, hint=hint)
    if tags:
        wanted = has - set(tags) if remove else has | set(tags)
        at = {"user": found.user, "run": found.name}
        found = team.carrier.call("runs.tag", **at, tags=sorted(wanted))
    output.line(f"{found.address}: {', '.join(found.tags) or 'no tags'}")
