"""An authority's own packs and questions, taken out as a file and brought in."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from accounts.access import requires
from accounts.rules.roles import Permission
from question_bank.views.base import pages


@pages.get("/own/share")
@requires(Permission.BANK_EDIT)
def share() -> ResponseReturnValue:
    return ""


@pages.get("/own/bring-in")
@requires(Permission.BANK_EDIT)
def bring_in() -> ResponseReturnValue:
    return ""
