"""The table of docs/asvs.md is whole, and what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "asvs.md"
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([123]) \| (.+?) \| (.+?) \| (.+) \|$", re.M)
# How many requirements of level 1 and 2 each section has, beginning with its first: those of a
# section are numbered from 1 without a gap. Of chapter 10 (OAuth) what is asked of a service that
# signs people in by a provider; without chapter 17 (WebRTC).
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.5": 5,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
LEVEL_3 = [
    "1.2.10",
    "1.3.12",
    "1.5.3",
    "2.3.5",
    "5.2.4",
    "5.2.5",
    "5.2.6",
    "5.3.3",
    "7.5.3",
    "8.3.2",
    "11.2.4",
    "11.3.4",
    "14.2.5",
    "14.2.7",
    "14.2.8",
    "15.4.1",
    "15.4.2",
    "15.4.3",
    "15.4.4",
    "16.5.4",
]
ANSWERS = ("Yes", "Partly", "Who runs it", "Not applicable", "No")


@pytest.fixture(scope="module")
def text():
    return TABLE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rows(text):
    return ROW.findall(text)


def test_each_requirement_of_levels_1_and_2_has_one_row_and_those_taken_up_of_level_3(rows):
    wanted = [f"{one}.{number + 1}" for one, count in SECTIONS.items() for number in range(count)]

    assert [row[0] for row in rows if row[1] != "3"] == wanted
    assert [row[0] for row in rows if row[1] == "3"] == LEVEL_3
    assert len(wanted) == 226


def test_the_counts_at_the_top_are_those_of_the_rows(rows, text):
    for name, levels in (("Levels 1 and 2", "12"), ("Level 3", "3")):
        answers = [row[3] for row in rows if row[1] in levels]
        counts = " | ".join(str(answers.count(one)) for one in ANSWERS)

        assert f"| {name} | {len(answers)} | {counts} |" in text
        assert set(answers) <= set(ANSWERS)


def test_every_answer_names_a_test_or_a_document_or_says_why_there_is_none(rows):
    bare = [
        row[0]
        for row in rows
        if row[3] in ("Yes", "Partly", "Who runs it")
        and not re.search(r"`(tests|accounts)/|\]\(", row[4])
        and row[0] not in WITHOUT_A_PLACE
    ]

    assert bare == []


# What holds because of what is not there, or by a rule of the linters, which the answer names.
WITHOUT_A_PLACE = frozenset(
    ["1.2.9", "1.3.2", "1.5.2", "2.1.1", "2.1.3", "3.7.1", "7.1.2", "11.2.1", "11.2.3", "11.4.1"]
)


def test_what_it_names_is_there(text):
    files = set(re.findall(r"`((?:tests|accounts|docs)/[\w/.-]+)`", text))
    documents = {one for one in re.findall(r"\]\(([^)#]+)", text) if not one.startswith("http")}

    assert sorted(one for one in files if not (ROOT / one).exists()) == []
    assert sorted(one for one in documents if not (ROOT / "docs" / one).exists()) == []
    assert len(files) > 60


def test_places_within_documents_are_there(text):
    broken = []
    for name, place in re.findall(r"\]\(([\w./-]*)#([\w-]+)\)", text):
        document = (ROOT / "docs" / name) if name else TABLE
        headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.M)
        known = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
        if place not in known:
            broken.append((name, place))

    assert broken == []
