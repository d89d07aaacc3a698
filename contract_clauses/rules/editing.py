"""Working on a schedule clause by clause: what can be done to one, and what becomes of it."""

from __future__ import annotations

from enum import StrEnum


class ClauseStep(StrEnum):
    """Something done about one clause of one schedule. Only added; the last of a kind counts."""

    COMMENT = "comment"
    # A comment that needs nothing more.
    SETTLED = "settled"
    ASSIGNED = "assigned"
    # A reviewer found the words right as they then stood.
    APPROVED = "approved"
    SENT_BACK = "sent back"


class DeviationOutcome(StrEnum):
    """What is decided where a bid falls short of a minimum position."""

    # The minimum stands, as the clause prints it; the supplier has to meet it.
    MINIMUM = "minimum"
    # The bid's own figure is accepted, and printed.
    ACCEPTED = "accepted"
    # To be talked about with the bidder: only where the published procedure allows it.
    NEGOTIATE = "negotiate"
    # Put to whoever decides whether the bid complies.
    COMPLIANCE = "compliance"
    # Nothing is decided any more.
    OPEN = "open"


class OwnClauseStatus(StrEnum):
    """Whether a clause of an authority's own goes into its new tenders."""

    DRAFT = "draft"
    # Whoever wrote it finds it ready; a reviewer who did not write it has to agree.
    ASKED = "to be agreed"
    READY = "ready"
    RETIRED = "retired"
