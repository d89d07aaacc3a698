"""Commands about the ground everything stands on: `flask audit verify`, `flask duties run`."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from itertools import groupby
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from foundation import clock
from foundation import duties as daily
from foundation.audit import AuditEntry, Fault, verify_chain
from foundation.database import db

audit = AppGroup("audit", help="The record of who did what.")
duties = AppGroup("duties", help="What the service does of itself each day.")


@audit.command("verify")
def verify() -> None:
    """Compute every hash again and name each entry that does not hold."""
    entries = db.session.scalars(
        select(AuditEntry)
        .order_by(AuditEntry.subject_kind, AuditEntry.subject, AuditEntry.number)
        .execution_options(yield_per=1000)
    )
    chains = count = 0
    faults: list[Fault] = []
    for _subject, group in groupby(entries, key=lambda entry: (entry.subject_kind, entry.subject)):
        chain = list(group)
        chains, count = chains + 1, count + len(chain)
        faults += verify_chain(chain)
    for fault in faults:
        click.echo(f"Does not hold: {fault}", err=True)
    click.echo(f"{count} entries in {chains} chains checked, {len(faults)} faults")
    if faults:
        raise SystemExit(1)


@duties.command("run")
@click.option("--once", is_flag=True, help="Do what is behind, then end.")
def run_duties(*, once: bool) -> None:
    """Do what is behind; without --once, look again and again until stopped."""
    wanted: Mapping[str, daily.Duty] = current_app.extensions[daily.DUTIES]
    if not once:
        _go_round(current_app._get_current_object())  # type: ignore[attr-defined]
        return
    done = daily.do_due(wanted, insist=True)
    for name, worked in done.items():
        click.echo(f"{name}: {'done' if worked else 'failed, it is tried again'}")
    if not done:
        click.echo("Nothing was behind")
    if not all(done.values()):
        raise SystemExit(1)


@duties.command("status")
def duties_status() -> None:
    """Say through which day each duty is done, and what kept it from the rest."""
    for one in daily.standings(current_app.extensions[daily.DUTIES]):
        through = f"done through {clock.show_date(one.through)}" if one.through else "not done yet"
        behind = f", {one.behind} day{'' if one.behind == 1 else 's'} behind" if one.behind else ""
        times = "time" if one.failures == 1 else "times"
        failed = f", failed {one.failures} {times}: {one.last_error}" if one.failures else ""
        click.echo(f"{one.name}: {through}{behind}{failed}")


def _go_round(app: Flask) -> None:
    rounds = daily.Rounds(app)

    def stop(_number: int, _frame: FrameType | None) -> None:
        rounds.ask_to_stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    rounds.go_round()
