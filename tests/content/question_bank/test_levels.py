"""A bid that meets a published level is suggested exactly that level, where answers can tell."""

from __future__ import annotations

from typing import Any

import pytest

from tests.content.question_bank import good_bid as good
from tests.content.question_bank.test_red_flags import EXCEPT, NO, judged, record, rows

WITHOUT_27001 = {"SLP-05.c": None, "SLP-05.c2": None}
WITHOUT_CERTIFICATES = {**WITHOUT_27001, "SLP-05.e": None}
BASIC = {"SLP-05.e": {**good.ANSWERS["SLP-05.e"], "scheme": "cyber-essentials"}}
PROMISED = {**WITHOUT_CERTIFICATES, "SLP-05.g": "yes", "SLP-05.g3": ["iso-27001"]}
NOTHING_ENCRYPTED = {f"SLP-08.{row}": {"status": "not-met"} for row in "abcdeghjk"}

LEVELS: list[tuple[str, int, dict[str, Any]]] = [
    ("SLP-01", 5, {}),
    ("SLP-01", 4, {"SLP-01.e2": "none"}),
    ("SLP-01", 3, {"SLP-01.d": None}),
    ("SLP-01", 2, {"SLP-01.c": "unclear"}),
    ("SLP-01", 0, {"SLP-01.c": "no-personal-data"}),
    ("SLP-02", 4, {"SLP-02.b2": "council-consents"}),
    ("SLP-02", 3, {"SLP-02.b2": "silent"}),
    ("SLP-02", 2, {"SLP-02.b2": "supplier-owns"}),
    ("SLP-02", 1, {"SLP-02.c": "council-view-only"}),
    ("SLP-02", 0, {"SLP-02.c": "refused"}),
    ("SLP-03", 4, {"SLP-03.c3": ["contract-only"]}),
    ("SLP-03", 3, {"SLP-03.c": EXCEPT}),
    ("SLP-03", 2, {"SLP-03.b2": "excepted"}),
    ("SLP-03", 1, {"SLP-03.b2": "rights-reserved"}),
    ("SLP-03", 0, {"SLP-03.a": NO}),
    ("SLP-04", 4, {"SLP-04.c2": "self-service-only"}),
    ("SLP-04", 3, {"SLP-04.c": ["csv", "proprietary-documented"]}),
    ("SLP-04", 2, {"SLP-04.c2": "on-request"}),
    ("SLP-04", 1, {"SLP-04.b": NO}),
    ("SLP-04", 0, {"SLP-04.a": NO}),
    ("SLP-05", 4, BASIC),
    ("SLP-05", 3, WITHOUT_27001),
    ("SLP-05", 3, record("SLP-05.c", covers_solution="partly")),
    ("SLP-05", 2, {**WITHOUT_27001, **BASIC}),
    ("SLP-05", 2, {**PROMISED, "SLP-05.g2": "2027-01-15"}),
    ("SLP-05", 1, PROMISED),
    ("SLP-05", 0, {**WITHOUT_CERTIFICATES, "SLP-05.g": NO}),
    ("SLP-05", 5, {**WITHOUT_CERTIFICATES, "SLP-05.f": "An equivalent, for people to judge"}),
    ("SLP-06", 4, {"SLP-06.d": "alternative"}),
    ("SLP-06", 3, {"SLP-06.d": "none"}),
    ("SLP-06", 2, {"SLP-06.c2": "administrators-and-remote"}),
    ("SLP-06", 1, {"SLP-06.c2": "nobody"}),
    ("SLP-06", 0, {"SLP-06.a2": ["none"]}),
    ("SLP-06", 5, {"SLP-06.e": ["no-devices"]}),
    ("SLP-07", 4, {"SLP-07.g": "2025-06-01"}),
    ("SLP-07", 3, {"SLP-07.g": None}),
    ("SLP-07", 2, {"SLP-07.f": "online-replica"}),
    ("SLP-07", 0, {"SLP-07.f": "none"}),
    ("SLP-08", 4, {"SLP-08.i2": "same-people"}),
    ("SLP-08", 3, {"SLP-08.h2": NO, **record("SLP-08.h", status="not-met")}),
    ("SLP-08", 2, {"SLP-08.k2": "unencrypted"}),
    ("SLP-08", 1, record("SLP-08.j", status="not-met")),
    ("SLP-08", 0, NOTHING_ENCRYPTED),
    ("SLP-09", 4, {"SLP-09.a2": ["log"]}),
    ("SLP-09", 3, {"SLP-09.a2": ["none"]}),
    ("SLP-09", 2, {"SLP-09.c": "charged"}),
    ("SLP-09", 1, {"SLP-09.c": "council-arranges"}),
    ("SLP-09", 0, {"SLP-09.b": NO}),
    ("SLP-10", 4, {"SLP-10.a3": "plan-of-our-own"}),
    ("SLP-10", 3, {"SLP-10.b2": "gaps-not-all-dated"}),
    ("SLP-10", 2, {"SLP-10.c": "iso-27001-only"}),
    ("SLP-10", 1, {"SLP-10.c": "none"}),
    ("SLP-11", 4, {"SLP-11.c2": "other-way-for-all"}),
    ("SLP-11", 3, {"SLP-11.a2": "core-only"}),
    ("SLP-11", 2, {"SLP-11.a2": "limited"}),
    ("SLP-11", 1, {"SLP-11.a2": "dashboards-only"}),
    ("SLP-11", 0, {"SLP-11.a2": "none"}),
    ("SLP-12", 4, {"SLP-12.c3": "independent-for-main"}),
    ("SLP-12", 3, {"SLP-12.c3": "partial"}),
    ("SLP-12", 2, {"SLP-12.f2": "incomplete"}),
    ("SLP-12", 1, {"SLP-12.c3": "good-name"}),
    ("SLP-12", 0, {"SLP-12.a": "no"}),
    ("SLP-13", 4, {"SLP-13.g2": "with-notice"}),
    ("SLP-13", 3, {"SLP-13.f3": "some-general"}),
    ("SLP-13", 2, rows("SLP-13.b", retention="indefinite")),
    ("SLP-13", 1, {"SLP-13.f3": "words-only"}),
    ("SLP-13", 0, {"SLP-13.f": None}),
    ("SLP-14", 4, {"SLP-14.f2": "signed-and-logged"}),
    ("SLP-14", 3, rows("SLP-14.a2", faces="disabled-by-setting")),
    ("SLP-14", 2, {"SLP-14.d": "yes", "SLP-14.d2": "encrypted-then-anonymised"}),
    ("SLP-14", 1, {"SLP-14.d": "yes", "SLP-14.d2": "raw-data-kept"}),
    ("SLP-14", 0, {"SLP-14.a": NO}),
]


@pytest.mark.parametrize(("question", "level", "changes"), LEVELS)
def test_the_lowest_ceiling_is_the_level_met(question, level, changes):
    ceilings = [found.ceiling for found in judged(changes).of_question(question)]

    assert min((ceiling for ceiling in ceilings if ceiling is not None), default=5) == level
