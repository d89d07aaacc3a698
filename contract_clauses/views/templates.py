"""The Word templates of an authority: uploaded, looked into, tried with a sample, chosen."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.models import WordTemplate
from contract_clauses.queries.templates import (
    choices_of,
    template_in_use,
    template_of,
    templates_of,
)
from contract_clauses.rules.templating import FIELDS, LARGEST_TEMPLATE, LISTS, PLACE
from contract_clauses.service import drawing
from contract_clauses.service import templates as service
from contract_clauses.service.drafting import Overtaken
from contract_clauses.template_forms import ChooseForm, UploadForm, chosen_styles, style_form
from contract_clauses.views.base import as_word, pages
from foundation.errors import DomainError
from foundation.uploads import shown_name
from tenders.models import Tender

ADDRESS = "/templates"
ONE = ADDRESS + "/<token:template>"


@pages.get(ADDRESS)
@requires(Permission.TEMPLATE_SET)
def word_templates() -> ResponseReturnValue:
    return _list()


@pages.post(ADDRESS)
@requires(Permission.TEMPLATE_SET)
def add_word_template() -> ResponseReturnValue:
    form = UploadForm()
    if form.validate_on_submit():
        name, content = _file(form.file.data)
        try:
            added = service.add_template(form.title.data or "", name, content, by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field or "file")
        else:
            flash("The template is uploaded. Look at the sample before you use it")
            return redirect(url_for(".word_template", template=added.token))
    return _list(upload=form), 422


@pages.post(ADDRESS + "/ours")
@requires(Permission.TEMPLATE_SET)
def use_our_template() -> ResponseReturnValue:
    """Write schedules without a template of the authority's from now on."""
    form = ChooseForm()
    if _chosen(form, None):
        flash("Schedules are written on the service’s own layout from now on")
        return redirect(url_for(".word_templates"))
    return _list(back=form), 422


@pages.get(ONE)
@requires(Permission.TEMPLATE_SET)
def word_template(template: str) -> ResponseReturnValue:
    return _page(template_of(signed_in_user(), template))


@pages.post(ONE + "/styles")
@requires(Permission.TEMPLATE_SET)
def restyle_word_template(template: str) -> ResponseReturnValue:
    found = template_of(signed_in_user(), template)
    form = style_form(found, sent=True)
    if form.validate_on_submit():
        try:
            added = service.restyle(found, chosen_styles(form), by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash("Saved as a template of its own, with these styles")
            return redirect(url_for(".word_template", template=added.token))
    return _page(found, styles=form), 422


@pages.post(ONE + "/use")
@requires(Permission.TEMPLATE_SET)
def use_word_template(template: str) -> ResponseReturnValue:
    found, form = template_of(signed_in_user(), template), ChooseForm()
    if _chosen(form, found):
        flash("Schedules are written on this template from now on")
        return redirect(url_for(".word_template", template=template))
    return _page(found, choosing=form), 422


@pages.get(ONE + "/sample.docx")
@requires(Permission.TEMPLATE_SET)
def word_template_sample(template: str) -> ResponseReturnValue:
    """An invented schedule on the template."""
    found = template_of(signed_in_user(), template)
    return as_word(drawing.sample_on(found), found.title, "sample")


@pages.get(ONE + "/template.docx")
@requires(Permission.TEMPLATE_SET)
def word_template_file(template: str) -> ResponseReturnValue:
    """The file as it was uploaded."""
    found = template_of(signed_in_user(), template)
    return as_word(found.content, found.title, "template")


@pages.context_processor
def _for_schedules() -> dict[str, Any]:
    return {"written_on": written_on, "template_of_issue": drawing.template_of_issue}


def written_on(tender: Tender) -> tuple[str, str]:
    """Return the name of the template of a tender's schedules, and why it fails if it does."""
    template = template_in_use(tender.authority_id)
    return ("", "") if template is None else (template.title, drawing.why_not(template))


def _file(sent: FileStorage | None) -> tuple[str, bytes]:
    """Return the name and the bytes; of one too large so many that its size is refused."""
    if sent is None:
        return "", b""
    return shown_name(sent.filename or ""), sent.stream.read(LARGEST_TEMPLATE + 1)


def _chosen(form: ChooseForm, template: WordTemplate | None) -> bool:
    viewer = signed_in_user()
    if not form.validate_on_submit():
        return False
    try:
        service.choose(template, form.reason.data or "", based_on=form.number, by=viewer)
    except Overtaken as error:
        form.rebase(_last_choice())
        form.add_error(str(error))
        return False
    except DomainError as error:
        form.add_error(str(error), error.field)
        return False
    return True


def _last_choice() -> int:
    chosen = choices_of(signed_in_user().organisation_id)
    return chosen[0].number if chosen else 0


def _choose_form() -> ChooseForm:
    return ChooseForm(formdata=None, data={"based_on": str(_last_choice())})


def _list(*, upload: UploadForm | None = None, back: ChooseForm | None = None) -> str:
    viewer = signed_in_user()
    return render_template(
        "contract_clauses/word_templates.html",
        authority=viewer.organisation_name,
        templates=templates_of(viewer),
        choices=choices_of(viewer.organisation_id),
        in_use=template_in_use(viewer.organisation_id),
        fields=(*FIELDS, *LISTS),
        place=PLACE,
        upload=upload or UploadForm(formdata=None),
        back=back or _choose_form(),
        submitted=upload or back,
    )


def _page(template: WordTemplate, *, styles: Any = None, choosing: ChooseForm | None = None) -> str:
    in_use = template_in_use(template.authority_id)
    form = styles or style_form(template, sent=False)
    return render_template(
        "contract_clauses/word_template.html",
        template=template,
        is_in_use=in_use is not None and in_use.id == template.id,
        failing=drawing.why_not(template),
        used=[field for field in (*FIELDS, *LISTS) if field.name in template.findings["fields"]],
        styles=form,
        style_fields=[field for field in form if field.name.startswith("style_")],
        choosing=choosing or _choose_form(),
        submitted=styles or choosing,
    )
