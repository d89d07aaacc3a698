import pytest

from accounts.rules.roles import KIND_OF, PERMISSIONS, OrganisationKind, Permission, Role, allows


@pytest.mark.parametrize("role", Role)
def test_every_role_has_permissions_and_a_kind_of_organisation(role):
    assert PERMISSIONS[role] >= {Permission.ACCOUNT_USE}
    assert KIND_OF[role] in OrganisationKind


def test_suppliers_and_authorities_share_nothing_but_accounts_people_and_the_questions():
    of = {
        kind: set().union(*(PERMISSIONS[role] for role in Role if KIND_OF[role] is kind))
        for kind in OrganisationKind
    }

    shared = of[OrganisationKind.AUTHORITY] & of[OrganisationKind.SUPPLIER]

    assert shared == {
        Permission.ACCOUNT_USE,
        Permission.BANK_PROPOSE,
        Permission.BANK_READ,
        Permission.TEAM_MANAGE,
        Permission.TEAM_READ,
    }


def test_several_roles_allow_what_any_of_them_allows():
    assert allows({Role.AUDITOR, Role.EVALUATOR}, Permission.MARK_WRITE)
    assert not allows({Role.AUDITOR, Role.REVIEWER}, Permission.MARK_WRITE)
    assert not allows(set(), Permission.ACCOUNT_USE)


@pytest.mark.parametrize(
    ("role", "writes"),
    [
        (Role.AUDITOR, set()),
        (Role.SUPPLIER_READER, set()),
        (Role.CERTIFIER, {Permission.BID_CERTIFY, Permission.BID_SUBMIT}),
        (
            Role.CONTRIBUTOR,
            {
                Permission.ANSWER_WRITE,
                Permission.BANK_PROPOSE,
                Permission.CLARIFICATION_ASK,
                Permission.EVIDENCE_WRITE,
                Permission.OBLIGATION_SHOW,
            },
        ),
    ],
)
def test_what_a_role_may_change(role, writes):
    reading = (":read", ":browse", ":use", ":download")

    assert {p for p in PERMISSIONS[role] if not p.endswith(reading)} == writes
