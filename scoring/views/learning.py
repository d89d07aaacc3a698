"""What an authority learned of its questions from the tenders it decided; a page and a file."""

from __future__ import annotations

import csv
import io

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import OrganisationKind, Permission
from scoring.queries.learning import learned_by, tenders_counted
from scoring.rules.learning import FEWEST_BIDS, findings
from scoring.views.blueprint import pages

HEADINGS = (
    "Question", "Title", "Tenders", "Bids", "Tenders with two bids or more",
    "Tenders in which it separated bids", "Questions from bidders",
    "Bids with something not applicable", "Bids that could be read",
    "Bids several evaluators marked", "Marks apart on average", "Bids two or more apart",
    "Suggested level away on average", "Bids two or more away",
)  # fmt: skip
# How a spreadsheet begins a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pages.get("/learning")
@requires(Permission.TENDER_READ)
def learning() -> ResponseReturnValue:
    viewer = signed_in_user()
    if viewer.kind is not OrganisationKind.AUTHORITY:
        raise NoResultFound
    found = learned_by(viewer)
    return render_template(
        "scoring/learning.html",
        found=found,
        findings=findings(found),
        tenders=tenders_counted(viewer),
        fewest=FEWEST_BIDS,
    )


@pages.get("/learning.csv")
@requires(Permission.TENDER_READ)
def learning_csv() -> ResponseReturnValue:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for one in learned_by(signed_in_user()):
        title = f"'{one.title}" if one.title.startswith(FORMULA) else one.title
        writer.writerow(
            (
                one.question_id, title, one.tenders, one.bids, one.compared, one.separated,
                one.clarifications, one.not_applicable, one.readable, one.several, one.mean_apart,
                one.far_apart, one.mean_away, one.far_away,
            )
        )  # fmt: skip
    response = Response("\N{BYTE ORDER MARK}" + out.getvalue(), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename="questions-learned.csv")
    return response
