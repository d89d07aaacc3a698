"""Which role may do what. This table is the whole policy; pages only name a permission."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class OrganisationKind(StrEnum):
    AUTHORITY = "authority"
    SUPPLIER = "supplier"


class Role(StrEnum):
    # People of a supplier.
    BID_LEAD = "bid-lead"
    CONTRIBUTOR = "contributor"
    CERTIFIER = "certifier"
    SUPPLIER_READER = "supplier-reader"
    # People of an authority.
    OFFICER = "officer"
    EVALUATOR = "evaluator"
    MODERATOR = "moderator"
    REVIEWER = "reviewer"
    CONTRACT_MANAGER = "contract-manager"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    # Looks after the question bank that all authorities share.
    STEWARD = "steward"


class Permission(StrEnum):
    """Named ``<thing>:<action>``; kept in alphabetical order."""

    ACCOUNT_USE = "account:use"
    ANSWERS_SHARE = "answers:share"
    ANSWER_WRITE = "answer:write"
    ASSURANCE_SHARE = "assurance:share"
    AUDIT_READ = "audit:read"
    AWARD_APPROVE = "award:approve"
    BANK_DECIDE = "bank:decide"
    BANK_EDIT = "bank:edit"
    BANK_PROPOSE = "bank:propose"
    BANK_READ = "bank:read"
    BID_BRING = "bid:bring"
    BID_CERTIFY = "bid:certify"
    BID_OPEN = "bid:open"
    BID_QUESTION = "bid:question"
    BID_READ = "bid:read"
    BID_SUBMIT = "bid:submit"
    CLARIFICATION_ANSWER = "clarification:answer"
    CLARIFICATION_ASK = "clarification:ask"
    CLAUSE_APPROVE = "clause:approve"
    CLAUSE_KEEP = "clause:keep"
    COMPLIANCE_DECIDE = "compliance:decide"
    CONTRACT_KEEP = "contract:keep"
    CONTRACT_READ = "contract:read"
    DOCUMENT_DOWNLOAD = "document:download"
    EVIDENCE_WRITE = "evidence:write"
    INTEREST_DECIDE = "interest:decide"
    MARK_AGREE = "mark:agree"
    MARK_ALLOCATE = "mark:allocate"
    MARK_READ = "mark:read"
    MARK_WRITE = "mark:write"
    OBLIGATION_SHOW = "obligation:show"
    RECORD_DECIDE = "record:decide"
    RECORD_READ = "record:read"
    REGISTER_KEEP = "register:keep"
    RESULT_RELEASE = "result:release"
    RISK_ACCEPT = "risk:accept"
    RISK_DECIDE = "risk:decide"
    RISK_READ = "risk:read"
    SCALE_SET = "scale:set"
    SCHEDULE_EDIT = "schedule:edit"
    SCHEDULE_ISSUE = "schedule:issue"
    SCHEDULE_READ = "schedule:read"
    TEAM_MANAGE = "team:manage"
    TEAM_READ = "team:read"
    TEMPLATE_SET = "template:set"
    TENDER_AMEND = "tender:amend"
    TENDER_APPROVE = "tender:approve"
    TENDER_BROWSE = "tender:browse"
    TENDER_CREATE = "tender:create"
    TENDER_EDIT = "tender:edit"
    TENDER_PUBLISH = "tender:publish"
    TENDER_READ = "tender:read"


KIND_OF: Mapping[Role, OrganisationKind] = MappingProxyType(
    {
        role: (
            OrganisationKind.SUPPLIER
            if role in {Role.BID_LEAD, Role.CONTRIBUTOR, Role.CERTIFIER, Role.SUPPLIER_READER}
            else OrganisationKind.AUTHORITY
        )
        for role in Role
    }
)

EVERYONE = frozenset({Permission.ACCOUNT_USE, Permission.BANK_READ})

# Those who work with the questions may propose to change them.
WORKS_WITH_QUESTIONS = frozenset({Permission.BANK_PROPOSE})

# Reading one's own bid, who else works for the company, and the tenders open to all suppliers.
SUPPLIER = EVERYONE | {Permission.BID_READ, Permission.TEAM_READ, Permission.TENDER_BROWSE}

# Which bids are inside is the queries' business: before opening, none.
AUTHORITY = EVERYONE | {Permission.TENDER_READ}

AFTER_OPENING = frozenset(
    {
        Permission.CONTRACT_READ,
        Permission.DOCUMENT_DOWNLOAD,
        Permission.MARK_READ,
        Permission.RISK_READ,
        Permission.SCHEDULE_READ,
    }
)

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.BID_LEAD: SUPPLIER
        | WORKS_WITH_QUESTIONS
        | {
            Permission.ANSWERS_SHARE,
            Permission.ANSWER_WRITE,
            Permission.BID_SUBMIT,
            Permission.CLARIFICATION_ASK,
            Permission.EVIDENCE_WRITE,
            Permission.OBLIGATION_SHOW,
            Permission.TEAM_MANAGE,
        },
        Role.CONTRIBUTOR: SUPPLIER
        | WORKS_WITH_QUESTIONS
        | {
            Permission.ANSWER_WRITE,
            Permission.CLARIFICATION_ASK,
            Permission.EVIDENCE_WRITE,
            Permission.OBLIGATION_SHOW,
        },
        Role.CERTIFIER: SUPPLIER | {Permission.BID_CERTIFY, Permission.BID_SUBMIT},
        Role.SUPPLIER_READER: SUPPLIER,
        Role.OFFICER: AUTHORITY
        | AFTER_OPENING
        | WORKS_WITH_QUESTIONS
        | {
            Permission.AWARD_APPROVE,
            Permission.BANK_EDIT,
            Permission.BID_BRING,
            Permission.BID_OPEN,
            Permission.BID_QUESTION,
            Permission.CLARIFICATION_ANSWER,
            Permission.CLAUSE_KEEP,
            Permission.COMPLIANCE_DECIDE,
            Permission.CONTRACT_KEEP,
            Permission.INTEREST_DECIDE,
            Permission.MARK_AGREE,
            Permission.MARK_ALLOCATE,
            Permission.MARK_WRITE,
            Permission.RECORD_DECIDE,
            Permission.RECORD_READ,
            Permission.REGISTER_KEEP,
            Permission.RESULT_RELEASE,
            Permission.RISK_ACCEPT,
            Permission.RISK_DECIDE,
            Permission.SCHEDULE_EDIT,
            Permission.TENDER_AMEND,
            Permission.TENDER_APPROVE,
            Permission.TENDER_CREATE,
            Permission.TENDER_EDIT,
            Permission.TENDER_PUBLISH,
        },
        Role.EVALUATOR: AUTHORITY
        | WORKS_WITH_QUESTIONS
        | {Permission.MARK_READ, Permission.MARK_WRITE},
        Role.MODERATOR: AUTHORITY
        | WORKS_WITH_QUESTIONS
        | {
            Permission.INTEREST_DECIDE,
            Permission.MARK_AGREE,
            Permission.MARK_ALLOCATE,
            Permission.MARK_READ,
            Permission.RISK_READ,
        },
        Role.REVIEWER: AUTHORITY
        | AFTER_OPENING
        | WORKS_WITH_QUESTIONS
        | {
            Permission.AWARD_APPROVE,
            Permission.CLAUSE_APPROVE,
            Permission.CLAUSE_KEEP,
            Permission.REGISTER_KEEP,
            Permission.RISK_ACCEPT,
            Permission.RISK_DECIDE,
            Permission.SCALE_SET,
            Permission.SCHEDULE_EDIT,
            Permission.SCHEDULE_ISSUE,
            Permission.TEMPLATE_SET,
            Permission.TENDER_APPROVE,
        },
        Role.CONTRACT_MANAGER: AUTHORITY
        | {
            Permission.CONTRACT_KEEP,
            Permission.CONTRACT_READ,
            Permission.DOCUMENT_DOWNLOAD,
            Permission.REGISTER_KEEP,
            Permission.RISK_READ,
            Permission.SCHEDULE_READ,
        },
        Role.AUDITOR: AUTHORITY | AFTER_OPENING | {Permission.AUDIT_READ, Permission.RECORD_READ},
        # Looks after people and templates; never sees what a bid says.
        Role.ADMINISTRATOR: AUTHORITY
        | {
            Permission.ASSURANCE_SHARE,
            Permission.SCALE_SET,
            Permission.TEAM_MANAGE,
            Permission.TEAM_READ,
            Permission.TEMPLATE_SET,
        },
        Role.STEWARD: AUTHORITY | WORKS_WITH_QUESTIONS | {Permission.BANK_DECIDE},
    }
)

# What people of an authority that takes part in another's tender may be, for that tender alone.
GUEST_ROLES: tuple[Role, ...] = (
    Role.EVALUATOR,
    Role.MODERATOR,
    Role.REVIEWER,
    Role.CONTRACT_MANAGER,
    Role.AUDITOR,
)
# That two people agree to publish, amend or open is the leading authority's own affair, and so is
# the record it has to keep and hand out.
NOT_FOR_GUESTS = frozenset(
    {
        Permission.AWARD_APPROVE,
        Permission.CLAUSE_APPROVE,
        Permission.CLAUSE_KEEP,
        Permission.RECORD_DECIDE,
        Permission.RECORD_READ,
        Permission.SCHEDULE_ISSUE,
        Permission.TEMPLATE_SET,
        Permission.TENDER_APPROVE,
    }
)


def allows(roles: Role | Iterable[Role], permission: Permission) -> bool:
    """Return whether the role, or any one of the roles, may do it."""
    held = (roles,) if isinstance(roles, Role) else roles
    return any(permission in PERMISSIONS[role] for role in held)


def allows_a_guest(
    everywhere: Iterable[Role], here: Iterable[Role], permission: Permission
) -> bool:
    """Return whether somebody may do it on a tender of another authority that takes his in.

    Only roles held for the very tender count, whatever he is at home; officers may read it.
    """
    held = [role for role in here if role in GUEST_ROLES]
    if permission is Permission.TENDER_READ:
        return bool(held) or Role.OFFICER in everywhere
    return permission not in NOT_FOR_GUESTS and allows(held, permission)
