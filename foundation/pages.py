"""What every page shares: error pages, limits, and the rule that none is open by accident."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException

from foundation import (
    assets,
    clock,
    headers,
    kept_typing,
    left_over,
    logs,
    markdown,
    spool,
    too_large,
)
from foundation.arrival import ArrivalStamp
from foundation.database import db
from foundation.errors import DomainError
from foundation.keys import KeyMissing
from foundation.no_room import is_crossed, is_no_room
from foundation.stores.base import FileMissing, FilesUnreachable
from foundation.tokens import TokenConverter
from foundation.turns import Turns

MEGABYTE = 1024 * 1024

PLAIN_FAULT = (
    '<!DOCTYPE html><html lang="en-GB"><head><title>Something went wrong here</title></head><body>'
    "<h1>Something went wrong here</h1><p>The fault is ours, and it is recorded. Nothing was half "
    "saved. Try again in a minute: your browser’s Back button leads to what you typed.</p>"
    "</body></html>"
)

PLAIN_NO_ROOM = (
    '<!DOCTYPE html><html lang="en-GB"><head><title>There is no room at the moment</title></head>'
    "<body><h1>There is no room at the moment</h1><p>The disk of this service is full. It is not "
    "your fault, and it is recorded. Nothing of what you sent was saved; everything saved before "
    "is still there. Try again in a minute: your browser’s Back button leads to what you typed."
    "</p></body></html>"
)

csrf = CSRFProtect()


@dataclass(frozen=True)
class NavigationItem:
    """A link at the top of every page, shown to those who may follow it."""

    label: str
    endpoint: str
    permission: str


def init_app(app: Flask) -> None:
    app.wsgi_app = ArrivalStamp(Turns(app.wsgi_app))  # type: ignore[method-assign]
    secure = app.extensions["settings"].cookie_secure
    app.config.update(
        MAX_CONTENT_LENGTH=too_large.LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=too_large.LARGEST_TEXT,
        MAX_FORM_PARTS=too_large.MOST_FIELDS,
        WTF_CSRF_TIME_LIMIT=None,  # somebody may think about an answer for hours
        # Flask's own signed session carries only the form token and messages such as "Saved";
        # who is signed in stands in the database (accounts.models.SignInSession).
        SESSION_COOKIE_NAME="__Host-forms" if secure else "forms",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.url_map.converters["token"] = TokenConverter
    app.extensions["navigation"] = []
    logs.init_app(app)
    headers.init_app(app)
    left_over.init_app(app)
    assets.init_app(app)
    spool.init_app(app)
    app.before_request(refuse_undeclared_pages)
    app.before_request(read_whole_body)
    app.context_processor(shared_by_all_pages)
    for name, show in (("moment", clock.show_moment), ("date", clock.show_date)):
        app.template_filter(name)(show)
    app.template_filter("time")(clock.show_time)
    app.template_filter("in_words")(in_words)
    app.template_filter("markdown")(markdown.to_html)
    app.template_filter("prose")(markdown.to_html)
    show_errors(app)


def protect_forms(app: Flask) -> None:
    """Check forms against forgery; last, so that the page refusing one knows who is asking."""
    earlier = app.config.get("SECRET_KEY_FALLBACKS")
    if earlier:
        # Signs with the last of them, and takes a form that an earlier one has signed.
        app.config["WTF_CSRF_SECRET_KEY"] = [*earlier, app.config["SECRET_KEY"]]
    csrf.init_app(app)


def show_errors(app: Flask) -> None:
    app.register_error_handler(DomainError, show_domain_error)
    app.register_error_handler(NoResultFound, lambda _error: error_page(404))
    app.register_error_handler(CSRFError, show_unchecked_form)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(KeyMissing, show_missing_key)
    app.register_error_handler(FilesUnreachable, show_files_unreachable)
    app.register_error_handler(FileMissing, show_missing_file)
    app.register_error_handler(Exception, show_fault)


def refuse_undeclared_pages() -> None:
    """Refuse a page whose author forgot to say who may open it."""
    if request.endpoint in (None, "static"):
        return
    view = current_app.view_functions[request.endpoint]
    if not hasattr(view, "access"):
        current_app.logger.error("No access declared for %s", request.endpoint)
        abort(403)


def read_whole_body() -> ResponseReturnValue | None:
    """Receive everything before the first statement: a slow sender must not hold the database.

    Text with a NUL or half a character is shown back, because PostgreSQL refuses the first and
    no document can hold the second.
    """
    texts = [*request.view_args.values()] if request.view_args else []
    texts += [text for pair in request.args.items(multi=True) for text in pair]
    texts += [text for pair in request.form.items(multi=True) for text in pair]
    texts += [file.filename or "" for file in request.files.values()]
    if not request.form and not request.files:
        request.get_data()
    if any(isinstance(text, str) and kept_typing.readable(text) != text for text in texts):
        return kept_form_page("unreadable", 400)
    return None


def kept_form_page(reason: str, status: int) -> ResponseReturnValue:
    """Show a form that was not taken, with everything typed and a button that sends it again."""
    kept = kept_typing.form_sent()
    if kept is None:
        return error_page(status)
    return render_template("foundation/kept_form.html", kept=kept, reason=reason), status


def show_unchecked_form(_error: CSRFError) -> ResponseReturnValue:
    return kept_form_page("unchecked", 400)


def show_domain_error(error: DomainError) -> ResponseReturnValue:
    """Show a broken rule no form took care of, with what was typed."""
    db.session.rollback()
    kept = kept_typing.form_sent()
    page = render_template("foundation/domain_error.html", message=str(error), kept=kept)
    return page, 409


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400 or error.response is not None:
        return error  # a redirect, or an answer somebody already made
    if error.code == 413:
        return show_too_large()
    return error_page(error.code)


def show_too_large() -> ResponseReturnValue:
    """Show what was typed in a form that is too large, and say what of it is too much."""
    why = too_large.receive_the_rest()
    kept = kept_typing.form_sent()
    return render_template("foundation/error_413.html", kept=kept, why=why), 413


def show_missing_key(error: KeyMissing) -> ResponseReturnValue:
    """Say that a key is not there, and what cannot be read without it; the log names the key."""
    db.session.rollback()
    logs.logger.error("A key is missing", exc_info=error)
    kept = kept_typing.form_sent()
    return render_template("foundation/key_missing.html", kept=kept), 503


def show_files_unreachable(error: FilesUnreachable) -> ResponseReturnValue:
    """Say that files are away for a moment, and that what was sent can be sent again."""
    db.session.rollback()
    logs.logger.error("The store of files does not answer", exc_info=error)
    kept = kept_typing.form_sent()
    sent = request.method == "POST"
    return render_template("foundation/files_unreachable.html", kept=kept, sent=sent), 503


def show_missing_file(error: FileMissing) -> ResponseReturnValue:
    """Say that a file is lost or is not what was stored; the log says where it was wanted."""
    db.session.rollback()
    logs.logger.error("A stored file is missing", exc_info=error)
    kept = kept_typing.form_sent()
    return render_template("foundation/file_missing.html", kept=kept), 503


def show_fault(error: Exception) -> ResponseReturnValue:
    """Log a fault of ours and say so; in tests let it through, so that no test overlooks it."""
    db.session.rollback()
    if is_no_room(error):
        return show_no_room(error)
    if is_crossed(error):
        return show_crossed(error)
    if current_app.testing:
        raise error
    logs.logger.error("Fault", exc_info=error)
    try:
        return error_page(500)
    except Exception as second:
        # What is shared by all pages may be what is broken: then a page that needs nothing.
        logs.logger.error("Fault while saying so", exc_info=second)
        return PLAIN_FAULT, 500


def show_no_room(error: Exception) -> ResponseReturnValue:
    """Say that the disk is full and nothing was saved."""
    logs.logger.error("No room is left", exc_info=error)
    try:
        kept = kept_typing.form_sent()
        sent = request.method == "POST"
        return render_template("foundation/no_room.html", kept=kept, sent=sent), 503
    except Exception as second:
        logs.logger.error("Fault while saying so", exc_info=second)
        return PLAIN_NO_ROOM, 503


def show_crossed(error: Exception) -> ResponseReturnValue:
    """Say that somebody else was changing the same and nothing was saved; offer to send it again.

    The script that saves as somebody types takes the status for a server that is away for a moment.
    """
    logs.logger.warning("Two changes crossed", exc_info=error)
    kept = kept_typing.form_sent()
    page = render_template("foundation/crossed.html", kept=kept, sent=request.method == "POST")
    return page, 503, {"Retry-After": "1"}


def error_page(status: int) -> ResponseReturnValue:
    known = status if status in (400, 403, 404, 405) else 400 if status < 500 else 500
    kept = kept_typing.form_sent()
    return render_template(f"foundation/error_{known}.html", kept=kept), status


def in_words(items: list[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def shared_by_all_pages() -> dict[str, Any]:
    settings = current_app.extensions["settings"]
    return {
        "product_name": "Supplier Assurance",
        "demonstration": settings.demonstration,
        "navigation": current_app.extensions["navigation"],
        "largest_body_mb": too_large.LARGEST_BODY // MEGABYTE,
        "largest_text_mb": too_large.LARGEST_TEXT // MEGABYTE,
        "most_fields": too_large.MOST_FIELDS,
    }
