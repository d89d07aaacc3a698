"""`flask files move` and `flask files collect`: stored files, taken as a whole."""

from __future__ import annotations

import click
from flask import current_app

from foundation import stores
from foundation.settings import Settings
from foundation.stores import FilesUnreachable, FolderStore
from records.left_over_files import NotCollected, collect, must_be_of_this_database
from records.moving_files import move
from supplier_portal.commands import files

__all__ = ["files"]

# What was done is done; what the command says has to be looked at.
LOOK_AT_IT = 3


@files.command("move")
@click.argument("where", metavar="TO", type=click.Choice(["bucket", "folder"]))
@click.option(
    "--clear", is_flag=True, help="Take away where they come from what is whole at the other end."
)
def move_command(where: str, *, clear: bool) -> None:
    """Copy every stored file into the bucket that ASSURANCE_FILES names, or back into the folder.

    May be run while the service runs, and again: what is there already is not sent again. It ends
    with 0 if all is well, 1 if it could not go on, 3 if a file is not what was stored.
    """
    settings = _settings()
    if settings.files is None:
        raise click.ClickException(
            "Set ASSURANCE_FILES to the bucket that files go to or come from"
        )
    folder, bucket = FolderStore(settings.files_folder), stores.of(settings)
    source, target = (folder, bucket) if where == "bucket" else (bucket, folder)
    try:
        must_be_of_this_database(bucket)
        moved = move(source, target, clear=clear, say=click.echo)
    except (FilesUnreachable, NotCollected) as error:
        raise click.ClickException(f"Not everything was moved: {error}") from None
    click.echo(
        f"{moved.copied} copied, {moved.there_before} there before, {moved.cleared} cleared away"
    )
    for name, why in sorted(moved.amiss.items()):
        click.echo(f"{name}: {why}", err=True)
    if moved.amiss:
        raise SystemExit(LOOK_AT_IT)


@files.command("collect")
@click.option(
    "--however-many", is_flag=True, help="Also where they are so many that it looks like a mistake."
)
def collect_command(*, however_many: bool) -> None:
    """Take away the stored files that no row names, a day after they were stored.

    The duty “files” does so every day.
    """
    try:
        count = collect(_settings(), however_many=however_many)
    except (FilesUnreachable, NotCollected) as error:
        raise click.ClickException(f"Nothing more was taken away: {error}") from None
    click.echo(f"{count} taken away")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
