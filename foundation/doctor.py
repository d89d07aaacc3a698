"""`flask doctor`: everything that must hold before the service starts, a line for each."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from foundation import health
from foundation.errors import DomainError

# The server has its own beats and threads; this is a process beside it, or without one.
TOLD = health.TOLD | {"workers"}


@click.command("doctor", help="Say of everything that must hold whether it does.")
@with_appcontext
def doctor() -> None:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    wrong = sum([_tell(must_hold) for must_hold in app.extensions["start_checks"]])
    for name, found in health.readiness(app).report().checks.items():
        decides = name not in TOLD
        wrong += decides and found != health.OK
        click.echo(f"{'NO ' if decides and found != health.OK else 'ok '} {name}: {found}")
    if wrong:
        raise SystemExit(1)


def _tell(must_hold: Callable[[], None]) -> bool:
    """Print whether it holds; return whether it does not. Once a thing is wrong, go on."""
    words = must_hold.__name__.replace("_", " ")
    try:
        must_hold()
    except DomainError as error:
        click.echo(f"NO  {words}. {error}")
        return True
    except Exception as error:
        click.echo(f"NO  {words}: it could not be looked at ({type(error).__name__})")
        return True
    click.echo(f"ok  {words}")
    return False
