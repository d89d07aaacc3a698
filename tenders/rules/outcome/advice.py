"""What to think about in a statement: each a sentence with why. Nothing here stops a tender."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tenders.rules.outcome.guide import Guide, Lookout, Page
from tenders.rules.outcome.statement import Values, chosen, missing_on, values_of


@dataclass(frozen=True, slots=True)
class Advice:
    """``page`` and ``field`` say where; ``field`` is empty where it is about the whole page."""

    page: str
    field: str
    says: str
    because: str


def advice_on(guide: Guide, statement: Values) -> list[Advice]:
    """Return what to think about, page by page in the order of the form.

    Steps are asked for where they are empty or unfinished; the check against the principles only
    speaks where something was answered.
    """
    return [advice for page in guide.pages for advice in _on_page(guide, page, statement)]


def _on_page(guide: Guide, page: Page, statement: Values) -> Iterator[Advice]:
    values = values_of(page, statement)
    if not values:
        if page.is_step:
            yield _said(guide, "empty", page, title=page.title, why=page.why)
        return
    answered = list(_of_answers(page, values))
    yield from answered
    yield from _technologies(guide, page, values)
    if not answered:
        yield from _nobody(guide, page, values)
    missing = missing_on(page, values)
    if missing and page.is_step:
        fields = ", ".join(f"“{field.label.strip('…')}”" for field in missing)
        yield _said(guide, "unfinished", page, title=page.title, fields=fields, why=page.why)


def _of_answers(page: Page, values: Values) -> Iterator[Advice]:
    for field in page.fields:
        for option in chosen(field, values):
            if option.warns:
                yield Advice(page.id, field.id, option.warns.says, option.warns.because)


def _technologies(guide: Guide, page: Page, values: Values) -> Iterator[Advice]:
    for field in page.fields:
        if field.checked_for is not Lookout.TECHNOLOGY:
            continue
        found = technologies_in(str(values.get(field.id, "")), guide.technologies)
        if found:
            words = ", ".join(f"‘{word}’" for word in found)
            yield _said(guide, "technology", page, field.id, words=words)


def _nobody(guide: Guide, page: Page, values: Values) -> Iterator[Advice]:
    for field in page.fields:
        if field.checked_for is Lookout.NOBODY and is_nobody(
            str(values.get(field.id, "")), guide.nobody
        ):
            yield _said(guide, "nobody", page, field.id)


def technologies_in(text: str, technologies: Iterable[str]) -> list[str]:
    """Return the words of ``text`` that name a technology, as written, each once.

    Whole words only, in either case, with a plural s: “apps” counts, “apply” does not.
    """
    longest_first = sorted(technologies, key=len, reverse=True)
    pattern = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)
    if not pattern:
        return []
    found = re.findall(rf"(?<!\w)(?:{pattern})s?(?!\w)", text, flags=re.IGNORECASE)
    once: dict[str, str] = {}
    for word in found:
        once.setdefault(word.casefold(), " ".join(word.split()))
    return list(once.values())


def is_nobody(text: str, nobody: Iterable[str]) -> bool:
    """Return whether the whole text says that there is nobody."""
    plain = " ".join(text.casefold().split()).strip(" .!?-–")
    return plain in {word.casefold() for word in nobody}


def _said(guide: Guide, name: str, page: Page, field: str = "", **about: str) -> Advice:
    warns = guide.warnings[name]
    return Advice(page.id, field, warns.says.format(**about), warns.because.format(**about))
