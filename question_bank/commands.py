"""``flask bank``: check the bank, and print the schema of an answer file."""

from __future__ import annotations

import json
import sys

import click
from flask import current_app
from flask.cli import AppGroup

from question_bank import loader
from question_bank.rules.answer_file import answer_schema
from question_bank.rules.integrity import problems_in
from question_bank.rules.integrity.ids import every_id
from question_bank.rules.packs import chosen_question
from question_bank.rules.reading import ContentError

bank = AppGroup("bank", help="The question bank: check it, print the answer file's schema.")
IDS = loader.CONTENT / "ids.txt"


@bank.command("check")
@click.option("--accept-new-ids", is_flag=True, help="Add ids used for the first time to ids.txt.")
def check(accept_new_ids: bool) -> None:
    """Say what is wrong with the bank, its packs and the clause library; exit 1 if anything is."""
    try:
        shipped, packs = loader.load_bank(), loader.load_packs()
        if accept_new_ids:
            accept_ids([*ids_ever_used(), *every_id(shipped, packs)])
        problems = problems_in(shipped, packs, ids_ever_used(), ())
        for further in current_app.extensions.get("content_checks", ()):
            problems.extend(further(shipped))
    except ContentError as error:
        problems = [str(error)]
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{len(problems)} to mend")
        sys.exit(1)
    click.echo(
        f"Bank {shipped.version}: {len(shipped.questions)} questions, {len(shipped.parts)} parts, "
        f"{len(shipped.risks)} risks, {len(packs)} packs. Nothing to mend."
    )


def ids_ever_used() -> list[str]:
    return IDS.read_text(encoding="utf-8").split("\n")[:-1] if IDS.exists() else []


def accept_ids(names: list[str]) -> None:
    IDS.write_text("".join(f"{name}\n" for name in sorted(set(names))), encoding="utf-8")


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
