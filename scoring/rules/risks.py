"""The risks a bid proposes: from red flags, failed checks and low marks, each with its causes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from question_bank.rules.outcomes import Fired
from question_bank.rules.questions import Risk, Severity
from scoring.rules.results import Cause, ProposedRisk
from tenders.rules.questionnaire import Questionnaire

HIGHEST = 5
LOW_MARK = 2


def propose_risks(
    questionnaire: Questionnaire, flags: Iterable[Fired], marks: Mapping[str, int]
) -> tuple[ProposedRisk, ...]:
    """Return one proposed risk for each risk named, by id, with all its causes.

    Several flags that rest on different answers raise the likelihood of their risk by one in all,
    to at most 5; they never make a second row. A question marked 2 or lower proposes its main risk
    even without a flag. A flag of severity info is worth knowing and proposes nothing.
    """
    causes: dict[str, list[Cause]] = {}
    for fired in flags:
        if fired.flag is None or fired.flag.severity is Severity.INFO:
            continue
        for risk_id in fired.flag.risks:
            causes.setdefault(risk_id, []).append(_cause(fired))
    for cause, risk_id in _low_marks(questionnaire, marks):
        causes.setdefault(risk_id, []).append(cause)
    return tuple(
        _proposed(questionnaire.bank.risks[risk_id], tuple(causes[risk_id]))
        for risk_id in sorted(causes)
    )


def _cause(fired: Fired) -> Cause:
    flag = fired.flag
    if flag is None:
        raise TypeError(f"{fired.rule} carries no flag")
    sources = tuple(dict.fromkeys(reading.source for reading in fired.because))
    return Cause(fired.rule, str(flag.severity), flag.says, fired.words, fired.question, sources)


def _low_marks(
    questionnaire: Questionnaire, marks: Mapping[str, int]
) -> Iterable[tuple[Cause, str]]:
    for asked in questionnaire.questions:
        mark = marks.get(asked.id)
        if mark is not None and mark <= LOW_MARK:
            says = f"{asked.id} {asked.question.title} is marked {mark}"
            cause = Cause(f"{asked.id}:low-mark", "amber", says, says, asked.id, (asked.id,))
            yield cause, asked.question.main_risk


def _proposed(risk: Risk, causes: tuple[Cause, ...]) -> ProposedRisk:
    likelihood = min(HIGHEST, risk.likelihood + (1 if _independent(causes) > 1 else 0))
    return ProposedRisk(risk, likelihood, risk.impact, causes)


def _independent(causes: Iterable[Cause]) -> int:
    """Return how many flags rest on different answers.

    A part's own outcome and a check that reads the same part say one thing twice; a low mark is the
    evaluator's view of the same answers.
    """
    flags = [cause for cause in causes if not cause.rule.endswith(":low-mark")]
    return len({frozenset(s for s in c.sources if not s.startswith("tender.")) for c in flags})
