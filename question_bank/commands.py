"""``flask bank``: check the bank, and print the schema of an answer file."""

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
from question_bank.rules.integrity import problems_in
from question_bank.rules.integrity.ids import every_id
from question_bank.rules.packs import chosen_question
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import each

bank = AppGroup("bank", help="The question bank: check it, print the answer file's schema.")


@bank.command("check")
@click.option("--accept-new-ids", is_flag=True, help="Add ids used for the first time to ids.txt.")
def check(accept_new_ids: bool) -> None:
    """Say what is wrong with the bank, its packs and the clause library; exit 1 if anything is."""
    further = current_app.extensions.get("content_checks", ())
    problems, summary = checked(
        loader.CONTENT, loader.PACKS, further, accept_new_ids=accept_new_ids
    )
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{len(problems)} to mend")
        sys.exit(1)
    click.echo(f"{summary} Nothing to mend.")


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
