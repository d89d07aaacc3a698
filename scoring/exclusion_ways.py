"""How each step about a party is recorded from its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.queries import Viewer
from scoring import exclusion_forms as forms
from scoring.rules.exclusions import Found, Kind
from scoring.service import exclusions
from supplier_portal.models import Bid


@dataclass(frozen=True)
class Way:
    """How a step is recorded: its form, what it is called, and what records it."""

    title: str
    button: str
    form: type[forms.StepForm]
    save: Callable[[Bid, str, Any, Viewer], None]


def _check(bid: Bid, party: str, form: forms.CheckForm, by: Viewer) -> None:
    check = exclusions.Check(
        done_on=form.done_on.data,
        looked_at=form.looked_at.data or [],
        reference=form.reference.data or "",
        found=Found(form.found.data),
        ground=form.ground.data or "",
        text=form.text.data or "",
    )
    exclusions.record_check(bid, party, check, based_on=form.seen, by=by)


def _notice(bid: Bid, party: str, form: forms.NoticeForm, by: Viewer) -> None:
    exclusions.give_notice(
        bid, party, form.text.data or "", form.due_on.data, based_on=form.seen, by=by
    )


def _reply(bid: Bid, party: str, form: forms.EnterReplyForm, by: Viewer) -> None:
    reply = reply_of(form)
    exclusions.enter_reply_of(bid, party, reply, form.done_on.data, based_on=form.seen, by=by)


def _decide(bid: Bid, party: str, form: forms.DecideForm, by: Viewer) -> None:
    decision, reason = form.decision.data or "", form.text.data or ""
    exclusions.decide_party(bid, party, decision, reason, based_on=form.seen, by=by)


def _replace(bid: Bid, party: str, form: forms.ReplaceForm, by: Viewer) -> None:
    name, reason = form.name.data or "", form.text.data or ""
    exclusions.replace_party(bid, party, name, reason, based_on=form.seen, by=by)


def _notify(bid: Bid, party: str, form: forms.NotifyForm, by: Viewer) -> None:
    sent_on: date = form.done_on.data
    exclusions.note_notified(
        bid, party, sent_on, form.reference.data or "", based_on=form.seen, by=by
    )


def _strike(bid: Bid, party: str, form: forms.StrikeForm, by: Viewer) -> None:
    exclusions.strike_party(bid, party, form.text.data or "", based_on=form.seen, by=by)


# What is the next thing to do comes first.
WAYS: Mapping[Kind, Way] = {
    Kind.NOTIFIED: Way("Note the notification", "Note it", forms.NotifyForm, _notify),
    Kind.DECIDED: Way("Decide", "Save the decision", forms.DecideForm, _decide),
    Kind.NOTICE: Way("Tell the supplier", "Send the notice", forms.NoticeForm, _notice),
    Kind.REPLY: Way("Enter the reply", "Enter the reply", forms.EnterReplyForm, _reply),
    Kind.REPLACED: Way("Agree to a replacement", "Replace", forms.ReplaceForm, _replace),
    Kind.CHECKED: Way("Record a check", "Record the check", forms.CheckForm, _check),
    Kind.STRUCK: Way("Strike out", "Strike out", forms.StrikeForm, _strike),
}


def reply_of(form: Any) -> exclusions.Reply:
    replacement = form.replacement.data if "replacement" in form else ""
    return exclusions.Reply(text=form.text.data or "", replacement=replacement or "")
