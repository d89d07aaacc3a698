"""The shipped forms behind open data, read once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from question_bank.loader import read_yaml
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import ContentError
from records.rules.drafts.atrs import RecordForm, read_record_form
from records.rules.notice_forms import NoticeForm, read_forms
from records.rules.sheets import SheetPage, Sheets, read_sheets
from tenders.notices import shipped_notices

CONTENT = Path(__file__).parent / "content"


@cache
def shipped_sheets() -> Sheets:
    """Return the forms of content/public.yml. Raises ContentError with a remedy."""
    return read_sheets(read_yaml(CONTENT / "public.yml"))


@cache
def shipped_notice_forms() -> tuple[NoticeForm, ...]:
    """Return the forms of content/notice-forms.yml. Raises ContentError with a remedy."""
    return read_forms(read_yaml(CONTENT / "notice-forms.yml"))


@cache
def shipped_record_form() -> RecordForm:
    """Return the fields of content/atrs.yml. Raises ContentError with a remedy."""
    return read_record_form(read_yaml(CONTENT / "atrs.yml"))


def page_of(name: str) -> SheetPage | None:
    """Return a page of any of the forms by its id."""
    pages = {one.page.id: one for one in shipped_record_form().pages}
    return {**pages, **shipped_sheets().pages}.get(name)


def problems_with(bank: Bank) -> list[str]:
    """Return what is wrong with the shipped forms beside ``bank``: for ``flask bank check``."""
    try:
        shipped_sheets()
        kinds = {form.kind for form in shipped_notice_forms()} - set(shipped_notices().kinds)
        found = [f"notice-forms.yml: there is no notice ‘{kind}’" for kind in sorted(kinds)]
        return found + unknown_sources(shipped_record_form(), bank)
    except ContentError as error:
        return list(error.sentences)


def unknown_sources(form: RecordForm, bank: Bank) -> list[str]:
    """Return a sentence for each answer or column a field names and the bank lacks."""
    parts = {part.id for question in bank.questions.values() for part in question.parts}
    columns = {
        f"{schema.id}.{column.id}" for schema in bank.schemas.values() for column in schema.columns
    }
    known = {"part": parts, "table": columns}
    return [
        f"atrs.yml, {field.number}: there is no ‘{source}’ in the bank"
        for field in form.fields
        for source in field.sources
        for kind, _, name in [source.partition(":")]
        if kind in known and name not in known[kind]
    ]
