"""Makes the workbook: what it is, a sheet for each section, one for each table, and the lists."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet

from question_bank.rules.questions import Kind, Part
from supplier_portal.workbook import tables
from supplier_portal.workbook.layout import (
    ANSWER,
    ASK,
    COUNT,
    HELD_BACK,
    HOW,
    NAME,
    PART,
    QUESTIONS,
    VERSION,
    About,
    Place,
    fits,
    places_of,
    texts_by_name,
)
from supplier_portal.workbook.opening import write_read_me
from supplier_portal.workbook.sheets import (
    Lists,
    Look,
    fit_row,
    protect,
    set_widths,
    sheet_title,
)
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section

HEADINGS = ("", "Part", "What is asked", "How to answer", "Your answer", "Length", "")
WIDTHS = {NAME: 3.0, PART: 13.0, ASK: 62.0, HOW: 30.0, ANSWER: 62.0, COUNT: 18.0, VERSION: 3.0}
HEADING_ROW = 3
FILES_ELSEWHERE = (
    "A file cannot travel in a workbook: add it on the page of this question in the service."
)
TOO_LONG = (
    "This answer is longer than a cell can hold. It stays as it is; change it in the service."
)


def write(
    questionnaire: Questionnaire,
    about: About,
    answers: Mapping[str, Any],
    versions: Mapping[str, int],
) -> bytes:
    """Return the workbook with every answer saved so far, as the bytes of an .xlsx file.

    ``versions``: which version of each answer this is, so that an upload knows what it was based
    on. The same bid gives the same cells whenever it is written.
    """
    book = Workbook()
    look = Look(book)
    first = cast(Worksheet, book.active)
    first.title = "Read me"
    lists = Lists(cast(Worksheet, book.create_sheet("Lists")), look)
    writer = _Writer(book, look, lists, answers, versions)
    for number, section in enumerate(questionnaire.sections, start=1):
        writer.section(section, number)
    for part in questionnaire.parts.values():
        if part.kind is Kind.TABLE:
            tables.write_table(
                book[writer.table_titles[part.id]],
                look,
                lists,
                part,
                answers.get(part.id),
                versions.get(part.id, 0),
            )
    write_read_me(first, look, about, questionnaire)
    book.move_sheet(lists.sheet, len(book.sheetnames))
    for sheet in book.worksheets:
        protect(sheet)
    book.security = WorkbookProtection(lockStructure=True)
    book.properties.creator = "Supplier Assurance"
    book.properties.title = about.title[:200]
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


class _Writer:
    """Writes the sheets of sections; knows on which sheet each table stands."""

    def __init__(
        self,
        book: Workbook,
        look: Look,
        lists: Lists,
        answers: Mapping[str, Any],
        versions: Mapping[str, int],
    ) -> None:
        self.book = book
        self.look = look
        self.lists = lists
        self.answers = answers
        self.versions = versions
        self.table_titles: dict[str, str] = {}
        self.row = 0

    def section(self, section: Section, number: int) -> None:
        title = sheet_title(f"{number} {section.title}", self.book.sheetnames)
        sheet = cast(Worksheet, self.book.create_sheet(title))
        self.look.put(sheet, 1, NAME, QUESTIONS, "text")
        self.look.put(sheet, 1, PART, section.title, "title")
        self.look.put(sheet, 2, PART, "Answer in the yellow cells.", "small")
        for column, heading in enumerate(HEADINGS, start=1):
            self.look.put(sheet, HEADING_ROW, column, heading, "head")
        set_widths(sheet, WIDTHS)
        for letter in ("A", "G"):
            sheet.column_dimensions[letter].hidden = True
        sheet.freeze_panes = f"A{HEADING_ROW + 1}"
        sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
        self.row = HEADING_ROW + 1
        for asked in section.questions:
            self._question(sheet, asked)

    def _question(self, sheet: Worksheet, asked: AskedQuestion) -> None:
        question = asked.question
        worth = f"{asked.share_of_quality:.1f}% of quality" if asked.is_scored else "Pass or fail"
        cells = {PART: question.id, ASK: question.title, HOW: worth, ANSWER: "", COUNT: ""}
        for column, text in cells.items():
            self.look.put(sheet, self.row, column, text, "question")
        sheet.row_dimensions[self.row].height = 20
        self.row += 1
        why = f"Why we ask: {' '.join(question.why.split())}"
        if question.guidance:
            why += f"\n{_without_marks(question.guidance)}"
        for column in (PART, ASK, HOW, ANSWER, COUNT):
            self.look.put(sheet, self.row, column, why if column == ASK else "", "why")
        fit_row(sheet, self.row, [(why, WIDTHS[ASK])])
        self.row += 1
        for part in question.parts:
            self._part(sheet, part)

    def _part(self, sheet: Worksheet, part: Part) -> None:
        value = self.answers.get(part.id)
        places = places_of(part)
        held_back = not fits(part, value)
        if held_back or not places or places[0].label:
            self._words(sheet, part, _ask(part), self._instead(part), note=self._note(part, value))
        if held_back:
            self.look.put(sheet, self.row - 1, NAME, HELD_BACK + part.id, "text")
            return
        texts = texts_by_name(part, value)
        for place in places:
            self._place(sheet, part, place, texts.get(place.name, ""))

    def _instead(self, part: Part) -> str:
        """Return how a part is answered that has no cell of its own in its first row."""
        need = "Required. " if part.required else "Optional. "
        if part.kind is Kind.FILE:
            return need + FILES_ELSEWHERE
        if part.kind is Kind.TABLE:
            title = sheet_title(f"{part.id} {part.label}", self.book.sheetnames)
            self.table_titles[part.id] = title
            self.book.create_sheet(title)
            return f"{need}On the sheet “{title}”."
        return f"{need}In the cells below."

    def _note(self, part: Part, value: Any) -> str:
        if not fits(part, value):
            return TOO_LONG
        if part.kind is not Kind.FILE:
            return ""
        names = [entry.get("title") or entry["name"] for entry in value or ()]
        return "Attached: " + "; ".join(names) if names else "No file is attached yet."

    def _words(self, sheet: Worksheet, part: Part, ask: str, how: str, *, note: str = "") -> None:
        style = "kept" if note else "asked"
        cells = {PART: part.id, ASK: ask, HOW: how, ANSWER: note[:1000]}
        for column, text in cells.items():
            self.look.put(sheet, self.row, column, text, style if column == ANSWER else "asked")
        fit_row(sheet, self.row, [(text, WIDTHS[column]) for column, text in cells.items()])
        self.row += 1

    def _place(self, sheet: Worksheet, part: Part, place: Place, text: str) -> None:
        row, slot = self.row, place.slot
        ask, how = _asked_at(part, place), _how(part, place)
        self.look.put(sheet, row, NAME, place.name, "text")
        self.look.put(sheet, row, VERSION, str(self.versions.get(part.id, 0)), "text")
        self.look.put(sheet, row, PART, part.id, "asked")
        self.look.put(sheet, row, ASK, ask, "asked")
        self.look.put(sheet, row, HOW, how, "asked")
        self.look.put(sheet, row, ANSWER, text, "answer")
        if slot.choices:
            self.lists.offer(sheet, f"E{row}", slot.choices)
        if slot.words:
            self.look.put_formula(sheet, row, COUNT, _words_written(f"E{row}", slot.words))
        elif slot.characters:
            formula = f'=LEN(E{row})&" of {slot.characters} characters"'
            self.look.put_formula(sheet, row, COUNT, formula)
        texts = [(ask, WIDTHS[ASK]), (how, WIDTHS[HOW]), (text, WIDTHS[ANSWER])]
        fit_row(sheet, row, texts)
        self.row += 1


def _without_marks(guidance: str) -> str:
    """Return guidance without the marks that make words bold on a page."""
    return guidance.replace("**", "").strip()


def _ask(part: Part) -> str:
    """Return what is asked, with all that helps to answer it."""
    lines = [part.ask]
    if part.hint:
        lines.append(part.hint)
    if part.shown_when is not None and part.shown_when.parts():
        asked_by = ", ".join(sorted(part.shown_when.parts()))
        lines.append(f"Asked only where the answer to {asked_by} leads to it.")
    if part.evidence:
        lines.append(f"Evidence that helps: {part.evidence}")
    return "\n".join(lines)


def _asked_at(part: Part, place: Place) -> str:
    if not place.label:
        return _ask(part)
    hint = place.column.hint if place.column is not None else ""
    return f"{place.label}\n{hint}" if hint else place.label


def _how(part: Part, place: Place) -> str:
    asked = place.column or part
    if place.slot.suffix:
        return place.slot.how
    return f"{'Required' if asked.required else 'Optional'}. {place.slot.how}"


def _words_written(cell: str, most: int) -> str:
    """Return a formula that counts the words of a cell: runs of anything but white space."""
    flat = f'TRIM(SUBSTITUTE(SUBSTITUTE({cell},CHAR(10)," "),CHAR(9)," "))'
    count = f'IF(LEN({flat})=0,0,LEN({flat})-LEN(SUBSTITUTE({flat}," ",""))+1)'
    return f'={count}&" of {most} words"'
