"""The clause library is kept in editions, and what changed is said clause by clause."""

from __future__ import annotations

import json
import shutil

import pytest

from contract_clauses import loader
from contract_clauses.rules.clause_differences import Read, clause_change
from contract_clauses.rules.draft_terms import draft_terms
from contract_clauses.rules.library import Depth
from contract_clauses.rules.library_differences import as_plain, library_differences
from contract_clauses.rules.reading import read_library
from question_bank.rules.editions import UnknownEdition, in_order
from question_bank.rules.own.saying import Known
from tests.rules.contract_clauses.small import library_of, raw_topic

KNOWN = Known({}, {})


def test_a_library_is_later_than_the_one_it_changes_and_earlier_than_the_next_banks():
    assert in_order(["2026.13", "2026.12.1", "2026.12", "2026.12.10", "2026.9"]) == (
        "2026.9",
        "2026.12",
        "2026.12.1",
        "2026.12.10",
        "2026.13",
    )


@pytest.mark.parametrize("version", loader.library_versions())
def test_every_edition_can_be_read_and_names_itself(version):
    edition = loader.library_edition(version)

    assert (edition.version, edition.library.version) == (version, version)
    assert list(edition.library.topics) == [f"C{number:02}" for number in range(1, 31)]


def test_there_is_no_edition_of_another_name():
    with pytest.raises(UnknownEdition):
        loader.library_edition("2026.1")


def test_what_was_frozen_before_there_were_depths_is_read_as_the_standard_depth():
    """As a tender froze it: clauses with ‘text’, through JSON and back."""
    frozen = loader.library_edition("2026.12").library.raw
    assert [name for clause in frozen["clauses"] for name in ("depths",) if name in clause] == []

    library = read_library(json.loads(json.dumps(frozen)))

    topic = library.topics["C14"]
    assert (topic.version, list(topic.depths)) == (1, [Depth.STANDARD])
    for depth in Depth:
        assert topic.places(depth) == tuple(range(len(topic.text)))
    (shown,) = [t for t in draft_terms(library, KNOWN, {}, {}) if t.id == "C14"]
    assert len(shown.text) == len(topic.text) == 9


@pytest.fixture
def folders(tmp_path):
    """A copy of the content and of its editions, with C14 to be changed."""
    content, editions = tmp_path / "content", tmp_path / "editions"
    shutil.copytree(loader.CONTENT, content)
    editions.mkdir()
    return loader.kept_library(content, editions), content


def test_an_edition_is_written_once_and_again_only_while_nobody_uses_it(folders):
    kept, content = folders
    version = loader.raw_library()["version"]
    assert kept.problems() == [
        f"There is no clause library {version} yet: run ‘flask bank edition’"
    ]
    assert kept.write(release=False) == ([], f"Clause library {version} is written")
    assert kept.problems() == []

    clause = next((content / "clauses").glob("C14*.yml"))
    text = clause.read_text(encoding="utf-8")
    clause.write_text(text.replace("title: Continuity", "title: Steadiness"), encoding="utf-8")
    assert kept.problems() == [
        f"The content of the clauses differs from clause library {version}: "
        "run ‘flask bank edition’"
    ]
    assert kept.write(release=True) == ([], f"Clause library {version} is written and released")
    clause.write_text(text, encoding="utf-8")
    (refused,), _said = kept.write(release=False)
    assert refused == (
        f"You cannot write clause library {version} again because it is marked as released: give "
        "contract_clauses/content/library.yml a new version and date"
    )


def test_a_change_is_told_where_it_is_and_word_by_word():
    old = library_of(raw_topic(text=["The Supplier must keep records.", "It must help."]))
    new = library_of(
        raw_topic(
            version=2,
            title="Records",
            text=["The Supplier must keep full records.", "A third thing.", "It must help."],
        )
    )
    name = next(iter(new.topics))

    change = clause_change(old.topics[name], new.topics[name], Read(old, KNOWN), Read(new, KNOWN))

    assert [(said.place, said.new) for said in change.about] == [("Title", "Records")]
    (depth,) = change.depths
    assert [(row.was, row.number, row.state) for row in depth.rows] == [
        (1, 1, "changed"),
        (0, 2, "new"),
    ]
    assert [(p.kind.value, p.text) for p in depth.rows[0].words.pieces if p.kind != "same"] == [
        ("came", "full ")
    ]


def test_clauses_that_came_and_went_are_named():
    one, other = library_of(raw_topic(id="C01")), library_of(raw_topic(id="C02"))

    found = as_plain(library_differences(one, other, KNOWN))

    assert [entry["id"] for entry in found["added"]] == ["C02"]
    assert [entry["id"] for entry in found["retired"]] == ["C01"]
    assert library_differences(one, one, KNOWN).nothing


def test_the_second_edition_changed_the_four_clauses_it_says():
    before, after = (loader.library_edition(v).library for v in ("2026.11", "2026.12"))
    found = library_differences(before, after, loader.shipped_names())

    assert {"C05", "C20", "C21", "C25"} <= {change.id for change in found.changed}


def test_the_command_says_the_same(app):
    runner = app.test_cli_runner()
    told = runner.invoke(args=["bank", "diff", "2026.12", "2026.12.1", "--of", "clauses", "--json"])

    found = json.loads(told.output)
    assert (found["from"], found["to"], len(found["changed"])) == ("2026.12", "2026.12.1", 30)
    assert runner.invoke(args=["bank", "diff", "1", "2", "--of", "clauses"]).exit_code == 2
    assert runner.invoke(args=["bank", "diff", "1", "2", "--of", "cheese"]).exit_code == 2
