"""The evaluation as pictures, each with a table behind it."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from scoring.queries import opened_tender
from scoring.queries.pictures import SHOWN, Drawn, drawn_of
from scoring.queries.ranked import must_be_shown_ranking, safety
from scoring.rules.drawing import Drawing
from scoring.rules.drawn_bids import heat_map, safety_picture, score_bars
from scoring.rules.drawn_models import curve_picture
from scoring.rules.drawn_spread import apart_picture, spread_picture
from scoring.rules.tried_curves import curve_of
from scoring.views.blueprint import pages


@pages.get("/tenders/<token:tender>/pictures")
@requires(Permission.MARK_READ)
def pictures(tender: str) -> ResponseReturnValue:
    """For whoever may see the order of bids, and only then."""
    viewer = signed_in_user()
    found = opened_tender(viewer, tender, to=Permission.MARK_READ)
    must_be_shown_ranking(viewer, found)
    drawn = drawn_of(found)
    chosen = _chosen(drawn)
    return render_template(
        "scoring/pictures.html",
        tender=found,
        drawn=drawn,
        most=SHOWN,
        chosen=chosen,
        scores=_scores(drawn),
        apart=apart_picture(drawn.apart()) if drawn.apart() else None,
        spread=_spread(drawn, chosen),
        price_curve=curve_picture(curve_of(drawn.ranking.method, drawn.shown), tried=False),
        safe=safety_picture(safety(drawn.ranking), drawn.ranking.names),
    )


def _chosen(drawn: Drawn) -> str:
    """Return the question whose marks are shown: as asked for, or where people disagreed most."""
    wanted = request.args.get("question", "")
    return wanted if wanted in {one.id for one in drawn.marked} else drawn.widest()


def _scores(drawn: Drawn) -> list[Drawing]:
    """Return the pictures of what is agreed; none where no bid is marked."""
    if not any(drawn.agreed.values()):
        return []
    questions = [(one.id, one.question.title) for one in drawn.marked]
    bids = [(one.bid.name, drawn.agreed.get(one.key, {})) for one in drawn.shown]
    grid = heat_map(questions, bids)
    scored = [one for one in drawn.scored() if one.sections]
    return [score_bars(drawn.ranking.questionnaire, scored), grid] if scored else [grid]


def _spread(drawn: Drawn, chosen: str) -> Drawing | None:
    if not drawn.given.get(chosen):
        return None
    title = next(one.question.title for one in drawn.marked if one.id == chosen)
    rows = [one for one in drawn.spread_on(chosen) if one.marks]
    return spread_picture("marks-on-question", f"Marks for {chosen} {title}", "bid", rows)
