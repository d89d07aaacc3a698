"""The evaluation workbook to take away: at once where it is small, else made by a job."""

from __future__ import annotations

from flask import current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from scoring import queries
from scoring.evaluation_file import is_made_at_once, workbook_of
from scoring.queries.ranked import must_be_shown_ranking
from scoring.views.blueprint import pages
from scoring.views.downloads import sent

NAME = "evaluation.xlsx"
# The page of a later station on which a big one is asked for, known by name only.
MADE_ELSEWHERE = "records.evaluation_workbooks"


@pages.get("/tenders/<token:tender>/evaluation.xlsx")
@requires(Permission.MARK_READ)
def evaluation_workbook(tender: str) -> ResponseReturnValue:
    """Send the workbook to who sees all bids and all marks; lead on where it is too big to wait."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_READ)
    must_be_shown_ranking(viewer, found)
    if MADE_ELSEWHERE in current_app.view_functions and not is_made_at_once(found):
        return redirect(url_for(MADE_ELSEWHERE, tender=tender))
    return sent(b"".join(workbook_of(found, viewer, clock.arrived_at())), NAME)
