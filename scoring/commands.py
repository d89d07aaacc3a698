"""Commands about the evaluation: `flask evaluation verify`, `flask evaluation rebuild`."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import select

from foundation.database import db
from scoring.queries.ranked import ranking_of
from scoring.service.standings import rebuild
from scoring.verifying import Line, differences, reckoned
from scoring.verifying_rows import record_of
from tenders.models import Tender

evaluation = AppGroup("evaluation", help="The ranking of bids, and the record it rests on.")


@evaluation.command("verify")
@click.argument("tender")
def verify(tender: str) -> None:
    """Work out the ranking of TENDER (its reference or token) a second time from the record.

    With code of its own: the rows are replayed in order, and every rank and figure is compared with
    the ranking the pages show, to the last digit. Ends with 1 where anything differs.
    """
    found = _opened(tender)
    record = record_of(found)
    own = reckoned(record)
    said = [*record.faults, *differences(own, _shown(found))]
    for line in said:
        click.echo(f"Does not hold: {line}", err=True)
    ranked = sum(bool(line.rank) for line in own)
    click.echo(
        f"{found.reference}: {len(own)} bids, {ranked} with a rank; {record.rows} rows replayed, "
        f"{len(said)} differences"
    )
    if said:
        raise SystemExit(1)


@evaluation.command("rebuild")
@click.argument("tenders", nargs=-1)
def rebuild_standings(tenders: tuple[str, ...]) -> None:
    """Make what the ranking reads again from the rows that decide it, and say what differed.

    TENDERS: references or tokens; without any, every tender whose bids are opened.
    """
    for found in [_opened(one) for one in tenders] or _every_opened():
        done = rebuild(found)
        for token, columns in done.differences.items():
            click.echo(f"Differed: bid {token}: {', '.join(columns)}")
        click.echo(f"{found.reference}: {done.bids} bids, {len(done.differences)} differed")


def _opened(name: str) -> Tender:
    """Return a tender by token or reference; references of two authorities may be the same."""
    rows = db.session.scalars(
        select(Tender).where((Tender.token == name) | (Tender.reference == name))
    ).all()
    opened = [row for row in rows if _is_readable(row)]
    if len(opened) == 1:
        return opened[0]
    if opened:
        tokens = ", ".join(row.token for row in opened)
        raise click.ClickException(f"Several tenders are called {name}. Enter one token: {tokens}")
    raise click.ClickException(
        f"No tender called {name} has bids that are opened and still kept"
        if rows
        else f"There is no tender called {name}"
    )


def _every_opened() -> list[Tender]:
    rows = db.session.scalars(select(Tender).where(Tender.opened_at.is_not(None)))
    return [row for row in rows if _is_readable(row)]


def _is_readable(tender: Tender) -> bool:
    return tender.opened_at is not None and tender.content_destroyed_at is None


def _shown(tender: Tender) -> list[Line]:
    return [
        Line(one.key, one.rank, one.bid.quality, one.points, one.total)
        if one.rank
        else Line(one.key, "", one.bid.quality, None, None)
        for one in ranking_of(tender).placed
    ]
