"""The frameworks the bank maps to, and which question answers which control."""

from __future__ import annotations

from io import BytesIO

from flask import Response, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from accounts.access import public
from foundation import clock
from question_bank import loader
from question_bank.queries.shipped import shipped_coverage
from question_bank.rules.crosswalk import FrameworkCoverage, answered_at
from question_bank.rules.frameworks import Family, Framework
from question_bank.rules.search import in_order
from question_bank.views.base import pages

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("/frameworks")
@public
def frameworks() -> ResponseReturnValue:
    bank = loader.shipped_bank()
    by_family = {
        family: [each for each in bank.frameworks.values() if each.family is family]
        for family in Family
    }
    return render_template(
        "question_bank/frameworks.html",
        families={family: found for family, found in by_family.items() if found},
        coverage={found.framework.id: found for found in shipped_coverage()},
    )


@pages.get("/frameworks/<string:framework>")
@public
def framework(framework: str) -> ResponseReturnValue:
    bank = loader.shipped_bank()
    found = bank.frameworks.get(framework)
    if found is None:
        abort(404)
    return render_template(
        "question_bank/framework.html",
        framework=found,
        successor=bank.frameworks.get(found.successor),
        earlier=_earlier(found),
        coverage=_coverage_of(found),
        questions=bank.questions,
        parts=bank.parts,
        places=answered_at(found, in_order(bank.questions.values()), bank.frameworks),
    )


def _earlier(framework: Framework) -> Framework | None:
    """Return the version that this one followed, if it is described too."""
    known = loader.shipped_bank().frameworks.values()
    return next((other for other in known if other.successor == framework.id), None)


def _coverage_of(framework: Framework) -> FrameworkCoverage | None:
    return next((each for each in shipped_coverage() if each.framework == framework), None)


@pages.get("/crosswalk.xlsx")
@public
def crosswalk() -> Response:
    from question_bank.workbook import crosswalk_workbook  # with the library for Excel

    bank = loader.shipped_bank()
    return send_file(
        BytesIO(crosswalk_workbook(bank, shipped_coverage(), made_at=clock.arrived_at())),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"question-bank-crosswalk-{bank.version}.xlsx",
    )
