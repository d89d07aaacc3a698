"""Commands about the files people sent: `flask files scan`."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from foundation.scanning import scanner
from supplier_portal import service

files = AppGroup("files", help="The files people sent.")


@files.command("scan")
def scan() -> None:
    """Ask for a scan of every file that nobody could look at so far."""
    if scanner() is None:
        raise click.ClickException(
            "This installation has no scanner. Set ASSURANCE_SCANNER (docs/running.md)"
        )
    count = service.scanning.scan_again()
    click.echo(f"{count} file(s) wait for the scanner; the running service asks it")
