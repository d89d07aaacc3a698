"""What each permission lets somebody do, in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from accounts.rules.people import IN_WORDS, RoleInWords, roles_of_kind
from accounts.rules.roles import PERMISSIONS, OrganisationKind, Permission, Role

# Each begins with a verb in small letters: "open bids, together with a second officer".
MAY: Mapping[Permission, str] = MappingProxyType(
    {
        Permission.ACCOUNT_USE: "sign in and look after your account",
        Permission.ANSWERS_SHARE: "let another authority read what the company answered",
        Permission.ANSWER_WRITE: "answer questions of a bid and enter prices",
        Permission.ASSURANCE_SHARE: "decide whether other authorities see how suppliers stand",
        Permission.AUDIT_READ: "read the record of who did what",
        Permission.AWARD_APPROVE: "agree to an award as the second person, and read letters",
        Permission.BANK_DECIDE: "decide on proposals for the question bank",
        Permission.BANK_EDIT: "write own questions and packs, and choose the edition",
        Permission.BANK_PROPOSE: "propose other words for a question",
        Permission.BANK_READ: "read the question bank and proposals for it",
        Permission.BID_BRING: "bring in bids received on another portal",
        Permission.BID_CERTIFY: "sign a bid off for the company, or decline",
        Permission.BID_OPEN: "open bids after closing, together with a second officer",
        Permission.BID_QUESTION: "ask a bidder about its bid",
        Permission.BID_READ: "read the company’s bids, contracts and library",
        Permission.BID_SUBMIT: "submit a bid, replace it and withdraw it",
        Permission.CLARIFICATION_ANSWER: "answer the questions companies ask",
        Permission.CLARIFICATION_ASK: "ask the council a question about a tender",
        Permission.CLAUSE_APPROVE: "approve clauses, and own clauses that somebody else wrote",
        Permission.CLAUSE_KEEP: "write own clauses",
        Permission.COMPLIANCE_DECIDE: "decide on requirements, exclusions, late bids, low prices",
        Permission.CONTRACT_KEEP: "record contracts and decide on what is shown under them",
        Permission.CONTRACT_READ: "read contracts and their obligations",
        Permission.DOCUMENT_DOWNLOAD: "download documents and workbooks after opening",
        Permission.EVIDENCE_WRITE: "add files to bids and to the company’s library",
        Permission.INTEREST_DECIDE: "decide who is kept away from a bid",
        Permission.MARK_AGREE: "sign the marks a panel agrees",
        Permission.MARK_ALLOCATE: "say who marks what",
        Permission.MARK_READ: "read bids and marks after opening",
        Permission.MARK_WRITE: "mark answers",
        Permission.OBLIGATION_SHOW: "show evidence for obligations of the company’s contracts",
        Permission.RECORD_DECIDE: "decide what is withheld and when contents are destroyed",
        Permission.RECORD_READ: "read and download the record of a tender",
        Permission.REGISTER_KEEP: "keep the risk register up to date after award",
        Permission.RESULT_RELEASE: "recommend, release results and award",
        Permission.RISK_ACCEPT: "accept a risk for the authority",
        Permission.RISK_DECIDE: "accept, edit or drop proposed risks",
        Permission.RISK_READ: "read risks after opening",
        Permission.SCALE_SET: "set the authority’s scale of risks",
        Permission.SCHEDULE_EDIT: "edit the clauses of a contract schedule",
        Permission.SCHEDULE_ISSUE: "approve a schedule for issue",
        Permission.SCHEDULE_READ: "read contract schedules after opening",
        Permission.TEAM_MANAGE: "invite colleagues, give roles and take people out",
        Permission.TEAM_READ: "see who belongs to the organisation",
        Permission.TEMPLATE_SET: "choose the Word template of schedules",
        Permission.TENDER_AMEND: "amend a published tender",
        Permission.TENDER_APPROVE: "agree as the second person to publish or amend",
        Permission.TENDER_BROWSE: "see the tenders open to the company",
        Permission.TENDER_CREATE: "create tenders and take part in others’",
        Permission.TENDER_EDIT: "design tenders",
        Permission.TENDER_PUBLISH: "ask to publish, and invite companies",
        Permission.TENDER_READ: "see the authority’s tenders, without any bid before opening",
    }
)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table of permissions: which of the roles may do it, in their order."""

    permission: Permission
    may: str
    held: tuple[bool, ...]


def table_of(kind: OrganisationKind) -> tuple[tuple[RoleInWords, ...], tuple[TableRow, ...]]:
    """Return the roles of such organisations and what each may do, as the pages enforce it.

    A permission that none of the roles holds has no row.
    """
    roles = roles_of_kind(kind)
    rows = (
        TableRow(one, words, tuple(one in PERMISSIONS[role] for role in roles))
        for one, words in MAY.items()
    )
    return tuple(IN_WORDS[role] for role in roles), tuple(row for row in rows if any(row.held))


def allowed_in_words(roles: Iterable[Role]) -> list[str]:
    """Return what the roles together allow, in the order of the table."""
    held = frozenset[Permission]().union(*(PERMISSIONS[role] for role in roles))
    return [words for permission, words in MAY.items() if permission in held]
