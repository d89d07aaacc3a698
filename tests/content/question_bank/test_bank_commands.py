"""The commands about editions say what they find, and leave with the right code."""

from __future__ import annotations

import json

import pytest
import yaml

from question_bank import loader
from question_bank.commands import proposal_problems

OLD, NEW = loader.editions()[0], loader.editions()[-1]


@pytest.fixture
def run(app):
    def command(*words):
        return app.test_cli_runner().invoke(args=["bank", *words])

    return command


def test_the_differences_of_two_editions_are_printed(run):
    result = run("diff", OLD, NEW)

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == f"From {OLD} to {NEW}"
    assert "Stored answers" in lines


def test_the_differences_are_printed_as_json_for_programs(run):
    result = run("diff", OLD, NEW, "--json")

    found = json.loads(result.stdout)
    assert (found["from"], found["to"]) == (OLD, NEW)
    assert set(found) == {"from", "to", "added", "retired", "changed", "answers"}


def test_a_version_that_does_not_exist_ends_with_two_and_the_nearest(run):
    result = run("diff", "2026.11x", NEW)

    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: There is no edition ‘2026.11x’; did you mean ‘2026.11’?"
    )


def export(tmp_path, *entries, form="supplier-assurance-proposals/1"):
    path = tmp_path / "accepted.yml"
    path.write_text(yaml.safe_dump({"format": form, "proposals": list(entries)}), "utf-8")
    return path


WORDS = "A general statement without times."


def test_an_accepted_proposal_that_is_not_merged_is_named(tmp_path):
    entry = {"question": "SLP-07", "place": "levels.1", "from": WORDS, "to": "Others."}

    assert proposal_problems(export(tmp_path, entry), loader.CONTENT) == [
        "SLP-07, levels.1: the accepted proposal is not merged yet"
    ]
    merged = entry | {"from": "Others.", "to": WORDS}
    assert proposal_problems(export(tmp_path, merged), loader.CONTENT) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1, 2]", "the proposals: write lines of ‘key: value’ here, not a list"),
        (
            "format: other",
            "the proposals: this is not an export in the form supplier-assurance-proposals/1",
        ),
        ("a: !!python/name:os.system", None),
        ("a: [", None),
    ],
)
def test_a_file_that_is_no_export_is_refused_in_a_sentence(tmp_path, text, sentence):
    path = tmp_path / "accepted.yml"
    path.write_text(text, encoding="utf-8")

    (said,) = proposal_problems(path, loader.CONTENT)

    assert said == sentence if sentence else said.startswith("accepted.yml: ")
