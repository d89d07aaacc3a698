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
from question_bank.rules.answer_file import answer_schema
from question_bank.rules.differences import Differences, differences
from question_bank.rules.editions import UnknownEdition, sort_key, written
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
        problems += proposal_problems(proposals, loader.CONTENT) if proposals else []
    stop_if(problems)
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


def edition_problems(content: Path, packs: Path, editions: Path) -> list[str]:
    """Return a sentence if the newest edition, which is served, is not what the content says."""
    try:
        document = loader.working_document(content, packs)
    except ContentError as error:
        return list(error.sentences)
    version = document["version"]
    path = editions / f"{version}.json"
    if not path.exists():
        return [f"There is no edition {version} yet: run ‘flask bank edition’"]
    stored = loader.read_document(path)
    if stored == {**document, "released": stored["released"]}:
        return []
    if why_released(version, editions):
        return [f"The content differs from edition {version}, which is released: {NEW_VERSION}"]
    return [f"The content differs from edition {version}: run ‘flask bank edition’"]


NEW_VERSION = "give content/bank.yml a new version and date"


def why_released(version: str, editions: Path) -> str:
    """Return why the edition may not be written again, or nothing if it may."""
    later = [name for name in loader.editions(editions) if sort_key(name) > sort_key(version)]
    if later:
        return f"edition {later[0]} came after it"
    path = editions / f"{version}.json"
    marked = path.exists() and loader.read_document(path)["released"]
    return "it is marked as released" if marked else ""


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
    """Write the edition of the version in content/bank.yml from the content and the packs."""
    further = current_app.extensions.get("content_checks", ())
    problems, _summary = checked(loader.CONTENT, loader.PACKS, further, accept_new_ids=False)
    said = ""
    if not problems:
        problems, said = edition_written(
            loader.CONTENT, loader.PACKS, loader.EDITIONS, release=release
        )
    stop_if(problems)
    click.echo(said)


def edition_written(
    content: Path, packs: Path, editions: Path, *, release: bool
) -> tuple[list[str], str]:
    """Write the edition; return what prevents it, or what was done."""
    try:
        document = loader.working_document(content, packs, released=release)
    except ContentError as error:
        return list(error.sentences), ""
    version = document["version"]
    path = editions / f"{version}.json"
    why = why_released(version, editions)
    if why:
        return [f"You cannot write edition {version} again because {why}: {NEW_VERSION}"], ""
    text = written(document)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return [], f"Edition {version} already says what the content says"
    path.write_text(text, encoding="utf-8")
    return [], f"Edition {version} is written{' and released' if release else ''}"


@bank.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "json_wanted", is_flag=True, help="Print it as JSON, for programs.")
def diff(old: str, new: str, json_wanted: bool) -> None:
    """Say what changed from the edition OLD to the edition NEW; exit 2 if there is no such one."""
    found = compared(old, new)
    if json_wanted:
        click.echo(json.dumps(as_json(found), indent=2, ensure_ascii=False))
        return
    for line in as_lines(found):
        click.echo(line)


def compared(old: str, new: str) -> Differences:
    try:
        return differences(loader.edition(old), loader.edition(new))
    except UnknownEdition as error:
        raise click.UsageError(str(error)) from error


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
