"""``flask export authority``: everything an authority owns, as one JSON file."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from accounts.models import Organisation
from accounts.rules.roles import OrganisationKind
from foundation import clock
from foundation.database import db

MISTAKE = 2

export_command = AppGroup("export", help="Take away what an organisation owns.")


@export_command.command("authority")
@click.argument("name")
@click.option(
    "--out", "path", required=True, type=click.Path(path_type=Path), help="File to write."
)
def export_authority(name: str, path: Path) -> None:
    """Write everything the authority called NAME (or with that token) owns, as JSON.

    Of bids that are not opened it holds nothing. Keys and passwords are never in it.
    """
    from records.exporting import exported

    authority = db.session.scalars(
        select(Organisation).where(
            Organisation.kind == OrganisationKind.AUTHORITY,
            or_(Organisation.token == name, Organisation.name == name),
        )
    ).first()
    if authority is None:
        click.echo(f"There is no authority ‘{name}’; nothing was written.", err=True)
        sys.exit(MISTAKE)
    draft = path.with_name(f".{path.name}.draft")
    size = 0
    with draft.open("wb") as file:
        for piece in exported(authority, clock.now()):
            size += file.write(piece)
    draft.replace(path)
    click.echo(f"{size:,} bytes written to {path}")
