"""The forms of work on a clause: a comment, who looks at it, approving, and its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from accounts.queries.team import Member
from contract_clauses.rules.library import ClauseTopic, Depth
from contract_clauses.rules.redrafting import key_of
from contract_clauses.rules.rewriting import MOST_ADDED, Typed, TypedDuty, as_typed, is_own
from contract_clauses.service.clause_work import LONGEST_WORDS
from foundation.fields import Choice, Form, RadiosField, SelectField, TextAreaField, required

APPROVE, SEND_BACK = "approve", "send-back"
LONGEST_NUMBER = 6


class CommentForm(Form):
    comment = TextAreaField(
        "Comment",
        [required("Enter your comment")],
        hint="Colleagues who may read this bid see it. It never goes to the bidder.",
        most_characters=LONGEST_WORDS,
        rows=3,
    )


class AssignForm(Form):
    person = SelectField("Who is to look at it?", choices=[])
    asked = TextAreaField("What they should look at", most_characters=LONGEST_WORDS, rows=2)

    @classmethod
    def among(cls, members: Iterable[Member], assigned: int | None) -> AssignForm:
        people = list(members)
        now = next((one.token for one in people if one.person_id == assigned), "")
        form = cls(data={"person": now})
        form.person.choices = [
            Choice("", "Nobody"),
            *(Choice(one.token, one.name) for one in people),
        ]
        return form


class VerdictForm(Form):
    # Of the clause as it was shown: who approves takes nothing with it that he did not see.
    sha256 = HiddenField()
    decision = RadiosField(
        "What do you decide on this clause?",
        [required("Select what you decide")],
        choices=[
            Choice(APPROVE, "Approve it as it stands"),
            Choice(SEND_BACK, "Send it back", "Say below what has to change"),
        ],
    )
    verdict = TextAreaField(
        "Your words",
        hint="Needed if you send it back.",
        most_characters=LONGEST_WORDS,
        rows=3,
    )


@dataclass(frozen=True)
class Sent:
    """What a browser sent of the words of a clause; ``asked``: the button, with its key."""

    typed: Typed
    reason: str
    based_on: int
    asked: str
    about: str


def sent(form: MultiDict[str, str], topic: ClauseTopic, depth: Depth) -> Sent:
    """Read the form of a clause, whatever was sent; unknown fields are left aside."""
    library = {key_of(place): sub_clause for place, sub_clause in enumerate(topic.text)}
    own = _own_keys(form, library.keys())
    words = {key: as_typed(sub_clause) for key, sub_clause in library.items()}
    for key in (*library, *own):
        words[key] = _text(form, f"words-{key}", words.get(key, ""))
    duties = {
        key: TypedDuty(
            *(_text(form, f"{name}-{key}").strip() for name in ("who", "what", "evidence")),
            *(_text(form, f"{name}-{key}").strip() for name in ("timing", "count")),
        )
        for key in own
    }
    chosen = _text(form, "depth")
    number = _text(form, "based_on")
    asked, _, about = _text(form, "action").partition(":")
    return Sent(
        Typed(
            Depth(chosen) if chosen in tuple(Depth) else depth,
            words,
            frozenset(key for key in (*library, *own) if form.get(f"out-{key}")),
            tuple(own.items()),
            duties,
        ),
        _text(form, "reason"),
        int(number) if _is_number(number) else 0,
        asked,
        about,
    )


def _own_keys(form: MultiDict[str, str], library: Iterable[str]) -> dict[str, str]:
    """Return what was added with what each follows, in order; what follows nothing known is last
    of all, and so is what would follow itself."""
    found: dict[str, str] = {}
    known = {"", *library}
    for name, after in form.items():
        key = name.removeprefix("after-")
        if name.startswith("after-") and is_own(key) and len(found) <= MOST_ADDED:
            found[key] = after if after in known or after in found else ""
    return found


def _text(form: MultiDict[str, str], name: str, otherwise: str = "") -> str:
    return str(form.get(name, otherwise)).replace("\r\n", "\n")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
