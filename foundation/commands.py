"""Commands about the ground everything stands on: `flask audit verify`."""

from __future__ import annotations

from itertools import groupby

import click
from flask.cli import AppGroup
from sqlalchemy import select

from foundation.audit import AuditEntry, Fault, verify_chain
from foundation.database import db

audit = AppGroup("audit", help="The record of who did what.")


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
