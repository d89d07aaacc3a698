"""The export of an authority holds a negotiated schedule as it came back, and who decided what."""

from __future__ import annotations

import hashlib
import json

import pytest

from contract_clauses.queries.negotiated import kept_of, versions_of
from contract_clauses.rules.negotiated_kept import read_plain
from foundation import clock
from records.exporting import exported
from tests import contracting
from tests.documents.contract_clauses.coming_back import Edited
from tests.pages.contract_clauses.conftest import (  # noqa: F401
    authority,
    evaluator,
    make_bid,
    officer,
    opened,
)
from tests.pages.contract_clauses.test_negotiated import (  # noqa: F401
    bid,
    decide,
    facts,
    issued,
    reviewer,
    send,
    tender,
    version_of,
)

ALL = {"all_the_same": "all-the-same"}
pytestmark = pytest.mark.slow


def test_what_came_back_is_opened_as_it_was_read_with_each_decision_on_it(
    client_for, bid, issued, officer, authority  # noqa: F811
):  # fmt: skip
    edited = Edited(issued)
    edited.say("SA_C13_1", "4 hours", "36 hours")
    data, client = edited.saved(), client_for(officer)
    version = version_of(send(client, bid, data, name="agreed.docx", remark="From their lawyers"))
    found = contracting.read(bid, officer)
    read = kept_of(found, versions_of(found)[0].row)
    decide(client, bid, version, "C13", "refuse", reason="Twenty-four hours at the most")
    decide(client, bid, version, "C13", "accept", reason="Agreed on Monday", based_on="1", **ALL)

    made = json.loads(b"".join(exported(authority, clock.now())))["tables"]

    (row,) = made["negotiated_schedule"]
    assert (row["token"], row["bid"], row["number"]) == (version, bid.token, 1)
    assert (row["sha256"], row["size"]) == (hashlib.sha256(data).hexdigest(), len(data))
    assert row["about"] == {
        "name": "agreed.docx", "remark": "From their lawyers", "caution": "",
        "compared_with": "version 1 as issued",
    }  # fmt: skip
    assert read_plain(row["content"]) == read
    lines = [block["text"] for block in row["content"]["blocks"] if block["kind"] == "line"]
    assert [line for line in lines if "36 hours" in line] != []
    assert {"stored_name", "wrapped_key", "sealed_about", "sealed_read"} & row.keys() == set()
    assert [
        (one["negotiated"], one["clause"], one["number"], one["accepted"], one["reason"],
         one["done_by"])
        for one in made["negotiated_decision"]
    ] == [
        (version, "C13", 1, False, "Twenty-four hours at the most", officer.token),
        (version, "C13", 2, True, "Agreed on Monday", officer.token),
    ]  # fmt: skip
