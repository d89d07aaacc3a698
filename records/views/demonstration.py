"""Pages of the demonstration, which do not exist outside it: its sign-ins, and its mail."""

from __future__ import annotations

from itertools import groupby

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue

from accounts.access import public, requires, signed_in_user
from accounts.queries import person_by_email
from accounts.rules.registering import checked_address
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from foundation.mail import messages_to
from records.demonstration.people import PASSWORD, PEOPLE, WALK
from records.views.blueprint import pages


@pages.get("/demonstration")
@public
def demonstration() -> ResponseReturnValue:
    if not current_app.extensions["settings"].demonstration:
        abort(404)
    groups = [(name, list(people)) for name, people in groupby(PEOPLE, lambda p: p.organisation)]
    return render_template(
        "records/demonstration.html", groups=groups, password=PASSWORD, walk=WALK
    )


@pages.get("/outbox")
@requires(Permission.ACCOUNT_USE)
def outbox() -> ResponseReturnValue:
    """Show the reader the e-mails written to him: in the demonstration no mailbox gets them."""
    if not current_app.extensions["settings"].demonstration:
        abort(404)
    viewer = signed_in_user()
    return render_template("records/outbox.html", viewer=viewer, messages=messages_to(viewer.email))


@pages.get("/demonstration/mail")
@public
def mail_without_account() -> ResponseReturnValue:
    """Show the e-mails to an address without an account: a link to register, an invitation.

    In the demonstration no mailbox gets them, and nobody could follow them otherwise. What was
    written to somebody with an account is theirs to read.
    """
    if not current_app.extensions["settings"].demonstration:
        abort(404)
    typed, address, error = request.args.get("to"), "", ""
    if typed is not None:
        try:
            address = checked_address(typed)
        except DomainError as refused:
            error = str(refused)
    known = bool(address) and person_by_email(address) is not None
    page = render_template(
        "records/mail_without_account.html",
        typed=typed or "",
        address=address,
        known=known,
        error=error,
        messages=messages_to(address) if address and not known else [],
    )
    return page, 422 if error else 200
