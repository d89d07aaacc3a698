"""Commands about the keys outside the database: `flask keys …` (docs/running.md)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from foundation import audit, clock, keys_backup
from foundation.database import forget_overwritten, transaction
from foundation.errors import DomainError
from foundation.keys import key_ring
from foundation.settings import Settings, change_secret, forget_earlier_secrets
from records import wrapped_keys

# Whoever read which key is the current one before it changed has finished by then.
LONGEST_AT_WORK = timedelta(hours=1)
SUBJECT = ("service", "keys")

keys = AppGroup("keys", help="The keys outside the database.")

PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Read the passphrase from the first line of this file instead of asking for it.",
)


@keys.command("status")
def status() -> None:
    """Say which keys there are, which is for new work and which are still needed."""
    ring, counted = key_ring(), wrapped_keys.under_each_key()
    for key_id in sorted(set(ring.ids) | set(counted)):
        used = "in use" if counted[key_id] else "nothing is under it"
        words = ["for new work"] if key_id == ring.current else []
        if key_id not in ring.ids:
            words.append("written off as lost" if key_id in ring.lost else "NOT IN THE FOLDER")
        click.echo(f"{key_id}: {', '.join([*words, used])}")
    if not ring.ids and not counted:
        click.echo("There is no key yet: the first is made with the first tender or bid")
    if wrapped_keys.missing(ring):
        raise SystemExit(1)


@keys.command("verify")
def verify() -> None:
    """Open every key that the database holds and name each that does not open."""
    trouble = wrapped_keys.that_do_not_open(key_ring())
    for one in trouble:
        click.echo(f"Does not open: {one}", err=True)
    if trouble:
        raise SystemExit(1)
    click.echo("Every key in the database opens with the keys in the folder")


@keys.command("rotate")
def rotate() -> None:
    """Make a new master key and bring everything under it; the service may run meanwhile.

    Stopped half way it is taken up by calling it again. Back the folder up afterwards.
    """
    ring = key_ring()
    _must_all_be_there()
    unfinished = set(wrapped_keys.under_each_key()) - {ring.current} - ring.lost
    new = None if unfinished and ring.current else ring.add()
    if new is None:
        click.echo(
            "An earlier change of keys was not finished: it is finished now, with no new key"
        )
    else:
        with transaction():
            audit.record("keys.rotated", actor=audit.SYSTEM, subject=SUBJECT, key=new)
        click.echo(f"{new} is the key for new work from now on")
    wrapped_keys.rewrap_all()
    _let_the_log_forget()
    click.echo("Everything is under it. Now write a new backup of the keys: flask keys backup FILE")
    for old in ring.ids:
        if old != ring.current:
            click.echo(f"{old} can be removed in an hour: flask keys remove {old}")


@keys.command("remove")
@click.argument("key_id")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(key_id: str, *, yes: bool) -> None:
    """Remove the master key KEY_ID, if nothing in the database is under it any more.

    A backup of the database made before the change of keys still needs it.
    """
    ring = key_ring()
    if key_id not in ring.ids:
        raise click.ClickException(f"There is no key {key_id} in {ring.folder}")
    if key_id == ring.current:
        raise click.ClickException(f"{key_id} is the key for new work. First: flask keys rotate")
    since = clock.now() - datetime.fromtimestamp(ring.changed_at(), UTC)
    if since < LONGEST_AT_WORK:
        raise click.ClickException(
            "The keys were changed less than an hour ago, and somebody may still be at work with "
            "the old one. Try again later; nothing was removed"
        )
    used = wrapped_keys.still_used(key_id)
    if used:
        raise click.ClickException(
            f"{key_id} is still needed by {', '.join(used)}. First: flask keys rotate. "
            "Nothing was removed"
        )
    if not yes:
        click.confirm(
            f"Backups of the database made while {key_id} was used open only with a backup of the "
            "keys that holds it. Remove it from this service?",
            abort=True,
        )
    with transaction():
        audit.record("keys.removed", actor=audit.SYSTEM, subject=SUBJECT, key=key_id)
    ring.remove(key_id)
    click.echo(f"{key_id} is removed. Restart the service: it still has it in memory")


@keys.command("backup")
@click.argument("to", type=click.Path(path_type=Path))
@PASSPHRASE_FILE
def backup(to: Path, passphrase_file: Path | None) -> None:
    """Write all keys into the file TO, under a passphrase. Keep it apart from other backups."""
    passphrase = _passphrase(passphrase_file, confirm=True)
    try:
        names = keys_backup.back_up(_settings().keys_folder, to, passphrase)
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{to} holds {', '.join(names)}")
    click.echo("Keep it apart from the backups of the database, and the passphrase apart from it")


@keys.command("restore")
@click.argument("backup_file", type=click.Path(path_type=Path))
@PASSPHRASE_FILE
def restore(backup_file: Path, passphrase_file: Path | None) -> None:
    """Put back from BACKUP_FILE the keys that are missing; nothing that is there is replaced."""
    passphrase = _passphrase(passphrase_file, confirm=False)
    try:
        put = keys_backup.restore(backup_file, _settings().keys_folder, passphrase)
    except DomainError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Put back: {', '.join(put)}" if put else "Nothing was missing")
    click.echo("Try them: flask keys verify. Then restart the service")


@keys.command("write-off")
@click.option("--yes", is_flag=True, help="Do not ask.")
def write_off(*, yes: bool) -> None:
    """Write down that keys missing from the folder are lost for good; the service then starts.

    What is under them can never be read again, by anybody.
    """
    ring = key_ring()
    lost = wrapped_keys.missing(ring)
    if not lost:
        raise click.ClickException("No key is missing; nothing was written down")
    if not yes:
        click.confirm(
            f"{', '.join(lost)}: what is under these keys can never be read again. If there may be "
            "a backup of them, stop here. Write them off?",
            abort=True,
        )
    with transaction():
        audit.record("keys.written_off", actor=audit.SYSTEM, subject=SUBJECT, keys=lost)
    ring.write_off(lost)
    click.echo("Written down. The service starts; its pages say what can no longer be read")


@keys.command("secret")
@click.option("--forget", is_flag=True, help="Let what earlier secrets signed count no longer.")
def secret(*, forget: bool) -> None:
    """Make a new secret for signing forms. What earlier ones signed counts until --forget."""
    folder = _settings().keys_folder
    if not (folder / "secret").exists():
        raise click.ClickException(
            "The secret comes from ASSURANCE_SECRET_KEY. Put the one so far into "
            "ASSURANCE_SECRET_KEY_FALLBACKS and a new one in its place"
        )
    if forget:
        forget_earlier_secrets(folder)
        done, action = "What earlier secrets signed no longer counts", "keys.secrets_forgotten"
    else:
        change_secret(folder)
        done, action = "There is a new secret", "keys.secret_changed"
    with transaction():
        audit.record(action, actor=audit.SYSTEM, subject=SUBJECT)
    click.echo(f"{done}. Restart the service for it to be used, and back the keys up")


def _let_the_log_forget() -> None:
    """Keys under the old master key leave the log of the database too, where nobody reads."""
    if not forget_overwritten():
        click.echo("The log of the database is emptied later: somebody reads for long just now")


def _must_all_be_there() -> None:
    lost = wrapped_keys.missing(key_ring())
    if lost:
        raise click.ClickException(str(wrapped_keys.KeysAreMissing.of(lost)))


def _passphrase(path: Path | None, *, confirm: bool) -> str:
    if path is not None:
        return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
