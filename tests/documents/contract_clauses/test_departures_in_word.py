"""Departures from the library as tracked changes, and drafting notes as comments."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from contract_clauses.loader import shipped_library
from contract_clauses.rules.redrafting import Added, Redraft, Words
from contract_clauses.rules.schedule import build_schedule
from contract_clauses.rules.wording import SegmentKind
from contract_clauses.word import schedule_document
from tests.rules.contract_clauses.small import PARTIES, questionnaire, situation

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FACTS = {"personal_data": "yes", "field_devices": "yes"}
DAY = date(2026, 12, 4)
WHO = "Maya Okafor"


def schedule_with(redrafts):
    found = situation({}, FACTS)
    made = build_schedule(
        shipped_library(), found, questionnaire(), found.answers, PARTIES, redrafts=redrafts
    )
    return replace(made, parties=replace(made.parties, prepared_on=DAY))


def redrafts_of_every_kind():
    """Return one clause with a word changed, an item more, one less, a sub-clause out, one in."""
    library = shipped_library()
    topic = library.topics["C13"]
    places = topic.places("standard")
    with_items = next(place for place in places if len(topic.text[place].items) > 2)
    others = [place for place in places if place != with_items]
    listed, plain, gone = topic.text[with_items], topic.text[others[0]], others[1]
    longer = f"{plain.text} But see {{clause:C01}} first."
    return {
        "C13": Redraft(
            changed={
                str(with_items + 1): Words(
                    listed.text, (*listed.items[:1], "own words & <more>", *listed.items[3:])
                ),
                str(others[0] + 1): Words(longer, plain.items),
            },
            removed=frozenset({str(gone + 1)}),
            added=(
                Added("own1", str(with_items + 1), Words("The Supplier must do more.", ("a", "b"))),
            ),
            reason="The Council asked for it",
            by=WHO,
        )
    }


@pytest.fixture(scope="module")
def departing():
    return schedule_with(redrafts_of_every_kind())


def part(document, name):
    with ZipFile(BytesIO(document)) as package:
        return etree.fromstring(package.read(name)) if name in package.namelist() else None


def resolved(body, stays, goes):
    """Return the (style, text) of each paragraph once every change is accepted, or rejected."""
    lines, carried = [], ""
    for paragraph in body.iter(f"{W}p"):
        text = ""
        for element in paragraph.iter(f"{W}t", f"{W}delText"):
            around = {ancestor.tag for ancestor in element.iterancestors()}
            if f"{W}{goes}" not in around:
                text += element.text or ""
        mark = paragraph.find(f"{W}pPr/{W}rPr/{W}{goes}")
        style = paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")
        if mark is not None:
            carried += text
            continue
        lines.append((style, carried + text))
        carried = ""
    assert stays != goes
    return lines


def lines_of(schedule):
    return resolved(part(schedule_document(schedule), "word/document.xml"), "ins", "del")


def only_clauses(lines):
    return [line for line in lines if line[0] in ("Heading1", "Clause2", "Clause3", "Definition")]


def test_all_changes_accepted_leave_the_schedule_as_it_is(departing):
    shown = part(schedule_document(departing, departures=True), "word/document.xml")

    assert only_clauses(resolved(shown, "ins", "del")) == only_clauses(lines_of(departing))


def test_all_changes_rejected_leave_the_words_of_the_library(departing):
    shown = part(schedule_document(departing, departures=True), "word/document.xml")

    assert only_clauses(resolved(shown, "del", "ins")) == only_clauses(lines_of(schedule_with({})))


def test_only_the_words_that_differ_are_marked(departing):
    body = part(schedule_document(departing, departures=True), "word/document.xml")

    came = ["".join(t.text for t in ins.iter(f"{W}t")) for ins in body.iter(f"{W}ins")]
    assert "But see clause\xa03 first." in [text.strip() for text in came]
    assert "The Supplier must do more." in came
    assert "own words & <more>" in came


def test_each_change_is_signed_by_who_made_it_on_the_day_of_the_schedule(departing):
    body = part(schedule_document(departing, departures=True), "word/document.xml")

    changes = list(body.iter(f"{W}ins", f"{W}del"))
    assert len(changes) > 8
    assert {change.get(f"{W}author") for change in changes} == {WHO}
    assert {change.get(f"{W}date") for change in changes} == {"2026-12-04T00:00:00Z"}
    ids = [e.get(f"{W}id") for e in body.iter(f"{W}ins", f"{W}del", f"{W}bookmarkStart")]
    assert len(set(ids)) == len(ids)


def test_a_change_nobody_signed_is_the_services():
    unsigned = {"C13": replace(redrafts_of_every_kind()["C13"], by="")}

    body = part(schedule_document(schedule_with(unsigned), departures=True), "word/document.xml")

    authors = {change.get(f"{W}author") for change in body.iter(f"{W}ins", f"{W}del")}
    assert authors == {"Supplier Assurance"}


def test_the_reason_of_a_departure_is_a_comment_of_who_gave_it(departing):
    comments = part(schedule_document(departing, departures=True), "word/comments.xml")

    [comment] = comments
    assert comment.get(f"{W}author") == WHO
    assert comment.get(f"{W}initials") == "MO"
    text = "".join(t.text for t in comment.iter(f"{W}t"))
    assert text == "Changed by Maya Okafor: The Council asked for it"


def test_drafting_notes_are_comments_on_the_headings_of_their_clauses(departing):
    document = schedule_document(departing, notes=True)
    body, comments = part(document, "word/document.xml"), part(document, "word/comments.xml")

    notes = {c.get(f"{W}id"): "".join(t.text for t in c.iter(f"{W}t")) for c in comments}
    beside = {}
    for paragraph in body.iter(f"{W}p"):
        for start in paragraph.iter(f"{W}commentRangeStart"):
            [end] = paragraph.iter(f"{W}commentRangeEnd")
            [mark] = paragraph.iter(f"{W}commentReference")
            assert start.get(f"{W}id") == end.get(f"{W}id") == mark.get(f"{W}id")
            beside["".join(t.text for t in paragraph.iter(f"{W}t"))] = notes[start.get(f"{W}id")]
    assert beside == {clause.title: clause.note for clause in departing.clauses if clause.note}
    assert len(beside) == len(notes)


def test_neither_notes_nor_departures_show_unless_asked_for(departing):
    document = schedule_document(departing)

    with ZipFile(BytesIO(document)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
        assert "word/comments.xml" not in package.namelist()
    for tag in (b"<w:ins ", b"<w:del ", b"<w:comment", b"comments.xml"):
        assert tag not in everything


def test_a_schedule_that_does_not_depart_shows_no_change_when_asked():
    body = part(schedule_document(schedule_with({}), departures=True), "word/document.xml")

    assert list(body.iter(f"{W}ins", f"{W}del")) == []


def test_text_that_has_little_in_common_is_said_anew():
    topic = shipped_library().topics["C13"]
    [place, *_] = topic.places("standard")
    anew = Redraft(changed={str(place + 1): Words("Wholly other things stand here.", ())}, by=WHO)

    schedule = schedule_with({"C13": anew})
    body = part(schedule_document(schedule, departures=True), "word/document.xml")

    came = ["".join(t.text for t in ins.iter(f"{W}t")) for ins in body.iter(f"{W}ins")]
    assert [text for text in came if text] == ["Wholly other things stand here."]


def test_a_reference_that_goes_is_a_field_that_can_come_back():
    plain = schedule_with({})
    clause, paragraph, reference = next(
        (clause, paragraph, segment)
        for clause in plain.clauses
        for paragraph in clause.paragraphs
        for segment in paragraph.segments
        if clause.id and segment.kind is SegmentKind.CLAUSE
    )
    topic, place = shipped_library().topics[clause.id], int(paragraph.key) - 1
    text = topic.text[place].text.replace(f"{{clause:{reference.target}}}", "another clause")
    redraft = Redraft(changed={str(place + 1): Words(text, topic.text[place].items)}, by=WHO)

    schedule = schedule_with({topic.id: redraft})
    body = part(schedule_document(schedule, departures=True), "word/document.xml")

    assert [i.text for i in body.iter(f"{W}delInstrText")] == [
        f" REF _RefClause_{reference.target} \\r \\h "
    ]
    kinds = [f.get(f"{W}fldCharType") for d in body.iter(f"{W}del") for f in d.iter(f"{W}fldChar")]
    assert kinds == ["begin", "separate", "end"]
