"""What in the records may connect people with bidders: for the declaration and for the chair."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import select

from accounts.models import Membership, Organisation, Person
from accounts.rules.roles import OrganisationKind
from foundation.database import db
from scoring.models import InterestDeclaration, InterestInBid
from scoring.queries.bidders import Bidder
from scoring.rules.interest_hints import BidderKnown, PersonKnown, hints
from tenders.models import Tender


def hints_for(
    tender: Tender, person_ids: Collection[int], bidders: Iterable[Bidder]
) -> dict[int, dict[int, tuple[str, ...]]]:
    """Return hints by person and id of bid. Four statements, however many there are."""
    listed = list(bidders)
    people = _people(tender, person_ids)
    known = _bidders(listed)
    return {
        person_id: {
            one.bid_id: found
            for one in listed
            if (found := hints(person, known[one.supplier.id, one.bid_id]))
        }
        for person_id, person in people.items()
    }


def _people(tender: Tender, person_ids: Collection[int]) -> dict[int, PersonKnown]:
    words: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(InterestDeclaration.person_id, InterestDeclaration.words, InterestInBid.words)
        .outerjoin(InterestInBid, InterestInBid.declaration_id == InterestDeclaration.id)
        .where(
            InterestDeclaration.tender_id == tender.id,
            InterestDeclaration.person_id.in_([*person_ids]),
        )
    )
    for person_id, said, about in rows:
        words.setdefault(person_id, []).extend((said, about or ""))
    suppliers: dict[int, set[int]] = {}
    for person_id, organisation_id in db.session.execute(
        select(Membership.person_id, Membership.organisation_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.person_id.in_([*person_ids]),
            Organisation.kind == OrganisationKind.SUPPLIER,
        )
    ):
        suppliers.setdefault(person_id, set()).add(organisation_id)
    return {
        row.id: PersonKnown(
            row.email,
            row.name,
            frozenset(suppliers.get(row.id, ())),
            "\n".join(words.get(row.id, ())),
        )
        for row in db.session.execute(
            select(Person.id, Person.email, Person.name).where(Person.id.in_([*person_ids]))
        )
    }


def _bidders(bidders: list[Bidder]) -> dict[tuple[int, int], BidderKnown]:
    emails: dict[int, set[str]] = {}
    for organisation_id, email in db.session.execute(
        select(Membership.organisation_id, Person.email)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id.in_({one.supplier.id for one in bidders}))
    ):
        emails.setdefault(organisation_id, set()).add(email)
    return {
        (one.supplier.id, one.bid_id): BidderKnown(
            one.supplier.id,
            (one.supplier.name, one.supplier.legal_name),
            one.supplier.company_number or "",
            frozenset(emails.get(one.supplier.id, ())),
            one.with_it,
        )
        for one in bidders
    }
