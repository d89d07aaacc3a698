"""What speaks JSON does as it is described, whatever is sent: tried by Schemathesis."""

from __future__ import annotations

import json
from collections import Counter
from contextvars import Context

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts import queries as accounts
from accounts import service as account_service
from accounts.rules.roles import Role
from accounts.views import cookie_name
from foundation import clock
from supplier_portal import service
from tests import proving
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of
from tests.json_described import description, speaks_json

EXAMPLES = proving.size("examples", 2)
CHECKS = (
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
DECLARED = {"declared_by": "Mara Voss", "knows_missing": True}


@pytest.fixture
def people(app):
    """A tender with a bid that was handed in; who asks → the cookie of the sign-in."""
    officer, lead = make_person(Role.OFFICER), make_person(Role.BID_LEAD, make_supplier())
    tender = make_open_tender(officer)
    bid = service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    service.submit_bid(bid, by=viewer_of(lead), arrived_at=clock.now(), **DECLARED)
    cookies = {
        name: account_service.start_session(one, accounts.organisations_of(one)[0])
        for name, one in (("officer", officer), ("lead", lead))
    }
    known = {
        "tender": [tender.token], "bid": [bid.token], "number": [1],
        "authority": [tender.authority.token], "page": ["questions/SLP-07", "profile"],
    }  # fmt: skip
    return cookies | {"public": ""}, known


@pytest.mark.sqlite
def test_what_speaks_json_answers_as_described_whatever_is_asked(app, people):
    cookies, known = people
    described = json.dumps(description(app, known)).encode()
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)

    def served(environ, start_response):
        if environ["PATH_INFO"] == "/openapi.json":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [described]
        return Context().run(app, environ, start_response)

    schema = schemathesis.openapi.from_wsgi("/openapi.json", served)
    came: Counter[str] = Counter()

    for found in schema.get_all_operations():
        operation = found.ok()
        for cookie in cookies.values():

            @seed(proving.seed(5))
            @settings(
                max_examples=EXAMPLES,
                phases=(Phase.generate,),
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(), cookie=st.just(cookie), there=st.integers(-2, 2))
            def ask(case, cookie, there):
                if there >= 0:
                    # What is drawn freely is seldom there.
                    case.path_parameters |= {
                        name: known[name][there % len(known[name])]
                        for name in case.path_parameters.keys() & known.keys()
                    }
                answer = case.call(cookies={cookie_name(): cookie} if cookie else {})
                came["requests"] += 1
                came["signed_in"] += bool(cookie) and answer.status_code != 401
                came["as_asked"] += answer.status_code == 200
                came["in_json"] += answer.headers.get("content-type", [""])[0] == "application/json"
                # That the service is not ready is no fault of the answer that says so.
                may_fail = case.operation.label.endswith("/health/ready")
                checks = CHECKS if may_fail else (*CHECKS, not_a_server_error)
                case.validate_response(answer, checks=list(checks))

            ask()

    described_here = sum(speaks_json(rule) for rule in app.url_map.iter_rules())
    proving.tell(
        requests=came["requests"],
        of_somebody_signed_in=came["signed_in"],
        answered_as_asked=came["as_asked"],
        answered_in_json=came["in_json"],
        faults=0,
    )
    assert len(json.loads(described)["paths"]) == described_here
    assert described_here >= 20
    # Much of what is asked for does not exist, or is not theirs; some is answered as asked.
    assert came["signed_in"] > came["requests"] / 2
    assert came["as_asked"] > came["requests"] / 20
    assert came["in_json"] >= 5
