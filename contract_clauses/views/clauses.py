"""The page of one clause: as it will print, why it is in, and what people do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import refuse, requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses import queries, service
from contract_clauses.clause_forms import CommentForm, VerdictForm
from contract_clauses.forms import DecideForm
from contract_clauses.queries import ScheduledBid
from contract_clauses.queries.clause_work import clause_work
from contract_clauses.rules.parts import Before, ExcludedTopic, Item, Paragraph, ScheduledClause
from contract_clauses.rules.selection import Wish
from contract_clauses.rules.word_differences import Piece, word_differences
from contract_clauses.rules.wording import plain_text
from contract_clauses.views.base import pages
from contract_clauses.views.spoiling import flash_saved
from foundation.errors import DomainError
from tenders.rules.questionnaire import Questionnaire

ADDRESS = "/schedules/<token:bid>/clauses/<string:clause>"


@dataclass
class Forms:
    """The forms of a clause's page; those that were sent with what was typed and what is wrong."""

    decide: DecideForm | None = None
    comment: CommentForm | None = None
    verdict: VerdictForm | None = None

    @property
    def sent(self) -> DecideForm | CommentForm | VerdictForm | None:
        return self.decide or self.comment or self.verdict


@pages.route(ADDRESS, methods=["GET", "POST"])
@requires(Permission.SCHEDULE_READ)
def clause(bid: str, clause: str) -> ResponseReturnValue:
    """Show one clause as it will print, with why; who may edit decides here whether it is in."""
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_READ)
    stands = found.decisions.get(clause)
    form = DecideForm(data={"based_on": str(stands.number if stands else 0)})
    if not form.is_submitted():
        return clause_page(found, clause)
    if not viewer.may(Permission.SCHEDULE_EDIT, tender_id=found.tender.id):
        refuse(viewer, Permission.SCHEDULE_EDIT)
    if form.validate_on_submit():
        try:
            wish = Wish(form.wish.data)
            service.decide_clause(
                found, clause, wish, form.reason.data, based_on=form.number, by=viewer
            )
        except service.Overtaken as error:
            form.rebase(stands.number if stands else 0)
            form.add_error(str(error))
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash_saved(found, f"Your decision on {clause} is saved")
            return redirect(url_for("contract_clauses.clause", bid=bid, clause=clause))
    return clause_page(found, clause, Forms(decide=form))


def clause_page(found: ScheduledBid, name: str, forms: Forms | None = None) -> str:
    """Return the page of a clause; 404 for one there is not."""
    viewer, forms = signed_in_user(), forms or Forms()
    printed = printed_in(found, name)
    left_out = next((topic for topic in found.schedule.excluded if topic.id == name), None)
    if printed is None and left_out is None:
        abort(404)
    may_edit = viewer.may(Permission.SCHEDULE_EDIT, tender_id=found.tender.id)
    place = Places(found.evaluated.questionnaire, shown=may_read_answers(found))
    decision, work = found.decisions.get(name), clause_work(found)
    stands, basis = work.of(name), work.bases.get(name)
    sha256 = basis.sha256 if basis else ""
    if forms.verdict is not None:
        # Sent again, it decides on what is shown now.
        forms.verdict.sha256.data = sha256
    can_be_changed = may_edit and found.tender.stage in service.DRAFTED_AT
    return render_template(
        "contract_clauses/clause.html",
        bid=found,
        schedule=found.schedule,
        clause=printed,
        left_out=left_out,
        topic=found.library.topics.get(name),
        decision=decision,
        forms=forms,
        deciding=forms.decide
        or DecideForm(formdata=None, data={"based_on": str(decision.number if decision else 0)}),
        commenting=forms.comment or CommentForm(formdata=None),
        judging=forms.verdict or VerdictForm(formdata=None, data={"sha256": sha256}),
        sha256=sha256,
        may_edit=can_be_changed,
        may_approve=viewer.may(Permission.CLAUSE_APPROVE, tender_id=found.tender.id)
        and found.tender.stage in service.DRAFTED_AT,
        is_author=stands is not None and viewer.person_id in stands.authors,
        work=work,
        stands=stands,
        differences=differences_in(printed) if printed else {},
        stale=name in found.stale,
        sources=_where_to_look(found, (printed or left_out), place),
        place=place,
    )


def printed_in(bid: ScheduledBid, name: str) -> ScheduledClause | None:
    """Return a clause by id; interpretation and defined terms have none, so by number."""
    for entry in bid.schedule.clauses:
        if name == (entry.id or str(entry.number)):
            return entry
    return None


def differences_in(clause: ScheduledClause) -> Mapping[str, tuple[Piece, ...]]:
    """Return, by key of a sub-clause that was changed, how its words differ from the library's."""
    return {
        paragraph.key: word_differences(words_of(paragraph.before), words_of(paragraph))
        for paragraph in clause.paragraphs
        if paragraph.before is not None
    }


def words_of(part: Paragraph | Before) -> str:
    """Return the words of a sub-clause, each item on a line of its own."""
    return "\n".join([plain_text(part.segments), *map(_item, part.items)])


def _item(item: Item) -> str:
    return f"({item.letter}) {plain_text(item.segments)}"


def may_read_answers(bid: ScheduledBid) -> bool:
    """Return whether the pages of the evaluation, where the answers are, open to this person."""
    return signed_in_user().may(Permission.MARK_READ, tender_id=bid.tender.id)


class Places:
    """Where the page of an answer is: (question, anchor); None for what has no page to show."""

    def __init__(self, questionnaire: Questionnaire, *, shown: bool) -> None:
        self._questionnaire, self._shown = questionnaire, shown

    def __call__(self, source: str) -> tuple[str, str] | None:
        asked = self._questionnaire.question_of_part(source) if self._shown else None
        return (asked.id, f"part-{source}") if asked else None


@dataclass(frozen=True)
class Source:
    """Something that put a clause in or left it out, with the page that shows it."""

    words: str
    address: str
    state: str = ""


def _where_to_look(
    bid: ScheduledBid, stated: ScheduledClause | ExcludedTopic | None, place: Places
) -> list[Source]:
    """Return the answers and risks a clause rests on, for those to whom their pages open."""
    if stated is None or not may_read_answers(bid):
        return []
    risks = {risk.risk_id: risk for risk in bid.evaluated.risks}
    may_read_risks = signed_in_user().may(Permission.RISK_READ, tender_id=bid.tender.id)
    found = []
    for source in stated.sources:
        if at := place(source):
            address = url_for("scoring.mark", bid=bid.token, question=at[0], _anchor=at[1])
            found.append(Source(f"Answer {source}", address))
        elif source in risks and may_read_risks:
            address = url_for("scoring.risk", risk=risks[source].row.token)
            found.append(Source(f"Risk {source}", address, risks[source].state))
    return found
