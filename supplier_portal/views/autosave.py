"""What saving a question as it is typed answers, and keeping the parts that will not do yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request

from accounts.access import signed_in_user
from foundation import clock
from supplier_portal import service
from supplier_portal.forms import QuestionForm, is_of
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace
from supplier_portal.queries.typed import typed_before
from supplier_portal.rules.progress import counted
from supplier_portal.views.typed import Typing

# The value of the button that nobody presses: a script does, while somebody types.
AS_TYPED = "as-typed"
# What a page says of the draft of its question: offered to whoever opened it and not decided on,
# or made by this very page, whose form then says all there is to say.
OFFERED, MINE = "offered", "mine"
# A half-filled certificate has a dozen boxes; naming each while it is filled in would be a nag.
MOST_SENTENCES = 2


def page_of(question: str) -> str:
    """Return the name under which the typing on a question's page is kept."""
    return f"questions/{question}"


def keep_the_rest(bid: Bid, form: QuestionForm, saved: service.Saved) -> None:
    """Keep what was sent and not saved, and what was kept before and not dealt with now.

    Somebody offered his typing of yesterday may go on without deciding; it must still be there.
    """
    viewer, page = signed_in_user(), page_of(form.question.id)
    unsaved, here = form.not_saved(), request.form.get("typed_here", "")
    # A page that knows of no draft and leaves none over has nothing to look for.
    before = typed_before(bid, page, by=viewer) if here or unsaved else None
    fields = tuple(_fields_of(form.sent.items(multi=True) if form.sent else (), unsaved))
    if before and here != MINE:
        done = unsaved | saved.written
        fields += tuple((name, text) for name, text in before.fields if not _belongs(name, done))
    if before and not fields:
        service.forget_typed(bid, page, by=viewer)
    elif fields and (before is None or fields != before.fields):
        try:
            service.keep_typed(bid, page, fields, by=viewer, at=clock.now())
        except service.NotKept as error:
            form.message = form.message or str(error)


def saved_as_typed(
    workspace: Workspace, form: QuestionForm, saved: service.Saved
) -> dict[str, Any]:
    """Return what the script shows: the new versions, and a sentence for what was not saved."""
    asked = {part.id for part in workspace.parts_shown(form.question)}
    new = len(asked - set(request.form.get("asked", "").split()))
    more = f"{counted(new, 'more answer')} asked for on this page now" if new else ""
    at = clock.show_time(clock.arrived_at())
    left = len(form.not_saved())
    not_yet = f". {counted(left, 'answer')} on this page not saved yet" if left else ""
    return {
        "at": at,
        "said": f"Draft saved {at}{not_yet}",
        "versions": {part_id: saved.versions[part_id] for part_id in sorted(saved.agreed)},
        "notes": dict(_notes(form, saved)),
        "more": more,
        "here": draft_here(bool(left)),
        "message": form.message,
    }


def typed_here(typing: Typing | None) -> str:
    """Return what a page says of its draft when it is made; one shown again keeps its own."""
    if typing is None or typing.before is None:
        return draft_here(kept=request.method == "POST")
    return MINE if typing.used else OFFERED


def draft_here(kept: bool) -> str:
    """Return what the page says from now on: an offer stays one, as what was kept joins it."""
    return OFFERED if request.form.get("typed_here") == OFFERED else MINE if kept else ""


def _notes(form: QuestionForm, saved: service.Saved) -> Iterator[tuple[str, str]]:
    yield from form.said_of_taken_out()
    for part_id, entry in form.entries.items():
        clash = form.clashes.get(part_id)
        messages = [message for message, _ in entry.all_errors()]
        if clash:
            when = clock.show_time(clash.saved_at)
            yield (
                part_id,
                f"{clash.author} saved another answer at {when}. Yours is kept, and not saved: "
                "press “Save draft” to compare both",
            )
        elif len(messages) > MOST_SENTENCES:
            yield part_id, f"Not saved yet: {len(messages)} boxes need an answer or a change"
        elif messages:
            yield part_id, f"Not saved yet. {'. '.join(messages)}"
        elif _was_overtaken(part_id, form.versions, saved):
            yield (
                part_id,
                "A colleague has saved another answer here since you opened this page. It stands: "
                "open the page again to see it",
            )


def _was_overtaken(part_id: str, shown: Mapping[str, int], saved: service.Saved) -> bool:
    stands = saved.versions.get(part_id, 0)
    return part_id not in saved.agreed and stands > shown.get(part_id, 0)


def _fields_of(sent: Any, parts: set[str]) -> Iterator[tuple[str, str]]:
    return ((name, text) for name, text in sent if _belongs(name, parts))


def _belongs(name: str, parts: set[str] | frozenset[str]) -> bool:
    return any(is_of(name, part_id) for part_id in parts)
