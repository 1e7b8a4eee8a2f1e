"""``mapstudio review``: the records of which only a person can say which destination record they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mapstudio.cli import output
from mapstudio.cli.options import json_option, open_project, project_option, verbose_option
from mapstudio.cli.plan_view import value_text

if TYPE_CHECKING:
    from mapstudio.runner import Review, StateStore


@contextmanager
def _open_state(folder: Path | None) -> Iterator[StateStore]:
    from mapstudio.project import state_folder
    from mapstudio.runner import StateStore

    with StateStore.open(state_folder(open_project(folder))) as state:
        yield state


@click.group("review")
def command() -> None:
    """List the records that wait for a person, and say what they are. Does not use the network.

    A record waits when several destination records may be it, or when the answer to its create was lost and the
    destination would take it twice. It is not sent by itself, also not with --retry. RECORD is the name of a review
    (r3) or the source id of its record.
    """


@command.command("list")
@click.argument("mapping", required=False)
@click.option("--decided", is_flag=True, help="Also those that are decided, or need nobody any more.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
@json_option
@project_option
@verbose_option
def list_command(
    *, mapping: str | None, decided: bool, limit: int | None, project_folder: Path | None, as_json: bool
) -> None:
    """List what waits for a person, newest first, of one MAPPING (its name) or of all. Does not use the network."""
    with _open_state(project_folder) as state:
        reviews = state.reviews.all(mapping=mapping, decided=decided, limit=limit)
    if as_json:
        output.json_data([review.to_json() for review in reviews])
        return
    if not reviews:
        output.talk("Nothing waits for a person.")
        return
    rows = [
        (review.name, review.mapping, review.source_id, str(len(review.doubt.found)), _state(review), _reason(review))
        for review in reviews
    ]
    output.table(("ID", "MAPPING", "SOURCE", "FOUND", "STATE", "REASON"), rows, right=(3,))


@command.command("show")
@click.argument("record")
@json_option
@project_option
@verbose_option
def show_command(*, record: str, project_folder: Path | None, as_json: bool) -> None:
    """Show RECORD with why it waits and what was found. Does not use the network."""
    from mapstudio.runner import find_reviews

    with _open_state(project_folder) as state:
        [review] = find_reviews(state, [record])
    if as_json:
        output.json_data(review.to_json())
        return
    _show(review)


@command.command("link")
@click.argument("record")
@click.argument("id", metavar="ID")
@json_option
@project_option
@verbose_option
def link_command(*, record: str, id: str, project_folder: Path | None, as_json: bool) -> None:  # noqa: A002 - the word
    """Say that RECORD is the destination record ID: the next apply updates it. Does not use the network."""
    from mapstudio.runner import find_reviews, link_to

    with _open_state(project_folder) as state:
        [review] = find_reviews(state, [record])
        known = {item.id for item in review.doubt.found}
        decided = link_to(state, review, id)
    if known and decided.chosen not in known:
        output.warn(f"{decided.chosen} is none of those that were found: {', '.join(sorted(known))}.")
    _tell([decided], "is linked to", as_json=as_json)


@command.command("create")
@click.argument("records", metavar="RECORD...", nargs=-1, required=True)
@json_option
@project_option
@verbose_option
def create_command(*, records: Sequence[str], project_folder: Path | None, as_json: bool) -> None:
    """Say that each RECORD is none of those that were found: the next apply creates it. Does not use the network."""
    from mapstudio.runner import create_anew

    _decide(records, create_anew, "is created by the next apply", project_folder, as_json=as_json)


@command.command("skip")
@click.argument("records", metavar="RECORD...", nargs=-1, required=True)
@json_option
@project_option
@verbose_option
def skip_command(*, records: Sequence[str], project_folder: Path | None, as_json: bool) -> None:
    """Say that each RECORD is to be left out until something else is said. Does not use the network."""
    from mapstudio.runner import leave_out

    _decide(records, leave_out, "is left out", project_folder, as_json=as_json)


def _decide(
    records: Sequence[str],
    how: Callable[[StateStore, Review], Review],
    done: str,
    folder: Path | None,
    *,
    as_json: bool,
) -> None:
    from mapstudio.runner import find_reviews

    # All or none: a name that is wrong leaves the others as they were.
    with _open_state(folder) as state, state.transaction():
        decided = [how(state, review) for review in find_reviews(state, records)]
    _tell(decided, done, as_json=as_json)


def _tell(decided: Sequence[Review], done: str, *, as_json: bool) -> None:
    if as_json:
        output.json_data([review.to_json() for review in decided])
        return
    for review in decided:
        chosen = f" {review.chosen}" if review.chosen else ""
        output.data(f"{review.name}: {review.source_id} ({review.mapping}) {done}{chosen}")


def _show(review: Review) -> None:
    doubt, scope = review.doubt, review.scope
    output.data(f"{review.name}: {review.mapping}, record {doubt.source_id}, {_state(review)}")
    output.data(f"{scope.source_object} -> {scope.destination_object} ({scope.destination_account})")
    output.data(f"first {review.first_at[:19]}, last {review.last_at[:19]} (run {review.run})")
    if doubt.sent:
        output.data("it was sent and may have been created: it is never sent again by itself")
    for reason in doubt.reasons:
        value = f"  {value_text(reason.value)}" if reason.value is not None else ""
        output.data(f"  {reason.row + ': ' if reason.row else ''}{reason.reason}{value}")
    output.data("found:" if doubt.found else "found: nothing that looks like it")
    for item in doubt.found:
        output.data(f"  {item.id}  {item.evidence}")
    for name, held in (("record", doubt.record), ("output", doubt.output)):
        output.data(f"{name}:" if held is not None else f"{name}: not kept (not read, or removed for its age)")
        if held is not None:
            output.block(output.json_text(held, indent=2, terminal=True))


def _state(review: Review) -> str:
    if review.closed_at is not None:
        return f"closed {review.closed_at[:19]}"
    if review.decision is None:
        return "open"
    return f"{review.decision} {review.chosen}" if review.chosen else str(review.decision)


def _reason(review: Review) -> str:
    first, *others = review.doubt.reasons
    return f"{first.reason}{f' (and {len(others)} more)' if others else ''}"
