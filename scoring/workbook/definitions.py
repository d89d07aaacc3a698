"""The last sheet of each workbook: what its words, scales and numbers mean."""

from __future__ import annotations

from typing import cast

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from foundation.spreadsheets import set_widths
from scoring.rules.matrix import CATEGORIES, STANDARD, Band, Scale
from scoring.rules.register import TREATMENTS_IN_WORDS
from scoring.rules.results import TOP_OF_SCALE
from scoring.workbook.sheets import fill_band, heading, put, small_table
from tenders.rules.questionnaire import Questionnaire


def write_score_definitions(book: Workbook, questionnaire: Questionnaire) -> None:
    sheet = cast(Worksheet, book.create_sheet("Definitions"))
    set_widths(sheet, (24, 90, 30))
    heading(sheet, 1, "Scale of marks (a question's own descriptors come first)")
    scale = [
        (mark, f"{entry['label']}: {entry['test']}")
        for mark, entry in sorted(questionnaire.bank.scale.items(), reverse=True)
    ]
    row = small_table(sheet, 2, ("Mark", "Meaning"), scale)
    heading(sheet, row, "Words")
    row = small_table(sheet, row + 1, ("Word", "Meaning"), SCORE_WORDS)
    heading(sheet, row, "Descriptors")
    lines = [
        (asked.id, f"{mark}: {asked.question.levels.get(mark, '')}")
        for asked in questionnaire.questions
        for mark in range(TOP_OF_SCALE, -1, -1)
    ]
    small_table(sheet, row + 1, ("Question", "Descriptor"), lines)


SCORE_WORDS = (
    ("Suggested level", "The lowest ceiling of the outcomes that hold for the structured answers."),
    (
        "At most",
        "A narrative or a file is unread: whoever reads it may lower the level, never the rule.",
    ),
    (
        "Points",
        "Share of quality × mark ÷ 5, rounded half up to 2 places here. Sections and quality are "
        "reckoned from the exact points, so the points of a column may add up to a little more or "
        "less.",
    ),
    (
        "Section",
        "Σ weight × mark ÷ 5 of its questions, from 0 to 100, shown to 2 places.",
    ),
    (
        "Quality",
        "Σ section × section weight, from 0 to 100; exact throughout and rounded once, half up, "
        "to 2 places.",
    ),
    ("Rank", "By quality as published. Equal totals share a rank: 2= and 2= are followed by 4."),
    ("Proposed to fail", "A rule finds a requirement not met. An officer decides, with a reason."),
)


def write_risk_definitions(book: Workbook, scale: Scale = STANDARD) -> None:
    sheet = cast(Worksheet, book.create_sheet("Definitions"))
    set_widths(sheet, (30, 60, 30, 30))
    heading(sheet, 1, "Likelihood")
    row = small_table(sheet, 2, ("Rating", "Meaning"), scale.likelihood_words.items())
    heading(sheet, row, "Impact: the worst of service, people and privacy, money, law")
    row = small_table(sheet, row + 1, ("Rating", "Meaning"), scale.impact_words.items())
    heading(sheet, row, "Bands")
    first = row + 2
    bands = [(f"{low} to {high}", band) for band in Band for low, high in [scale.scores_of(band)]]
    row = small_table(sheet, row + 1, ("Score (likelihood × impact)", "Band"), bands)
    for number, (_scores, level) in enumerate(bands, start=first):
        fill_band(put(sheet, number, 2, level), level)
    heading(sheet, row, "Appetite: the highest score borne without anybody’s name")
    borne = [(name.capitalize(), scale.appetite_for(name)) for name in CATEGORIES]
    borne.append(("Any other", scale.otherwise))
    row = small_table(sheet, row + 1, ("Category of the risk", "Highest score"), borne)
    heading(sheet, row, "Who may accept more, by name and until a day")
    named = [
        (str(band), " or ".join(sorted(role.replace("-", " ") for role in roles)))
        for band, roles in zip(Band, scale.acceptors, strict=True)
    ]
    row = small_table(sheet, row + 1, ("Band of what is left", "Roles"), named)
    heading(sheet, row, "Treatments")
    row = small_table(
        sheet,
        row + 1,
        ("Treatment", "Meaning"),
        TREATMENTS_IN_WORDS.items(),
    )
    heading(sheet, row, "Words")
    small_table(sheet, row + 1, ("Word", "Meaning"), RISK_WORDS)


RISK_WORDS = (
    ("Inherent", "Before the terms planned for the contract."),
    ("Residual", "After controls that are in place or that the contract makes binding."),
    ("Target", "Where the risk should stand by the due date."),
    (
        "Known risk",
        "Yes only for a risk that the tender named before publication (Procurement Regulations "
        "2024, regulation 18); a risk that a bid raises is none.",
    ),
    (
        "Appetite",
        "A score of what is left above the appetite for its category needs somebody to accept it "
        "by name, until a day.",
    ),
    (
        "Status",
        "Proposed until somebody decides; accepted, dropped, or merged into another risk; treated "
        "once all that was to be done is done; closed once nothing is left to watch.",
    ),
    (
        "Score",
        "Likelihood × impact. It sorts risks and no more: the words of the scales decide.",
    ),
    (
        "Several causes",
        "Several flags that rest on different answers raise the likelihood of their risk by one in "
        "all, to at most 5. They never make a second row.",
    ),
    ("Rule", "The permanent id of the outcome, requirement or check, in the question bank named."),
)
