"""What somebody sends is read field by field: no form can set what it does not have.

Read from the code; forms are sent in tests/pages/records/test_forms_take_their_fields.py.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "foundation accounts question_bank tenders supplier_portal scoring contract_clauses records"
)
SENT = ("form", "values", "json", "data")
# Where one field after another is put into a record. The names come from a dataclass of the service
# or from another record, never from what was sent.
PUT_BY_NAME = {
    "foundation/delivery.py": "moments of a message, named in the code",
    "records/demonstration/past.py": "the clock of the demonstration",
    "scoring/workbook/sheets.py": "the parts of a cell's look, named in the code",
    "scoring/service/standings.py": "columns of a standing that was worked out",
    "tenders/service/bidding.py": "the fields of Bidding",
    "tenders/service/drafts.py": "the fields of Details",
    "tenders/service/lots.py": "the fields of Division, and of another lot",
    "tenders/service/risks.py": "the fields of Risk",
}
# Where everything sent is gone through, to keep it for its sender: nothing is set by it.
KEPT_WHOLE = {
    "foundation/kept_typing.py",
    "foundation/pages.py",
    "scoring/views/typed.py",
    "supplier_portal/views/typed.py",
}


def modules():
    for name in PACKAGES.split():
        for path in sorted((ROOT / name).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if any(word in text for word in ("request.", "setattr(", "populate_obj")):
                yield str(path.relative_to(ROOT)), ast.parse(text)


def is_sent(node):
    return (
        isinstance(node, ast.Attribute)
        and node.attr in SENT
        and isinstance(node.value, ast.Name)
        and node.value.id == "request"
    )


def test_records_are_not_set_by_names_that_come_from_outside():
    by_name = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "setattr")
            or (isinstance(node.func, ast.Attribute) and node.func.attr == "populate_obj")
        )
    }

    assert by_name == set(PUT_BY_NAME)


def test_what_was_sent_is_not_spread_into_a_call_nor_gone_through_whole():
    spread, whole = [], set()
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                spread += [name for one in node.keywords if one.arg is None and mentions(one.value)]
            if isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                spread += [name for key, value in pairs if key is None and mentions(value)]
            if isinstance(node, ast.Attribute) and is_sent(node.value):
                whole |= {name} if node.attr in ("items", "keys", "to_dict", "values") else set()
            if isinstance(node, ast.For | ast.comprehension) and is_sent(node.iter):
                whole.add(name)

    assert spread == []
    assert whole == KEPT_WHOLE


def mentions(node):
    return any(is_sent(one) for one in ast.walk(node))
