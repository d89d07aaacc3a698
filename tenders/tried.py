"""The line of a draft's checklist about trying the scoring model: advice, which stops nothing."""

from __future__ import annotations

from flask import current_app

from tenders.models import Tender

# How far trying the model of a draft is: a function of the tender to a status and whether it is
# done, which a later station registers under this name (app.py).
TRIED = "tried_of_a_draft"
PAGE = "scoring.trying"


def lines(tender: Tender) -> list[tuple[str, str, str, bool]]:
    """Return title, page, status and whether it is done; nothing where it cannot be tried."""
    progress_of = current_app.extensions.get(TRIED)
    if progress_of is None:
        return []
    return [("Try how the model behaves", PAGE, *progress_of(tender))]
