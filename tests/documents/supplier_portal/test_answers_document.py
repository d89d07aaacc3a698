"""The supplier's copy of its answers in Word: everything in it, nothing of it interpreted."""

from __future__ import annotations

import io

import pytest
from docx import Document

from question_bank.rules.answers import read_answer
from question_bank.rules.questions import Kind
from supplier_portal.word import answers_document
from tests.answers_made import made_answer
from tests.documents.supplier_portal.workbooks import EVERY_KIND, questionnaire
from tests.rules.question_bank.builders import ROWS, part

HOSTILE = "A & B <b>x</b> </w:t></w:r></w:p> \x0b\x00\ufffe {{ 1 }}\nnext\tline"
SHOWN = "A & B <b>x</b> </w:t></w:r></w:p> \ufffd\ufffd\ufffd {{ 1 }}\nnext\tline"


def document(answers, asked=EVERY_KIND, shown=None):
    data = answers_document(
        asked, answers, asked=asked.parts if shown is None else shown, title=HOSTILE,
        facts=[("Supplier", HOSTILE)],
    )  # fmt: skip
    return Document(io.BytesIO(data))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


def test_what_was_written_stays_in_its_paragraph():
    found = document({"Q-01.narrative": HOSTILE, "Q-01.record": {"name": HOSTILE}})

    assert texts(found).count(SHOWN) == 2  # the title and the answer
    assert found.tables[0].cell(0, 1).text == SHOWN
    assert found.tables[1].cell(0, 1).text == SHOWN


def test_every_kind_of_answer_is_shown():
    answers = {
        p.id: read_answer(p, made_answer(p)).value
        for p in EVERY_KIND.parts.values()
        if not p.schema
    }

    shown = texts(document(answers))

    # The four with rows, and the one whose made answer has too many words.
    assert shown.count("Not answered") == 5
    assert "Yes" in shown
    assert "4 hours 30 minutes" in shown
    assert "27 March 2026" in shown


def test_a_table_of_few_columns_is_a_table_with_a_heading_on_every_page():
    asked = questionnaire(part("Q-01.t", Kind.TABLE, schema=ROWS))
    rows = [{"name": "One", "country": "GB"}, {"name": "Two", "rto": "4h"}]

    table = document({"Q-01.t": rows}, asked).tables[1]

    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Name", "Country", "Recovery time"],
        ["One", "United Kingdom", ""],
        ["Two", "", "4 hours"],
    ]
    assert "w:tblHeader" in table.rows[0]._tr.xml


@pytest.mark.parametrize(
    ("value", "says"), [([], "Nothing to list"), (None, "Not answered")], ids=str
)
def test_nothing_to_list_is_not_the_same_as_not_answered(value, says):
    asked = questionnaire(part("Q-01.t", Kind.TABLE, schema=ROWS))

    assert says in texts(document({"Q-01.t": value}, asked))


def test_an_answer_no_longer_asked_is_kept_and_said_to_be():
    shown = texts(document({"Q-01.number": "5"}, shown=()))

    assert "Not asked, as the other answers stand." in shown
    assert "5" in shown
    assert "Not answered" not in shown
