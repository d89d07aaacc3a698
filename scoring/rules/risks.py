"""The risks a bid proposes: from red flags, failed checks, low marks and gaps in controls.

Whatever order they come in, what proposes one risk makes one proposal with all its causes, and the
causes stand in the order of the questionnaire: the same answers and the same edition of the bank
give the same proposals, to the letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from question_bank.rules.fired import Fired
from question_bank.rules.questions import Risk, Severity
from scoring.rules.results import Cause, ProposedRisk
from tenders.rules.questionnaire import Questionnaire

HIGHEST = 5
LOW_MARK = 2
LOW_MARKED = ":low-mark"
# What a low mark is called once there is one, and while it is the level that answers suggest.
IS_MARKED = "is marked {}"
CAN_BE_MARKED = "can be marked {} at most"


def propose_risks(
    questionnaire: Questionnaire,
    flags: Iterable[Fired],
    marks: Mapping[str, int],
    gaps: Iterable[tuple[Cause, str]] = (),
    low_is: str = IS_MARKED,
) -> tuple[ProposedRisk, ...]:
    """Return one proposed risk for each risk named, by id, with all its causes.

    Several flags that rest on different answers raise the likelihood of their risk by one in all,
    to at most 5; they never make a second row. A question marked 2 or lower proposes its main risk
    even without a flag. A flag of severity info is worth knowing and proposes nothing. ``gaps`` are
    causes with the risk they propose; ``low_is`` says what a low mark is called.
    """
    flagged: dict[str, list[Cause]] = {}
    version = questionnaire.bank.version
    for fired in flags:
        if fired.flag is not None and fired.flag.severity is not Severity.INFO:
            cause = _cause(fired, version)
            for risk_id in fired.flag.risks:
                flagged.setdefault(risk_id, []).append(cause)
    further: dict[str, list[Cause]] = {}
    for cause, risk_id in (*_low_marks(questionnaire, marks, low_is), *gaps):
        further.setdefault(risk_id, []).append(cause)
    return tuple(
        _proposed(questionnaire, risk_id, flagged.get(risk_id, []), further.get(risk_id, []))
        for risk_id in sorted({*flagged, *further})
    )


def _cause(fired: Fired, version: str) -> Cause:
    flag = fired.flag
    if flag is None:
        raise TypeError(f"{fired.rule} carries no flag")
    about = (fired.rule, flag.severity.value, flag.says, fired.words, fired.question)
    return Cause(*about, fired.sources, version)


def _low_marks(
    questionnaire: Questionnaire, marks: Mapping[str, int], low_is: str
) -> Iterable[tuple[Cause, str]]:
    for asked in questionnaire.questions:
        mark = marks.get(asked.id)
        if mark is not None and mark <= LOW_MARK:
            says = f"{asked.id} {asked.question.title} {low_is.format(mark)}"
            about = (f"{asked.id}{LOW_MARKED}", "amber", says, says, asked.id)
            cause = Cause(*about, (asked.id,), questionnaire.bank.version)
            yield cause, asked.question.main_risk


def _proposed(
    questionnaire: Questionnaire, risk_id: str, flagged: list[Cause], further: list[Cause]
) -> ProposedRisk:
    risk: Risk = questionnaire.bank.risks[risk_id]
    raised = 1 if len(flagged) > 1 and _independent(flagged) > 1 else 0
    likelihood = min(HIGHEST, risk.likelihood + raised)
    causes = (*_in_order(questionnaire, flagged), *_in_order(questionnaire, further))
    return ProposedRisk(risk, likelihood, risk.impact, causes)


def _in_order(questionnaire: Questionnaire, causes: list[Cause]) -> list[Cause]:
    """Return causes as the questionnaire has their rules, each once."""
    if len(causes) < 2:
        return causes
    order = questionnaire.rule_order

    def place(cause: Cause) -> tuple[int, str, str, str, tuple[str, ...]]:
        known = order.get(cause.rule)
        if known is None:
            known = order.get(f"{cause.question_id}:pass", len(order))
        return known, cause.rule, cause.says, cause.words, cause.sources

    return sorted(dict.fromkeys(causes), key=place)


def _independent(flags: Iterable[Cause]) -> int:
    """Return how many flags rest on different answers.

    A part's own outcome and a check that reads the same part say one thing twice; a low mark is the
    evaluator's view of the same answers, and a gap that there is nothing to view.
    """
    return len({frozenset([s for s in c.sources if not s.startswith("tender.")]) for c in flags})
