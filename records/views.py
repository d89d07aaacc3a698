"""The page that lists the demonstration's sign-ins; it does not exist outside the demonstration."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from accounts.access import public
from records.demonstration.people import PASSWORD, PEOPLE, WALK

pages = Blueprint("records", __name__, template_folder="templates")


@pages.get("/demonstration")
@public
def demonstration() -> ResponseReturnValue:
    if not current_app.extensions["settings"].demonstration:
        abort(404)
    groups = [(name, list(people)) for name, people in groupby(PEOPLE, lambda p: p.organisation)]
    return render_template(
        "records/demonstration.html", groups=groups, password=PASSWORD, walk=WALK
    )
