"""Templates of an authority: taken when they were looked into, tried, chosen, written on."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from accounts.queries import Viewer
from contract_clauses.models import WordTemplate, WordTemplateChoice
from contract_clauses.queries.templates import template_in_use
from contract_clauses.rules.templating import (
    LONGEST_REASON,
    LONGEST_TITLE,
    STYLES,
    TABLE_STYLES,
    TemplateRefused,
)
from contract_clauses.service.drafting import Overtaken
from foundation import audit, clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.inspection import Unfit
from foundation.inspection.office import WORD, inspect_office
from foundation.scanning import ScannerDown, scanner
from foundation.tokens import new_token

if TYPE_CHECKING:
    from contract_clauses.word.on_template import OnTemplate
    from contract_clauses.word.template_reading import TemplateFound

MOST_TEMPLATES = 50


def add_template(title: str, name: str, content: bytes, *, by: Viewer) -> WordTemplate:
    """Take a template that holds nothing but what it may. Raises TemplateRefused, DomainError.

    It counts for nothing before somebody chooses it.
    """
    # With the library for XML, here and below: only templates need it.
    from contract_clauses.word.on_template import OnTemplate
    from contract_clauses.word.template_reading import look_into

    titled = _checked_title(title)
    found = look_into(name, content)
    _must_be_clean(name, content)
    _must_say_status(name, content)
    styles = dict(found.guessed)
    _must_work(OnTemplate(content, sha256_hex(content), styles))
    return _added(titled, name, content, styles, _kept(found), action="word_template.added", by=by)


def restyle(template: WordTemplate, styles: Mapping[str, str], *, by: Viewer) -> WordTemplate:
    """Add the same file with other styles: a template is never changed. Raises DomainError."""
    from contract_clauses.word.on_template import OnTemplate

    wanted = {name: styles.get(name, "") for name in (*STYLES, *TABLE_STYLES)}
    if wanted == dict(template.styles):
        raise DomainError("You cannot save these styles because they are the ones it has")
    known = {one[0] for one in template.findings["styles"]}
    if not set(wanted.values()) - {""} <= known:
        raise DomainError("Select styles of this template")
    _must_work(OnTemplate(template.content, template.sha256, wanted))
    return _added(
        template.title, template.file_name, template.content, wanted, template.findings,
        action="word_template.restyled", by=by,
    )  # fmt: skip


def choose(
    template: WordTemplate | None, reason: str, *, based_on: int, by: Viewer
) -> WordTemplateChoice:
    """Write schedules on this template from now on; None: on ours. Raises DomainError."""
    why = reason.strip()
    if not why:
        raise DomainError("Enter why", field="reason")
    if len(why) > LONGEST_REASON:
        raise DomainError(f"Enter a reason of at most {LONGEST_REASON} characters", field="reason")
    with transaction():
        last = db.session.scalar(
            select(func.max(WordTemplateChoice.number)).where(
                WordTemplateChoice.authority_id == by.organisation_id
            )
        )
        if (last or 0) != based_on:
            raise Overtaken(
                "Somebody chose a template while you had this page open: look at what counts now"
            )
        now = template_in_use(by.organisation_id)
        if (now.id if now else None) == (template.id if template else None):
            raise DomainError("You cannot choose this because it is in use already")
        row = WordTemplateChoice(
            authority_id=by.organisation_id,
            number=based_on + 1,
            template_id=template.id if template else None,
            reason=why,
            done_by_id=by.person_id,
            done_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        audit.record(
            "word_template.chosen",
            actor=by.person_token,
            subject=("organisation", by.organisation_token),
            number=row.number,
            template=template.token if template else None,
            sha256=template.sha256 if template else None,
            reason=sha256_hex(why),
        )
    return row


def _added(
    title: str,
    name: str,
    content: bytes,
    styles: dict[str, str],
    findings: dict[str, object],
    *,
    action: str,
    by: Viewer,
) -> WordTemplate:
    sha256 = sha256_hex(content)
    with transaction():
        there = db.session.scalars(
            select(WordTemplate).where(WordTemplate.authority_id == by.organisation_id)
        ).all()
        for one in there:
            if one.sha256 == sha256 and dict(one.styles) == styles:
                raise DomainError(
                    f"You cannot add this file because it is template {one.number} already",
                    field="file",
                )
        if len(there) >= MOST_TEMPLATES:
            raise DomainError(f"You cannot add more than {MOST_TEMPLATES} templates", field="file")
        row = WordTemplate(
            token=new_token(),
            authority_id=by.organisation_id,
            number=len(there) + 1,
            title=title,
            file_name=name,
            sha256=sha256,
            size=len(content),
            content=content,
            styles=styles,
            findings=findings,
            added_by_id=by.person_id,
            added_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        audit.record(
            action,
            actor=by.person_token,
            subject=("organisation", by.organisation_token),
            template=row.token,
            number=row.number,
            sha256=sha256,
            size=row.size,
        )
    return row


def _checked_title(title: str) -> str:
    titled = " ".join(title.split())
    if not titled:
        raise DomainError("Enter what your people call this template", field="title")
    if len(titled) > LONGEST_TITLE:
        raise DomainError(f"Enter a name of at most {LONGEST_TITLE} characters", field="title")
    return titled


def _must_be_clean(name: str, content: bytes) -> None:
    """Ask the scanner, where there is one. Raises TemplateRefused."""
    found = scanner()
    if found is None:
        return
    try:
        verdict = found.scan(io.BytesIO(content))
    except ScannerDown:
        raise TemplateRefused(
            "The file cannot be checked for malicious software at the moment. Try again later",
            field="file",
        ) from None
    if verdict.found or verdict.unable:
        said = f"the scanner found {verdict.found}" if verdict.found else verdict.unable
        raise TemplateRefused(f"{name}: {said}. Choose another file", field="file")


def _must_say_status(name: str, content: bytes) -> None:
    """Refuse a template on which a draft would look like a schedule that counts."""
    from contract_clauses.word.template_status import says_status

    if not says_status(name, content):
        raise TemplateRefused(
            "Nothing in the template says that a draft is a draft. Put {{ status }} on the cover "
            "or, better, into the header, so that it stands on every page",
            field="file",
        )


def _must_work(template: OnTemplate) -> None:
    """Write the sample on the template, and look into what came out. Raises TemplateRefused."""
    from contract_clauses.word.on_template import schedule_on_template
    from contract_clauses.word.template_sample import sample

    document = schedule_on_template(template, sample(), notes=True, departures=True)
    try:
        inspect_office(io.BytesIO(document), WORD)
    except Unfit as reason:
        raise TemplateRefused(
            f"What is written on this template cannot be taken: {reason}", field="file"
        ) from None


def _kept(found: TemplateFound) -> dict[str, object]:
    return {
        "fields": list(found.fields),
        "styles": [[one.id, one.name, one.kind] for one in found.styles],
        "facts": [list(fact) for fact in found.facts],
        "warnings": list(found.warnings),
    }
