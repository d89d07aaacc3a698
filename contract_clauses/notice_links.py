"""Where the draft of a notice stands to which words of a contract belong: app.py plugs it in."""

from __future__ import annotations

from flask import current_app

from accounts.queries import Viewer
from tenders.models import Tender

# A function of the viewer, the tender and the kind of notice to the address of its draft; empty
# where he may not read drafts of notices of the tender, or none is offered of that kind.
DRAFTS = "drafts_of_notices"


def address_of_draft(viewer: Viewer, tender: Tender, kind: str) -> str:
    found: str = current_app.extensions[DRAFTS](viewer, tender, kind)
    return found
