"""Commands about the ground everything stands on: `flask audit verify`, `flask duties run`, `flask
jobs run`."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from foundation import audit_proof, audit_verify, clock, outages
from foundation import duties as daily
from foundation import jobs as slow_work
from foundation.database import db

audit = AppGroup("audit", help="The record of who did what.")
duties = AppGroup("duties", help="What the service does of itself each day.")
jobs = AppGroup("jobs", help="Slow work: mail, scanning, documents.")


@audit.command("verify")
@click.option("--root", metavar="HASH", help="Also say which kept root this is, from a message.")
def verify(*, root: str | None) -> None:
    """Compute every hash and every root again and name each entry that does not hold."""
    found = audit_verify.verify(db.engine)
    for fault in found.faults:
        click.echo(f"Does not hold: {fault}", err=True)
    click.echo(
        f"{found.entries} entries in {found.chains} chains and {found.roots} roots checked, "
        f"{len(found.faults)} faults"
    )
    if root is not None and not _says_which(root.strip().lower(), found):
        raise SystemExit(1)
    if found.faults:
        raise SystemExit(1)


@audit.command("prove")
@click.argument("entry", metavar="ENTRY")
@click.option("--root", metavar="HASH", required=True, help="A root made after it, from a message.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True)
def prove(*, entry: str, root: str, out: Path) -> None:
    """Write a file that proves that the entry with the hash ENTRY is covered by a root.

    Whoever holds the message with the root checks it with tools/verify_audit.py and nothing else.
    The file tells how many chains the record had: give it to nobody while bids are sealed.
    """
    try:
        with db.engine.connect() as connection:
            proof = audit_proof.proof_of(connection, entry.strip().lower(), root.strip().lower())
    except audit_proof.NoProof as error:
        raise SystemExit(str(error)) from None
    out.write_text(json.dumps(proof, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    click.echo(
        f"{out} proves entry {proof['entries'][0]['number']} of its chain against root "
        f"{proof['root']['number']}. It tells how many chains the record had then: keep it back "
        "while bids are sealed"
    )


def _says_which(root: str, found: audit_verify.Verified) -> bool:
    kept = found.holding.get(root)
    if kept is None:
        click.echo("No root that holds has this hash: the record is not the one it was", err=True)
        return False
    click.echo(f"This is root {kept.number} of {kept.made_at}: all it stands for is unchanged")
    return True


@duties.command("run")
@click.option("--once", is_flag=True, help="Do what is behind, then end.")
def run_duties(*, once: bool) -> None:
    """Do what is behind; without --once, look again and again until stopped."""
    wanted: Mapping[str, daily.Duty] = current_app.extensions[daily.DUTIES]
    if not once:
        _go_round(_app())
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


@jobs.command("run")
@click.option("--once", is_flag=True, help="Do what is due, then end.")
def run_jobs(*, once: bool) -> None:
    """Do what is due; without --once, look again and again until stopped.

    As many of these processes as you like share the work. Asked to stop, one ends after the job at
    hand, or gives it back.
    """
    app = _app()
    if once:
        done = slow_work.run_due_jobs(app.extensions["job_handlers"])
        click.echo(f"{done} job{'' if done == 1 else 's'} taken up")
        return
    outages.Pulse(app).start()
    worker = slow_work.Worker(app)
    stopped = threading.Event()
    _when_stopped(stopped.set)
    worker.start()
    stopped.wait()
    worker.stop()


@jobs.command("retry")
def retry_jobs() -> None:
    """Let every job that was given up be tried again: after what kept them back is mended."""
    again = slow_work.try_failed_again()
    click.echo(f"{again} job{'' if again == 1 else 's'} will be tried again")


def _go_round(app: Flask) -> None:
    rounds = daily.Rounds(app)
    _when_stopped(rounds.ask_to_stop)
    rounds.go_round()


def _when_stopped(end: Callable[[], None]) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        end()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
