"""Roles in plain words: what each is called, and what it lets somebody do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from accounts.rules.roles import KIND_OF, OrganisationKind, Role


@dataclass(frozen=True, slots=True)
class RoleInWords:
    name: str
    # Begins with a verb: "Contributor: answers the questions…".
    allows: str


IN_WORDS: Mapping[Role, RoleInWords] = MappingProxyType(
    {
        Role.BID_LEAD: RoleInWords(
            "Bid lead",
            "answers questions, shares out the work, looks after the team, submits the bid and "
            "withdraws it",
        ),
        Role.CONTRIBUTOR: RoleInWords(
            "Contributor",
            "answers questions, adds evidence and asks the council questions, but cannot submit",
        ),
        Role.CERTIFIER: RoleInWords(
            "Certifier",
            "signs the bid off or declines with a reason, and may submit it, but changes no answer",
        ),
        Role.SUPPLIER_READER: RoleInWords(
            "Reader", "reads the whole bid and comments on it inside the company, changes nothing"
        ),
        Role.OFFICER: RoleInWords(
            "Officer", "designs and runs tenders, opens bids and decides about risks"
        ),
        Role.EVALUATOR: RoleInWords("Evaluator", "marks answers after the bids are opened"),
        Role.MODERATOR: RoleInWords("Moderator", "leads the evaluators to one agreed mark"),
        Role.REVIEWER: RoleInWords("Reviewer", "decides about risks and edits the schedule"),
        Role.CONTRACT_MANAGER: RoleInWords("Contract manager", "follows the contract after award"),
        Role.AUDITOR: RoleInWords("Auditor", "reads everything after opening, changes nothing"),
        Role.ADMINISTRATOR: RoleInWords("Administrator", "looks after people, and sees no bid"),
        Role.STEWARD: RoleInWords("Steward", "decides on changes to the question bank"),
    }
)


# Who looks after the people of an organisation; one of them must always be left.
LOOKS_AFTER_PEOPLE: Mapping[OrganisationKind, Role] = MappingProxyType(
    {
        OrganisationKind.SUPPLIER: Role.BID_LEAD,
        OrganisationKind.AUTHORITY: Role.ADMINISTRATOR,
    }
)

# What somebody holds for all organisations is given by those who run the service, by a command.
GIVEN_BY_THE_SERVICE = frozenset({Role.STEWARD})


def roles_to_give(kind: OrganisationKind) -> list[Role]:
    """Return the roles that people of such an organisation give each other."""
    return [role for role in roles_of_kind(kind) if role not in GIVEN_BY_THE_SERVICE]


def roles_of_kind(kind: OrganisationKind) -> list[Role]:
    """Return the roles people of such an organisation can hold, in the order of the table."""
    return [role for role in Role if KIND_OF[role] is kind]


def role_name(role: Role) -> str:
    return IN_WORDS[role].name
