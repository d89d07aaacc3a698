"""`flask backup` and `flask restore` (docs/running.md)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from sqlalchemy import delete

from accounts.models import SignInSession
from foundation import audit
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.keys import key_ring
from foundation.settings import Settings
from records import wrapped_keys
from records.backups import given_receipts, restoring, writing
from records.backups.boxes import key_from
from records.backups.manifest import Manifest
from supplier_portal.queries.receipts_kept import that_do_not_open

# What was done is done; what the command says has to be looked at.
LOOK_AT_IT = 3
SUBJECT = ("service", "backup")

KEY = click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file with the key of the backups: 64 hexadecimal digits.",
)


@click.command("backup")
@click.argument("to_folder", type=click.Path(path_type=Path, file_okay=False))
@KEY
def backup_command(to_folder: Path, key_file: Path | None) -> None:
    """Write the database and every file it names into a new folder in TO_FOLDER.

    The service may run meanwhile. Keys are never in it: flask keys backup. It ends with 0 if all is
    well, 1 if no backup was made, 3 if one was made and something was amiss before.
    """
    with _one_sentence():
        if key_file is not None and key_file.resolve().is_relative_to(to_folder.resolve()):
            raise writing.NotBackedUp(f"{key_file} lies in {to_folder}, with what it opens")
        key = key_from(key_file) if key_file else None
        made = writing.back_up(_settings(), to_folder, key, click.echo)
    click.echo(f"{made.folder} is complete. The SHA-256 of its manifest is {made.sha256}")
    for sentence in made.amiss:
        click.echo(f"Amiss in the store already: {sentence}", err=True)
    if made.amiss:
        raise SystemExit(LOOK_AT_IT)


@click.command("restore")
@click.argument("from_folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@KEY
@click.option("--check", is_flag=True, help="Only read and check the backup; put nothing back.")
@click.option(
    "--receipts",
    "given",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Receipts that suppliers have, or mails that were sent: a file or a folder. Those the "
    "backup does not know are listed.",
)
def restore_command(
    from_folder: Path, key_file: Path | None, *, check: bool, given: tuple[Path, ...]
) -> None:
    """Put the backup in FROM_FOLDER into an empty instance folder and database.

    Nothing is written over. It ends with 0 if all is well, 1 if nothing was put back, 3 if it was
    and something has to be looked at: receipts newer than the backup, keys that are missing.
    """
    with _one_sentence():
        key = key_from(key_file) if key_file else None
        do = restoring.check if check else restoring.restore
        about = do(from_folder, key, _settings(), click.echo)
        newer = given_receipts.newer_than(about.receipts, given)
    click.echo(f"The backup of {about.made_at} is whole: files, record and receipts hold")
    look = [*(f"{name}: {why}" for name, why in about.amiss.items()), *_say_newer(newer)]
    if not check:
        look += _after(about)
    for sentence in look:
        click.echo(sentence, err=True)
    if look:
        raise SystemExit(LOOK_AT_IT)


def _say_newer(newer: list[str]) -> Iterator[str]:
    if newer:
        yield (
            "These receipts are newer than the backup, or of another service. What was handed in "
            "with them is not in it, and their suppliers have to be told:"
        )
        yield from newer


def _after(about: Manifest) -> Iterator[str]:
    """Sign everybody out, enter the restoring in the record and look at the keys."""
    with transaction():
        # Who was signed in then may have been signed out, or have left, since.
        db.session.execute(delete(SignInSession))
        audit.record(
            "service.restored", actor=audit.SYSTEM, subject=SUBJECT, backup_of=about.made_at
        )
    click.echo("It is put back, and everybody is signed out")
    missing = wrapped_keys.missing(key_ring())
    if missing:
        yield (
            f"The keys {', '.join(missing)} are not in {key_ring().folder}: flask keys restore "
            "FILE, then flask keys verify"
        )
        return
    faults = [*map(str, wrapped_keys.that_do_not_open(key_ring())), *that_do_not_open()]
    if not faults:
        click.echo("Every key opens, and every bid handed in is the one its receipt names")
    yield from faults


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except DomainError as error:
        raise click.ClickException(str(error)) from None


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
