"""Companies of the demonstration that the draft will invite when it is published."""

from __future__ import annotations

from accounts.queries import Viewer
from tenders import service as tenders
from tenders.invited import addresses_invited
from tenders.models import Tender
from tenders.rules.inviting import read_rows
from tenders.rules.lifecycle import Stage

COMPANIES = """\
sales@larkmead.example, Larkmead Sensing Ltd
tenders@brightwater.example, Brightwater Urban Analytics Ltd
hello@pedalcount.example, Pedalcount
"""


def invite_companies(tender: Tender, *, officer: Viewer) -> None:
    """Put three companies on the list of a draft, unless somebody is on it."""
    if tender.stage is Stage.DRAFT and not addresses_invited(tender):
        looked_at = tenders.fingerprint(read_rows(COMPANIES, invited=set()))
        tenders.invite_suppliers(tender, COMPANIES, looked_at=looked_at, by=officer)
