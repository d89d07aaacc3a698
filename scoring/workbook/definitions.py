"""The last sheet of each workbook: what its words, scales and numbers mean."""

from __future__ import annotations

from typing import cast

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from foundation.spreadsheets import set_widths
from scoring.rules.matrix import CATEGORIES, STANDARD, Band, Scale
from scoring.rules.register import TREATMENTS_IN_WORDS
from scoring.rules.results import TOP_OF_SCALE
from scoring.workbook.definition_words import RISK_WORDS, SCORE_WORDS
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
