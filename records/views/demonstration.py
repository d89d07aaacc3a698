"""Pages of the demonstration, which do not exist outside it: its sign-ins, and its mail."""

from __future__ import annotations

from itertools import groupby

from flask import abort, current_app, render_template
from flask.typing import ResponseReturnValue

from accounts.access import public, requires, signed_in_user
from accounts.rules.roles import Permission
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
