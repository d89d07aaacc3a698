"""The schedule that counts under a contract, as it was approved: for the council and its supplier.

The same page for both, one clause to an address: the whole is as long as a book on a phone.
"""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.printed_pieces import Printed
from contract_clauses.queries.contracts import ContractSeen, contract_seen, my_contract
from contract_clauses.queries.issuing import approval_of
from contract_clauses.queries.obligations import ObligationSeen
from contract_clauses.views.base import pages
from contract_clauses.views.preview import Addresses, printed_part

ADDRESS = "/contracts/<token:contract>/schedule"
MINE = "/my-contracts/<token:contract>/schedule"
COMMITMENTS = "commitments"


@pages.get(ADDRESS, defaults={"part": ""})
@pages.get(ADDRESS + "/<string:part>")
@requires(Permission.CONTRACT_READ)
def contract_schedule(contract: str, part: str) -> ResponseReturnValue:
    """The schedule that counts, as it was approved; never as the draft stands now."""
    seen = contract_seen(signed_in_user(), contract)
    return _page(seen, part, "contract_clauses.contract_schedule")


@pages.get(MINE, defaults={"part": ""})
@pages.get(MINE + "/<string:part>")
@requires(Permission.BID_READ)
def my_schedule(contract: str, part: str) -> ResponseReturnValue:
    """The same for the supplier, to the word."""
    seen = my_contract(signed_in_user(), contract)
    return _page(seen, part, "contract_clauses.my_schedule")


def _page(seen: ContractSeen, part: str, endpoint: str) -> str:
    viewer, where = signed_in_user(), Addresses(endpoint, part, {"contract": seen.token})
    printed = None
    if seen.schedule is not None and seen.issue is not None:
        printed = printed_part(seen.schedule, where, approved=approval_of(seen.issue))
    return render_template(
        "contract_clauses/contract_schedule.html",
        seen=seen,
        endpoint=endpoint,
        printed=printed,
        # The front names no sub-clause, so nothing is read for it.
        by_place=_by_place(seen) if printed and not printed.is_front else {},
        address_of=where.page,
        place_of=where.place,
        may_download=seen.is_supplier
        or viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=seen.tender.id),
        may_read_draft=viewer.may(Permission.SCHEDULE_READ, tender_id=seen.tender.id),
        promises=_promises(printed),
    )


def _by_place(seen: ContractSeen) -> dict[str, list[ObligationSeen]]:
    """Return the obligations that stand in each sub-clause, by its number."""
    found: dict[str, list[ObligationSeen]] = {}
    for one in seen.obligations:
        if not one.is_ended:
            found.setdefault(one.place, []).append(one)
    return found


def _promises(printed: Printed | None) -> list[str]:
    """Return the places of the rows of the annex of commitments, where it is shown."""
    if printed is None:
        return []
    return [
        f"Annex {one.annex.number}, row {number}"
        for one in printed.annexes
        if one.annex.id == COMMITMENTS
        for number in range(1, len(one.annex.rows) + 1)
    ]
