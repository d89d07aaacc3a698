"""The whole way as plain calls: no web and no database."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

from docx import Document
from openpyxl import load_workbook

from contract_clauses.loader import load_library
from contract_clauses.rules.parts import Parties
from contract_clauses.rules.schedule import build_schedule
from contract_clauses.word import schedule_document
from foundation.canonical import canonical_json
from question_bank.loader import load_bank, load_packs
from records.loader import DEMONSTRATION, read_answer_files, read_tender_file
from scoring.rules.evaluation import evaluate_bid
from scoring.rules.ranking import Candidate, rank
from scoring.workbook import (
    BidForWorkbook,
    WorkbookAbout,
    register_workbook,
    row_of,
    scores_workbook,
)
from tenders.loader import raw_packs
from tenders.rules.freezing import freeze, thaw

MADE_AT = datetime(2026, 10, 1, 9, tzinfo=UTC)


def test_from_the_words_of_a_question_to_the_words_of_a_contract():
    bank, library = load_bank(), load_library()

    # What is asked is frozen, and what is thawed again asks the same.
    frozen = freeze(bank, load_packs()["slp-full"], raw_packs()["slp-full"], terms={}, libraries={})
    questionnaire = thaw(frozen)
    assert canonical_json(frozen) == canonical_json(
        freeze(
            questionnaire.bank,
            load_packs()["slp-full"],
            frozen["pack"],
            terms={},
            libraries={},
        )
    )

    # Three suppliers answer.
    mistakes, suppliers = read_answer_files(
        [
            DEMONSTRATION / "larkmead-sensing.json",
            DEMONSTRATION / "brightwater-urban-analytics.json",
            DEMONSTRATION / "omniflow-mobility-insights.json",
        ],
        questionnaire,
    )
    no_mistakes, tender = read_tender_file(DEMONSTRATION / "tender.json", questionnaire)
    assert mistakes + no_mistakes == []

    # Somebody marks: here everybody gets what the answers allow at most.
    evaluations = {}
    for supplier in suppliers:
        levels = evaluate_bid(questionnaire, supplier.answers, tender.facts, {}).levels
        marks = {question: level.level for question, level in levels.items()}
        evaluations[supplier.name] = (
            evaluate_bid(questionnaire, supplier.answers, tender.facts, marks),
            marks,
        )
    assert {name: found.quality.total for name, (found, _) in evaluations.items()} == {
        "Larkmead Sensing Ltd": Decimal("96.20"),
        "Brightwater Urban Analytics Ltd": Decimal("54.60"),
        "Omniflow Mobility Insights Ltd": Decimal("34.80"),
    }
    ranked = rank(
        Candidate(name, name, found.quality.total, "failed" if found.fails else "")
        for name, (found, _) in evaluations.items()
    )
    assert [(place.candidate.name, place.rank) for place in ranked] == [
        ("Larkmead Sensing Ltd", "1"),
        ("Brightwater Urban Analytics Ltd", "2"),
        ("Omniflow Mobility Insights Ltd", ""),
    ]

    # The answer on backups becomes a flag, the flag a risk, the risk a reason for a clause.
    poor, _ = evaluations["Omniflow Mobility Insights Ltd"]
    assert poor.findings.severities["SLP-07.f:online-replica"] == "red"
    risk = next(proposed for proposed in poor.risks if proposed.risk.id == "R10")
    assert "SLP-07.f:online-replica" in [cause.rule for cause in risk.causes]
    schedules = {
        supplier.name: build_schedule(
            library,
            evaluations[supplier.name][0].situation,
            questionnaire,
            supplier.answers,
            Parties(tender.authority, supplier.name, tender.title, tender.reference,
                    prepared_on=date(2026, 10, 1)),
        )
        for supplier in suppliers
    }  # fmt: skip
    clause = schedules["Omniflow Mobility Insights Ltd"].clause("C14")
    assert clause is not None
    assert clause.because != ""

    # Documents are bytes, and say what was found.
    about = WorkbookAbout(tender.title, tender.reference, MADE_AT, bank.version)
    bids = [BidForWorkbook(name, found, marks) for name, (found, marks) in evaluations.items()]
    rows = [
        row_of(proposed, bid=name, bank_version=bank.version)
        for name, (found, _) in evaluations.items()
        for proposed in found.risks
    ]
    for data in (
        scores_workbook(about, bids, questionnaire),
        register_workbook(about, rows, questionnaire),
    ):
        book = load_workbook(io.BytesIO(data))
        assert tender.reference in [cell.value for row in book.worksheets[0] for cell in row]
    document = Document(io.BytesIO(schedule_document(schedules["Larkmead Sensing Ltd"])))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Continuity, backup and recovery" in words
