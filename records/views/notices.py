"""What every visitor may ask of the service itself: privacy, and how usable its pages are."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from accounts.access import public
from accounts.queries import IDLE_LIMIT
from accounts.service.browsers import KNOWN_FOR
from accounts.service.sign_ins import KEPT_AFTERWARDS
from accounts.service.signing_in import SESSION_LIMIT
from records.rules.retention import YEARS
from records.views.blueprint import pages

HOUR = timedelta(hours=1)


@pages.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Say what is kept of people; the times are those by which the service itself goes."""
    return render_template(
        "records/privacy.html",
        settings=current_app.extensions["settings"],
        idle_hours=IDLE_LIMIT // HOUR,
        limit_hours=SESSION_LIMIT // HOUR,
        guesses_days=KEPT_AFTERWARDS.days,
        browser_days=KNOWN_FOR.days,
        years=YEARS,
    )


@pages.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    return render_template(
        "records/accessibility.html", settings=current_app.extensions["settings"]
    )
