"""A thousand hostile texts in every place where a supplier's text lands: nothing comes in by them.

Proven by counting: each document has the very elements it has with plain words, but for the breaks
and tabs a text itself holds, and every character of it is read back.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import lru_cache
from io import BytesIO
from zipfile import ZipFile

import pytest
from lxml import etree

from contract_clauses.rules.annexes import AnnexColumn, CommitmentLine, ScheduledAnnex
from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import (
    Before,
    Departure,
    Item,
    Paragraph,
    Parties,
    Schedule,
    ScheduledClause,
)
from contract_clauses.rules.variables import Deviation
from contract_clauses.rules.wording import Segment, SegmentKind
from contract_clauses.word import schedule_document
from contract_clauses.word.letters import commitments_document, side_letter
from contract_clauses.word.reports import Report
from contract_clauses.word.responses import (
    AnsweredPart,
    AnsweredQuestion,
    NamedFile,
    response_document,
)
from tests.hostile_texts import hostile_texts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXTS = hostile_texts()
PLAIN = "Plain words"
NOT_DECIDED = "Not decided: the clause prints the minimum"
DAY = date(2026, 12, 4)
# What a text may bring with it: its own breaks and tabs, and the runs of text around them.
OF_TEXT = {f"{W}br", f"{W}tab", f"{W}t", f"{W}delText"}
# What Word and XML cannot hold, said a second time, without the code under test.
CANNOT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def expected(text):
    """Return how a text is to be read back: as long as it was, but for line ends of two."""
    lines = text.replace("\r\n", "\n")
    for end in ("\r", "\u2028", "\u2029"):
        lines = lines.replace(end, "\n")
    return CANNOT.sub("\ufffd", lines)


@lru_cache(maxsize=2)
def parts_of(document):
    with ZipFile(BytesIO(document)) as package:
        assert package.testzip() is None
        return {name: etree.fromstring(package.read(name)) for name in package.namelist()}


def shape(document):
    """Return the elements of each part, without those a text may bring."""
    return {
        name: Counter(e.tag for e in root.iter() if e.tag not in OF_TEXT)
        for name, root in parts_of(document).items()
    }


def without_kept(found):
    """Leave out what keeps a row of few words on one page: a long row may be broken."""
    for tag in ("cantSplit", "trPr"):
        del found["word/document.xml"][f"{W}{tag}"]
    return found


def text_of(paragraph, without=""):
    said = {f"{W}br": "\n", f"{W}tab": "\t"}
    return "".join(
        said.get(e.tag) or (e.text or "")
        for e in paragraph.iter(*OF_TEXT)
        if e.getparent().tag == f"{W}r"
        and not any(up.tag == f"{W}{without}" for up in e.iterancestors())
    )


def read_back(document, style, part="word/document.xml", without=""):
    """Return the text of each paragraph of a style."""
    return [
        text_of(paragraph, without)
        for paragraph in parts_of(document)[part].iter(f"{W}p")
        if paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val") == style
    ]


def tens(texts):
    return [tuple(texts[start : start + 10]) for start in range(0, len(texts), 10)]


def words(text, kind=SegmentKind.WORDS):
    return (Segment(kind, text, "v"),)


def schedule_with(clauses=(), rows=(), parties=None, **more):
    annex = ScheduledAnnex(
        "datasets", 1, "Datasets", "As stated.", (AnnexColumn("One", 1), AnnexColumn("Two", 2)),
        rows, "None.",
    )  # fmt: skip
    names = ("excluded", "commitments", "duties", "deviations", "brackets", "trace")
    return Schedule(
        status="Issued, version 1",
        parties=parties or Parties("Council", "Supplier", "Tender", "T-1", prepared_on=DAY),
        bank_version="1",
        library_version="1",
        library_fingerprint="",
        clauses=clauses,
        annexes=(annex,),
        **(dict.fromkeys(names, ()) | more),
    )


def test_there_are_a_thousand_and_each_is_another():
    assert (len(TEXTS), len(set(TEXTS))) == (1000, 1000)
    assert max(map(len, TEXTS)) >= 20_000


def test_in_the_cells_of_an_annex():
    hostile = schedule_document(schedule_with(rows=tuple((text, text) for text in TEXTS)))
    plain = schedule_document(schedule_with(rows=tuple((PLAIN, PLAIN) for _ in TEXTS)))

    assert without_kept(shape(hostile)) == without_kept(shape(plain))
    cells = read_back(hostile, "TableText")
    assert cells == [shown for text in TEXTS for shown in (expected(text),) * 2]


@pytest.mark.parametrize("kind", [SegmentKind.VARIABLE, SegmentKind.PARTY, SegmentKind.EMPTY])
def test_as_the_value_of_a_clause(kind):
    def written(texts):
        paragraphs = tuple(
            Paragraph(f"1.{n}", words(text, kind), (Item("a", words(text, kind)),), key=str(n))
            for n, text in enumerate(texts)
        )
        return schedule_document(schedule_with((ScheduledClause("C01", 1, 1, "One", paragraphs),)))

    hostile = written(TEXTS)

    assert shape(hostile) == shape(written([PLAIN] * len(TEXTS)))
    for style in ("Clause2", "Clause3"):
        assert read_back(hostile, style) == [expected(text) for text in TEXTS]


def test_in_what_departs_from_the_library_and_in_its_comments():
    def written(texts):
        clauses = tuple(
            ScheduledClause(
                f"C{n}", n, 1, text,
                (
                    Paragraph(
                        f"{n}.1", words(f"{text} now"), key="1", departure=Departure.CHANGED,
                        before=Before(words("then")),
                    ),
                    Paragraph(f"{n}.2", words(text), key="own1", departure=Departure.ADDED),
                ),
                note=text, redrafted=text, redrafted_by=text,
                taken_out=(Before(words(text), after="1"),),
            )
            for n, text in enumerate(texts, start=1)
        )  # fmt: skip
        return schedule_document(schedule_with(clauses), notes=True, departures=True)

    hostile = written(TEXTS[:400])

    came = [line for text in TEXTS[:400] for line in (f"{expected(text)} now", "", expected(text))]
    gone = [line for text in TEXTS[:400] for line in ("then", expected(text), "")]
    assert read_back(hostile, "Clause2", without="del") == came
    assert read_back(hostile, "Clause2", without="ins") == gone
    assert read_back(hostile, "Heading1") == [expected(text) for text in TEXTS[:400]]
    notes = read_back(hostile, "CommentText", "word/comments.xml")
    assert notes == [expected(text) for text in TEXTS[:400] for _ in range(2)]
    assert shape(hostile) == shape(written(["then others"] * 400))


def test_words_that_changed_are_read_back_whole_on_both_sides():
    pairs = list(zip(TEXTS[:500], TEXTS[500:], strict=True))
    clauses = tuple(
        ScheduledClause(
            f"C{n}", n, 1, "One",
            (
                Paragraph(
                    f"{n}.1", words(f"same words here, {after} and the same again after it"),
                    key="1", departure=Departure.CHANGED,
                    before=Before(words(f"same words here, {before} and the same again after it")),
                ),
            ),
        )
        for n, (before, after) in enumerate(pairs, start=1)
    )  # fmt: skip

    document = schedule_document(schedule_with(clauses), departures=True)

    framed = "same words here, {} and the same again after it".format
    assert read_back(document, "Clause2", without="del") == [
        expected(framed(after)) for _, after in pairs
    ]
    assert read_back(document, "Clause2", without="ins") == [
        expected(framed(before)) for before, _ in pairs
    ]


def test_as_the_names_of_parties_and_of_the_tender():
    plain = None
    for text in TEXTS:
        parties = Parties(text, text, text, text, text or "1", text or "1", bought_with=(text,))
        approved = Approved(1, "ab" * 32, text, date(2026, 12, 4), text)
        document = schedule_document(schedule_with(parties=parties), approved)
        if plain is None:
            named = Parties(*[PLAIN] * 6, bought_with=(PLAIN,))
            plain = shape(
                schedule_document(
                    schedule_with(parties=named), replace(approved, approved_by=PLAIN, token=PLAIN)
                )
            )

        assert shape(document) == plain, text
        cells = read_back(document, "FactText")
        shown = expected(text)
        assert cells[:3] == [expected(f"{text}\n{text}"), shown, shown], text
        assert cells[3] == expected(f"{text}\nCompany number {text}\n{text}")
        head = read_back(document, "Header", "word/header.xml")
        assert head == [f"{shown} and {shown}\tIssued, version 1"]


@pytest.fixture
def report():
    return Report("Tender response", "T", (), "Council", "T-1")


def test_as_answers_and_names_of_files_in_the_response():
    def written(texts):
        questions = []
        for n, few in enumerate(tens(texts)):
            rows = tuple((text, text) for text in few)
            parts = [AnsweredPart(f"P{m}", text, text, text) for m, text in enumerate(few)]
            parts.append(AnsweredPart("P-t", "Table", "List", "", ("One", "Two"), rows))
            wide = tuple(f"Column {m}" for m in range(len(few)))
            parts.append(AnsweredPart("P-w", "Wide", "List", "", wide, (few,), row_name=few[0]))
            questions.append(AnsweredQuestion(f"Q{n}", few[0], tuple(parts)))
        files = [NamedFile(text, text, text, "1 kB", text, text) for text in texts]
        told = Report("Tender response", texts[0], (("Supplier", texts[1]),), texts[2], texts[3])
        return response_document(told, [(texts[4], questions)], files)

    hostile = written(TEXTS)

    plain = written([PLAIN] * len(TEXTS))
    assert without_kept(shape(hostile)) == without_kept(shape(plain))
    answers = read_back(hostile, "Normal")
    assert answers == [expected(text) for text in TEXTS]
    cells = read_back(hostile, "TableText")
    assert cells[:20] == [shown for text in TEXTS[:10] for shown in (expected(text),) * 2]
    assert cells[-5:-3] == [f"{expected(TEXTS[-1])}\n{expected(TEXTS[-1])}", expected(TEXTS[-1])]
    facts = read_back(hostile, "FactText")
    assert facts == [expected(TEXTS[1]), *(expected(text) for text in TEXTS)]


def test_in_the_register_and_the_letter():
    promises = tuple(CommitmentLine(n, t, t, t, t, t, t) for n, t in enumerate(TEXTS))
    deviations = tuple(Deviation("C01", f"v{n}", t, t, t, t, t) for n, t in enumerate(TEXTS))
    schedule = schedule_with(commitments=promises, deviations=deviations)

    register, letter = commitments_document(schedule), side_letter(schedule)

    shown = [expected(text) for text in TEXTS]
    cells = read_back(register, "TableText")
    assert cells == [c for n, s in enumerate(shown) for c in (str(n), *[s] * 6, "")]
    cells = read_back(letter, "TableText")[: 5 * len(TEXTS)]
    assert cells == [expected(c) for t in TEXTS for c in ("C01", f"{t}\n({t})", t, t, NOT_DECIDED)]
    for document in (register, letter):
        found = shape(document)["word/document.xml"]
        assert [found[f"{W}{tag}"] for tag in ("fldChar", "hyperlink", "instrText")] == [0, 0, 0]
        assert found[f"{W}tbl"] == 2 + (document is letter)


def test_no_document_leads_out_of_itself():
    told = Report("R", TEXTS[0], (("Supplier", TEXTS[1]),), TEXTS[2])
    made = [
        schedule_document(schedule_with(rows=((text, text),)), notes=True) for text in TEXTS[:50]
    ] + [response_document(told, [], [])]

    for document in made:
        for name, root in parts_of(document).items():
            if name.endswith(".rels"):
                assert [r.get("TargetMode") for r in root if r.get("TargetMode")] == []
