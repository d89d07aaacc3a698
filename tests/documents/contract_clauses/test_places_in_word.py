"""What lets a schedule be recognised when it comes back: bookmarks, and what it was made from."""

import json
import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.schedule_kept import as_kept, as_text, read_kept, sha256_of
from contract_clauses.word import mark_of, schedule_document
from contract_clauses.word.fields import bookmark_name, place_name
from foundation.canonical import NotCanonical, canonical_json, sha256_hex
from tests.rules.contract_clauses.small import schedule_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def schedule():
    return schedule_of(facts={"personal_data": "yes", "field_devices": "yes"})


def body_of(document):
    with ZipFile(BytesIO(document)) as package:
        return etree.fromstring(package.read("word/document.xml"))[0]


def inside_bookmarks(body):
    """Return the text of the paragraphs, or of part of one, that each bookmark goes around."""
    texts, opened, names = {}, set(), {}
    for element in body.iter():
        if element.tag == f"{W}bookmarkStart":
            number, name = element.get(f"{W}id"), element.get(f"{W}name")
            assert number not in names
            names[number] = name
            opened.add(name)
            texts[name] = [""]
        elif element.tag == f"{W}bookmarkEnd":
            opened.remove(names[element.get(f"{W}id")])
        elif element.tag == f"{W}p":
            for name in opened:
                texts[name].append("")
        elif element.tag == f"{W}t":
            for name in opened:
                texts[name][-1] += element.text
    assert opened == set()
    return texts


def as_printed(paragraph):
    return [
        paragraph.text,
        *("".join(segment.text for segment in item.segments) for item in paragraph.items),
        *(f"{one.term} means {one.meaning}." for one in paragraph.definitions),
    ]


def test_a_bookmark_goes_around_each_sub_clause_with_its_items_and_terms(schedule):
    found = inside_bookmarks(body_of(schedule_document(schedule)))

    ours = {name: texts for name, texts in found.items() if name.startswith("SA_")}
    expected = {}
    for clause in schedule.clauses:
        expected[mark_of(clause)] = [clause.title]
        for paragraph in clause.paragraphs:
            expected[mark_of(clause, paragraph)] = as_printed(paragraph)
    assert {
        name: [text.replace("\xa0", " ") for text in texts] for name, texts in ours.items()
    } == expected
    assert sorted(name for name in ours if name.startswith("SA_n")) == [
        "SA_n1",
        *sorted(f"SA_n1_{paragraph.key}" for paragraph in schedule.clauses[0].paragraphs),
        "SA_n2",
        "SA_n2_1",
    ]


def test_names_of_bookmarks_are_unique_and_such_as_word_takes(schedule):
    body = body_of(schedule_document(schedule))
    names = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    starts = [mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkStart")]
    ends = [mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkEnd")]

    assert len({name.casefold() for name in names}) == len(names)
    assert [name for name in names if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]{0,39}", name)] == []
    assert (len(set(starts)), sorted(ends)) == (len(starts), sorted(starts))


@pytest.mark.parametrize("name", ["C13", "a" * 60, "own clause", 'C1" w:id="9', "é", "", "C-1"])
def test_no_clause_id_makes_a_name_that_word_would_not_take(name):
    for made in (place_name(name, "own1"), bookmark_name("Clause", name)):
        assert re.fullmatch("[A-Za-z_][A-Za-z0-9_]{0,39}", made)


def test_long_or_odd_clause_ids_stay_apart():
    assert len({place_name("a" * 60, "1"), place_name("a" * 60, "2"), place_name("a" * 61)}) == 3
    assert place_name("C 1") != place_name("C,1")


def properties_of(document):
    with ZipFile(BytesIO(document)) as package:
        custom = etree.fromstring(package.read("docProps/custom.xml"))
    return {one.get("name"): one[0].text for one in custom}


def test_a_draft_names_the_hash_of_the_very_schedule_it_shows(schedule):
    dated = replace(schedule, parties=replace(schedule.parties, prepared_on=date(2026, 12, 4)))
    text = canonical_json(as_kept(dated))
    expected = sha256_hex(text)

    assert as_text(dated) == text
    assert read_kept(json.loads(text)) == dated
    assert sha256_of(dated) == expected
    assert properties_of(schedule_document(dated)) == {
        "SupplierAssurance": f"schedule:draft:{expected}"
    }


def test_an_issue_names_itself_and_its_hash(schedule):
    approved = Approved(2, "ab" * 32, "Maya Okafor", date(2026, 12, 4), "q7tR_issue")

    assert properties_of(schedule_document(schedule, approved)) == {
        "SupplierAssurance": f"schedule:q7tR_issue:{'ab' * 32}"
    }


def test_half_a_character_in_a_name_keeps_no_schedule_from_being_written(schedule):
    odd = replace(schedule, parties=replace(schedule.parties, supplier="Half \ud800 a letter"))

    assert len(sha256_of(odd)) == 64
    with pytest.raises(NotCanonical):
        as_text(odd)
    assert schedule_document(odd)[:2] == b"PK"
