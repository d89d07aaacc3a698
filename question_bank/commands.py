"""``flask bank``: check the bank, write its edition, compare two, print an answer file's schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from question_bank import loader
from question_bank.editions_kept import EDITIONS_ELSEWHERE, Kept, KeptElsewhere, Told
from question_bank.rules.answer_file import answer_schema
from question_bank.rules.differences import differences
from question_bank.rules.editions import UnknownEdition
from question_bank.rules.integrity import problems_in
from question_bank.rules.integrity.ids import every_id
from question_bank.rules.packs import chosen_question
from question_bank.rules.proposals import not_merged
from question_bank.rules.questions import Bank
from question_bank.rules.reading import ContentError
from question_bank.rules.reading.plain import each
from question_bank.rules.report import as_json, as_lines

bank = AppGroup("bank", help="The question bank: check it, write and compare its editions.")


@bank.command("check")
@click.option("--accept-new-ids", is_flag=True, help="Add ids used for the first time to ids.txt.")
@click.option(
    "--proposals",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also say which accepted proposals of this export the content does not say yet.",
)
def check(accept_new_ids: bool, proposals: Path | None) -> None:
    """Say what is wrong with the bank, its packs and the clause library; exit 1 if anything is."""
    further = current_app.extensions.get("content_checks", ())
    problems, summary = checked(
        loader.CONTENT, loader.PACKS, further, accept_new_ids=accept_new_ids
    )
    if not problems:
        problems = edition_problems(loader.CONTENT, loader.PACKS, loader.EDITIONS)
        problems += [said for other in kept_elsewhere() for said in other.kept.problems()]
        problems += proposal_problems(proposals, loader.CONTENT) if proposals else []
    stop_if(problems)
    for other in kept_elsewhere():
        for said in other.advice():
            click.echo(f"Think about: {said}")
    click.echo(f"{summary} Nothing to mend.")


def stop_if(problems: list[str]) -> None:
    """Print what is wrong and leave with 1, if anything is."""
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{len(problems)} to mend")
        sys.exit(1)


def checked(
    content: Path,
    packs_folder: Path,
    further: Iterable[Callable[[Bank], list[str]]],
    *,
    accept_new_ids: bool,
) -> tuple[list[str], str]:
    """Return a sentence for each mistake in the two folders, and what they hold.

    ``further`` look at content of later stations beside the bank. New ids are written down only
    where nothing else is wrong: they are permanent.
    """
    wrong: list[str] = []
    banks = each([content], "bank", loader.load_bank, wrong)
    packs = each([packs_folder], "packs", loader.load_packs, wrong)
    if wrong:  # packs and clauses are compared with the bank: without it there is no more to say
        return wrong, ""
    shipped, known = banks[0], ids_ever_used(content)
    if accept_new_ids:
        known += every_id(shipped, packs[0])
    wrong += problems_in(shipped, packs[0], known, ())
    for found in each(further, "further checks", lambda look: look(shipped), wrong).values():
        wrong += found
    if accept_new_ids and not wrong:
        accept_ids(content, known)
    return wrong, (
        f"Bank {shipped.version}: {len(shipped.questions)} questions, {len(shipped.parts)} parts, "
        f"{len(shipped.risks)} risks, {len(packs[0])} packs."
    )


def ids_ever_used(content: Path = loader.CONTENT) -> list[str]:
    path = content / "ids.txt"
    return path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []


def accept_ids(content: Path, names: list[str]) -> None:
    text = "".join(f"{name}\n" for name in sorted(set(names)))
    (content / "ids.txt").write_text(text, encoding="utf-8")


def kept_bank(content: Path, packs: Path, editions: Path) -> Kept:
    """Return the bank as something that is kept in editions."""
    return Kept(
        content="The content",
        edition="edition",
        about="content/bank.yml",
        folder=editions,
        working=lambda released: loader.working_document(content, packs, released=released),
    )


def edition_problems(content: Path, packs: Path, editions: Path) -> list[str]:
    """Return a sentence if the newest edition, which is served, is not what the content says."""
    return kept_bank(content, packs, editions).problems()


def kept_elsewhere() -> tuple[KeptElsewhere, ...]:
    """Return what later stations keep in editions, as app.py registered it."""
    registered: tuple[KeptElsewhere, ...] = current_app.extensions.get(EDITIONS_ELSEWHERE, ())
    return registered


def proposal_problems(export: Path, content: Path) -> list[str]:
    """Return a sentence for each accepted proposal that somebody has still to merge."""
    try:
        questions = {entry["id"]: entry for entry in loader.raw_bank(content)["questions"]}
        return not_merged(loader.read_yaml(export), questions)
    except ContentError as error:
        return list(error.sentences)


@bank.command("edition")
@click.option("--release", is_flag=True, help="Mark it as released: it never changes again.")
def write_edition(release: bool) -> None:
    """Write the editions of the versions that the content names: of the bank and of the rest."""
    further = current_app.extensions.get("content_checks", ())
    problems, _summary = checked(loader.CONTENT, loader.PACKS, further, accept_new_ids=False)
    said: list[str] = []
    ours = kept_bank(loader.CONTENT, loader.PACKS, loader.EDITIONS)
    for kept in (ours, *(other.kept for other in kept_elsewhere())):
        if not problems:
            problems, done = kept.write(release=release)
            said.append(done)
    stop_if(problems)
    for sentence in said:
        click.echo(sentence)


def edition_written(
    content: Path, packs: Path, editions: Path, *, release: bool
) -> tuple[list[str], str]:
    """Write the edition of the bank; return what prevents it, or what was done."""
    return kept_bank(content, packs, editions).write(release=release)


@bank.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--of", default="bank", help="Of what: bank (the usual) or clauses.")
@click.option("--json", "json_wanted", is_flag=True, help="Print it as JSON, for programs.")
def diff(old: str, new: str, of: str, json_wanted: bool) -> None:
    """Say what changed from the edition OLD to the edition NEW; exit 2 if there is no such one."""
    told: dict[str, Callable[[str, str], Told]] = {"bank": told_of_bank}
    told |= {other.option: other.told for other in kept_elsewhere()}
    if of not in told:
        raise click.BadParameter(f"‘{of}’ is none of {', '.join(told)}", param_hint="--of")
    try:
        lines, plain = told[of](old, new)
    except UnknownEdition as error:
        raise click.UsageError(str(error)) from error
    if json_wanted:
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
        return
    for line in lines:
        click.echo(line)


def told_of_bank(old: str, new: str) -> Told:
    found = differences(loader.edition(old), loader.edition(new))
    return as_lines(found), as_json(found)


@bank.command("answer-schema")
@click.option(
    "--pack", "pack_id", default="slp-full", show_default=True, help="Which questionnaire."
)
def print_answer_schema(pack_id: str) -> None:
    """Print the JSON Schema of an answer file."""
    packs = loader.shipped_packs()
    if pack_id not in packs:
        raise click.BadParameter(f"‘{pack_id}’ is not a pack; choose from {', '.join(packs)}")
    questions = [
        chosen_question(loader.shipped_bank(), wanted) for _, wanted in packs[pack_id].questions()
    ]
    parts = {part.id: part for question in questions for part in question.parts}
    click.echo(json.dumps(answer_schema(parts, pack_id), indent=2, ensure_ascii=False))
