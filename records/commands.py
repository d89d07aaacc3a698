"""``flask assess``: the whole way without the web. ``flask demo``: a demonstration to walk in."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from foundation import clock
from foundation.errors import DomainError
from records.rules.assessment import AssessedBid, CannotWrite, facts_missing
from scoring.rules.report import parts_to_read

MISTAKE = 2
FILE = click.Path(path_type=Path)


@click.command("assess")
@click.option("--pack", "pack_id", default="slp-full", show_default=True, help="Questionnaire.")
@click.option(
    "--answers", "first_files", multiple=True, required=True, type=FILE, metavar="FILE…",
    help="Answer files or offline workbooks, one for each supplier; or a folder of them; or a "
    "file of JSON Lines with one in each line.",
)  # fmt: skip
@click.option("--out", "folder", required=True, type=FILE, help="Folder for what is made.")
@click.option("--tender", "tender_path", type=FILE, help="File with the tender facts.")
@click.option(
    "--no-documents", "without_documents", is_flag=True,
    help="For very many bids: scores and risks alone, one bid at a time.",
)  # fmt: skip
@click.option(
    "--zip", "with_schedules", is_flag=True,
    help="For very many bids: as --no-documents, and every contract schedule in one archive.",
)  # fmt: skip
@click.argument("further_files", nargs=-1, type=FILE, metavar="")
def assess_command(
    pack_id: str,
    first_files: tuple[Path, ...],
    further_files: tuple[Path, ...],
    folder: Path,
    tender_path: Path | None,
    without_documents: bool,
    with_schedules: bool,
) -> None:
    """Make scores, a risk register and contract schedules from answer files.

    Nothing is written if a file has a mistake: each gets a line, and the exit status is 2.
    """
    _refuse_unknown_pack(pack_id)
    if without_documents or with_schedules:
        day = clock.london(clock.now()).date() if with_schedules else None
        _assess_many(pack_id, (*first_files, *further_files), tender_path, folder, day)
        return
    # The libraries for Word and Excel take long to load, and only documents need them.
    from records.assessing import assessment_from, write_documents

    lines, assessment = assessment_from(
        pack_id, (*first_files, *further_files), tender_path, on=clock.london(clock.now()).date()
    )
    if assessment is None:
        _stop(lines, f"{len(lines)} to mend; nothing was written.")
        return
    try:
        names = write_documents(assessment, folder, made_at=clock.now())
    except DomainError as error:
        _stop([str(error)], "Nothing was written.")
        return
    for bid in assessment.bids:
        click.echo("\n".join(_summary(bid)))
    missing = facts_missing(assessment)
    if missing:
        click.echo(f"Tender facts not given: {', '.join(missing)}.")
    click.echo(f"Written to {folder}: {', '.join(names)}")


def _assess_many(
    pack_id: str, paths: Iterable[Path], tender_path: Path | None, folder: Path, day: date | None
) -> None:
    from records.assessing_many import assess_many

    try:
        mistakes, bids, names = assess_many(
            pack_id, paths, tender_path, folder, made_at=clock.now(), schedules_on=day
        )
    except CannotWrite as error:
        _stop([str(error)], "Nothing was written.")
        return
    if mistakes:
        _stop(mistakes, f"{len(mistakes)} to mend; nothing was written.")
        return
    click.echo(f"{bids} bid{'' if bids == 1 else 's'} assessed.")
    click.echo(f"Written to {folder}: {', '.join(names)}")


def _refuse_unknown_pack(pack_id: str) -> None:
    from question_bank.loader import shipped_packs

    packs = list(shipped_packs())
    if pack_id not in packs:
        near = get_close_matches(pack_id, packs, n=1)
        advice = f"did you mean ‘{near[0]}’?" if near else f"choose from {', '.join(packs)}"
        _stop([f"--pack: ‘{pack_id}’ is not a pack; {advice}"], "Nothing was written.")


def _stop(lines: Iterable[str], end: str) -> None:
    for line in lines:
        click.echo(line, err=True)
    click.echo(end, err=True)
    sys.exit(MISTAKE)


def _summary(bid: AssessedBid) -> Iterable[str]:
    evaluation = bid.evaluation
    place = f"rank {bid.ranked.rank}" if bid.ranked.rank else f"not ranked: {bid.ranked.why_not}"
    quality = evaluation.quality
    total = (
        f"quality {quality.total} highest possible" if quality.total is not None else "no quality"
    )
    yield f"{bid.supplier.name}: {total}, {place}"
    severities = list(evaluation.findings.severities.values())
    yield (
        f"  {severities.count('red')} red and {severities.count('amber')} amber flags, "
        f"{len(evaluation.risks)} risks proposed, "
        f"{len(bid.schedule.brackets)} brackets to fill in the schedule"
    )
    yield f"  needs an evaluator: {len(parts_to_read(evaluation))} narratives and files"
    unchecked = [rule.rule for rule in evaluation.findings.not_checked]
    if unchecked:
        yield f"  not checked, for want of tender facts: {', '.join(unchecked)}"
    if bid.missing:
        yield f"  not answered: {', '.join(bid.missing)}"
    if bid.unasked:
        yield f"  answered although not asked, so not counted: {', '.join(bid.unasked)}"


@click.command("demo")
@click.option(
    "--once", is_flag=True, expose_value=False, help="Make only what is not there yet (always so)."
)
@with_appcontext
def demo_command() -> None:
    """Build the demonstration: a borough, three suppliers and tenders to walk through."""
    from records.demonstration.apart import must_hold_nothing_else
    from records.demonstration.build import build
    from records.demonstration.people import sign_in_lines

    if not current_app.extensions["settings"].demonstration:
        _stop(
            ["You cannot build the demonstration because demonstration mode is off"],
            "Set ASSURANCE_DEMONSTRATION=1 on a machine that holds no real bids.",
        )
    try:
        must_hold_nothing_else()
    except DomainError as error:
        _stop([str(error)], "Nothing was built.")
    build(current_app.extensions["frozen_libraries"])
    for line in sign_in_lines():
        click.echo(line)
