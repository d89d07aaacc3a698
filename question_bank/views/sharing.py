"""An authority's own packs and questions, taken out as a file and brought in."""

from __future__ import annotations

import hashlib

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.canonical import sha256_hex
from foundation.errors import DomainError
from question_bank import library_file
from question_bank.forms.sharing import BringInForm, ChoicesForm, choices_form, share_form
from question_bank.queries import own as queries
from question_bank.queries.editions import edition_of
from question_bank.rules.editions import Edition
from question_bank.rules.sharing import Library, LibraryRefused, plain_library, read_library
from question_bank.rules.taking import Previewed, preview_fingerprint
from question_bank.service import sharing as service
from question_bank.views import own_base as base
from question_bank.views.base import pages

BACK = "Back to your own questions"


@pages.route("/own/share", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def share() -> ResponseReturnValue:
    viewer = signed_in_user()
    ready = queries.ready_questions(viewer.organisation_id)
    packs = queries.own_packs(viewer.organisation_id)
    form = share_form(
        [(own.question_id, f"{own.question_id} {own.title}") for own in ready],
        [(pack.pack_id, f"{pack.raw['title']} ({pack.pack_id})") for pack in packs],
    )
    if form.validate_on_submit():
        try:
            library = service.library_of(
                by=viewer,
                edition=edition_of(viewer.organisation_id),
                questions=form.data.get("questions") or [],
                packs=form.data.get("packs") or [],
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return _sent(library, str(form.data["form"]))
    return base.form_page(
        form,
        "Take packs and questions out",
        back=(url_for(".own_questions"), BACK),
        button="Take out the file",
        intro=[
            "The file can be brought in by another authority. It holds the words, the marking and "
            "the rules of what you select, with your authority’s name; no tender and no answer.",
        ]
        + ([] if ready or packs else ["There is nothing to take out yet."]),
    )


def _sent(library: Library, form: str) -> ResponseReturnValue:
    is_yaml = form == "yaml"
    text = library_file.as_yaml(library) if is_yaml else library_file.as_json(library)
    service.record_taken_out(library, sha256_hex(text), by=signed_in_user())
    name = f"library-{library.exported}.{'yaml' if is_yaml else 'json'}"
    return Response(
        text,
        mimetype="application/yaml" if is_yaml else "application/json",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


@pages.route("/own/bring-in", methods=["GET", "POST"])
@requires(Permission.BANK_EDIT)
def bring_in() -> ResponseReturnValue:
    form = BringInForm()
    if form.validate_on_submit():
        try:
            library = read_library(library_file.read_text(_bytes_of(form.file.data)))
        except LibraryRefused as error:
            form.add_error(str(error), error.field)
        else:
            previews = _previews(library, _edition())
            return _preview_page(library, previews, choices_form(previews, fresh=True))
    return base.form_page(
        form,
        "Bring in a library file",
        back=(url_for(".own_questions"), BACK),
        button="Show what is in it",
        intro=["Nothing is stored until you have seen the differences and chosen."],
        upload=True,
    )


def _bytes_of(file: FileStorage) -> bytes:
    """Return the file, or as much of it as shows that it is too large."""
    try:
        return bytes(file.stream.read(library_file.LARGEST + 1))
    finally:
        file.close()


@pages.post("/own/bring-in/confirm")
@requires(Permission.BANK_EDIT)
def confirm_bring_in() -> ResponseReturnValue:
    library = _unsealed(request.form.get("library", ""))
    edition = _edition()
    previews = _previews(library, edition)
    form = choices_form(previews, fresh=False)
    if form.validate_on_submit():
        try:
            done = service.bring_in(
                library,
                previews,
                form.chosen(),
                by=signed_in_user(),
                edition=edition,
                expected=request.form.get("expected", ""),
            )
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash(f"Brought in: {', '.join(done)}")
            return redirect(url_for(".own_questions"))
    return _preview_page(library, previews, form)


def _edition() -> Edition:
    return edition_of(signed_in_user().organisation_id)


def _previews(library: Library, edition: Edition) -> list[Previewed]:
    return service.preview(
        library,
        by=signed_in_user(),
        edition=edition,
        packs=edition.packs,
        clauses=[name for name, _title in base.clause_topics(edition.bank)],
    )


def _preview_page(
    library: Library, previews: list[Previewed], form: ChoicesForm
) -> ResponseReturnValue:
    page = render_template(
        "question_bank/sharing_preview.html",
        library=library,
        previews=previews,
        form=form,
        sealed=_serializer().dumps(plain_library(library)),
        expected=preview_fingerprint(library, previews),
    )
    return page, 422 if form.errors else 200


def _unsealed(text: str) -> Library:
    """Return the library carried by the page of differences. Raises LibraryRefused."""
    try:
        return read_library(_serializer().loads(text))
    except BadData as error:
        raise LibraryRefused("Bring in the file again: what this page carried is not whole") from (
            error
        )


def _serializer() -> URLSafeSerializer:
    """Sign for one person: a page of somebody else confirms nothing."""
    return URLSafeSerializer(
        current_app.secret_key or "",
        salt=f"library {signed_in_user().person_token}",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
