"""Every page says who may open it, and means it."""

from __future__ import annotations

import pytest

from accounts.access import PUBLIC
from accounts.rules.roles import PERMISSIONS, Permission, Role
from app import create_app
from tests.url_values import values_for

# The list of sign-ins exists only in the demonstration: elsewhere it is a 404.
OPEN_TO_EVERYONE = {
    "accounts.ask_passkey",
    "accounts.ask_second_passkey",
    "accounts.back_from_provider",
    "accounts.forgotten_password",
    "accounts.invitation",
    "accounts.join_with",
    "accounts.link_sent",
    "accounts.new_password",
    "accounts.register",
    "accounts.registration",
    "accounts.registration_sent",
    "accounts.sign_in",
    "accounts.sign_in_code",
    "accounts.sign_in_with",
    "accounts.sign_in_with_passkey",
    "accounts.sign_in_with_second_passkey",
    "contract_clauses.compare_libraries",
    "contract_clauses.clause_library",
    "contract_clauses.library_changes",
    "contract_clauses.library_clause",
    "contract_clauses.library_differences",
    "question_bank.browse",
    "question_bank.compare",
    "question_bank.crosswalk",
    "question_bank.differences",
    "question_bank.editions",
    "question_bank.framework",
    "question_bank.frameworks",
    "question_bank.question",
    "question_bank.risk",
    "question_bank.risks",
    "records.accessibility",
    "records.calendar_feed",
    "records.demonstration",
    "records.figures",
    "records.live",
    "records.mail_without_account",
    "records.open_assessments",
    "records.open_assessments_csv",
    "records.open_assessments_json",
    "records.open_authority",
    "records.open_index",
    "records.open_record",
    "records.open_releases",
    "records.open_tender",
    "records.privacy",
    "records.ready",
    "records.security_txt",
    "supplier_portal.verifier",
}


@pytest.fixture(scope="module")
def every_page(tmp_path_factory):
    return list(pages(tmp_path_factory.mktemp("instance")))


def pages(folder):
    app = create_app({"instance_folder": folder})
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule, getattr(app.view_functions[rule.endpoint], "access", None)


def method_of(rule):
    return "GET" if "GET" in rule.methods else "POST"


def url_of(app, rule, values):
    with app.test_request_context():
        return app.url_map.bind("localhost").build(
            rule.endpoint, {name: values[name] for name in rule.arguments}, method=method_of(rule)
        )


def test_every_page_declares_its_access(every_page):
    assert [rule.endpoint for rule, access in every_page if access is None] == []


def test_pages_open_to_everyone_are_the_ones_we_meant(every_page):
    assert {rule.endpoint for rule, access in every_page if access == PUBLIC} == OPEN_TO_EVERYONE


def test_every_page_names_its_records_by_typed_parameters(every_page):
    untyped = [
        rule.rule
        for rule, _access in every_page
        for name in rule.arguments
        if f"<{name}>" in rule.rule
    ]

    assert untyped == []


@pytest.fixture
def guarded(every_page):
    """The pages for some of those signed in, each with what it takes."""
    # Signing out ends the session the other pages need.
    return [
        (rule, access)
        for rule, access in every_page
        if access not in (None, PUBLIC) and rule.endpoint != "accounts.sign_out"
    ]


@pytest.fixture
def surprises(every_page, app, client_for):
    """Return where a role is let in or refused otherwise than the table says."""
    values, clients = values_for(every_page), {}

    def found(asked):
        for role, rule, access in asked:
            client = clients.get(role) or clients.setdefault(role, client_for(role))
            answer = client.open(url_of(app, rule, values), method=method_of(rule))
            if (answer.status_code == 403) is (access in PERMISSIONS[role]):
                yield role, rule.rule, access, answer.status_code

    return lambda asked: list(found(asked))


def test_every_page_lets_somebody_in_who_may_and_refuses_somebody_who_may_not(guarded, surprises):
    """The roles take turns, so that pages of one kind meet different ones."""
    asked = []
    for number, (rule, access) in enumerate(guarded):
        may = [role for role in Role if access in PERMISSIONS[role]]
        may_not = [role for role in Role if role not in may]
        asked += [(roles[number % len(roles)], rule, access) for roles in (may, may_not) if roles]

    assert surprises(asked) == []
    assert {role for role, _, _ in asked} == set(Role)


@pytest.mark.parametrize("role", Role)
def test_each_role_is_let_in_or_refused_by_each_permission_as_the_table_says(
    role, guarded, surprises
):
    of_each = {access: rule for rule, access in guarded}

    assert surprises([(role, rule, access) for access, rule in of_each.items()]) == []


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_each_role_is_let_in_or_refused_by_every_page_as_the_table_says(role, guarded, surprises):
    assert surprises([(role, rule, access) for rule, access in guarded]) == []


def test_a_stranger_is_asked_to_sign_in_everywhere(every_page, app, client):
    values = values_for(every_page)
    let_in = []
    for rule, access in every_page:
        if access in (None, PUBLIC):
            continue
        answer = client.open(url_of(app, rule, values), method=method_of(rule))
        sent_away = answer.status_code == 302 and answer.location.startswith("/sign-in")
        if not (sent_away or answer.status_code == 401):
            let_in.append((rule.rule, answer.status_code))

    assert let_in == []


def test_permissions_are_in_alphabetical_order():
    names = [permission.name for permission in Permission]

    assert names == sorted(names)


@pytest.mark.parametrize(
    "forbidden",
    [
        Permission.BID_OPEN,
        Permission.BID_READ,
        Permission.DOCUMENT_DOWNLOAD,
        Permission.MARK_READ,
        Permission.RISK_READ,
        Permission.SCHEDULE_READ,
    ],
)
def test_an_administrator_never_sees_what_a_bid_says(forbidden):
    assert forbidden not in PERMISSIONS[Role.ADMINISTRATOR]
