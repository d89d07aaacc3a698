"""Every reference resolves: parts, columns, options, facts, risks, clauses, themes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from question_bank.rules.conditions.grammar import Condition, columns_read
from question_bank.rules.kinds import rules_for
from question_bank.rules.questions import (
    COMMITMENT_ANSWERS,
    ROWED,
    Asked,
    Bank,
    Flag,
    Kind,
    Part,
    Question,
    Severity,
)
from question_bank.rules.reading.plain import advice, advice_on_id

SIZES = frozenset({Kind.NUMBER, Kind.MONEY, Kind.DURATION})
NEEDS_SIZE = frozenset({"more_than", "less_than", "at_least", "at_most"})
NEEDS_DATE = frozenset({"before", "after", "older_than"})
NEEDS_LIST = frozenset({"has", "has_any", "lacks", "lacks_any"})


def problems(bank: Bank, clauses: frozenset[str]) -> Iterator[str]:
    for place, condition in every_condition(bank):
        yield from condition_problems(place, condition, bank)
    for place, flag in every_flag(bank):
        yield from _flag_problems(place, flag, bank, clauses)
    for question in bank.questions.values():
        yield from _question_problems(question, bank)
    yield from _schema_problems(bank)
    yield from _unreachable_risks(bank)


def _question_problems(question: Question, bank: Bank) -> Iterator[str]:
    if question.main_risk not in bank.risks:
        near = advice_on_id(question.main_risk, bank.risks)
        yield f"{question.id}: main_risk {question.main_risk} is not in the risk library{near}"
    for covered in question.covered_by:
        part = bank.parts.get(covered.part)
        if part is None:
            near = advice_on_id(covered.part, bank.parts)
            yield f"{covered.id}: {covered.part} is not a part{near}"
        elif covered.column and not has_column(part, covered.column):
            yield f"{covered.id}: {covered.part} has no column {covered.column}"


def has_column(part: Part, name: str) -> bool:
    return part.schema is not None and part.schema.column(name) is not None


def every_condition(bank: Bank) -> Iterator[tuple[str, Condition]]:
    for question in bank.questions.values():
        if question.pass_when:
            yield f"{question.id}, pass_when", question.pass_when
        for part in question.parts:
            if part.shown_when:
                yield f"{part.id}, shown_when", part.shown_when
            for outcome in part.outcomes:
                yield outcome.rule, outcome.when
    for case in bank.checks:
        yield case.rule, case.when


def every_flag(bank: Bank) -> Iterator[tuple[str, Flag]]:
    for part in bank.all_parts():
        for outcome in part.outcomes:
            if outcome.flag:
                yield outcome.rule, outcome.flag
    for case in bank.checks:
        yield case.rule, case.flag


def condition_problems(place: str, condition: Condition, bank: Bank) -> Iterator[str]:
    """Yield what a condition names that is not there, or compares in a way its kind cannot."""
    parts = bank.parts
    for name in sorted(condition.facts() - set(bank.facts)):
        yield f"{place}: tender.{name} is not a tender fact{advice(name, bank.facts)}"
    for part_id in sorted(condition.parts() - set(parts)):
        yield f"{place}: {part_id} is not a part{advice_on_id(part_id, parts)}"
    for node in condition.walk():
        yield from _node_problems(place, node, bank)


def _node_problems(place: str, node: Condition, bank: Bank) -> Iterator[str]:
    for part_id, column in columns_read(node):
        part = bank.parts.get(part_id)
        if part is not None and column and not has_column(part, column):
            have = [one.id for one in part.schema.columns] if part.schema else []
            yield f"{place}: {part_id} has no column ‘{column}’{advice(column, have)}"
    yield from _rows_problems(place, node, bank)
    for compared, cell in _compared(node, bank):
        yield from _comparison_problems(place, compared, cell)
    if node.node == "risk":
        for name in _lacking(node, bank.risks):
            near = advice_on_id(name, bank.risks)
            yield f"{place}: {name} is not in the risk library{near}"
    if node.node == "mark" and node.subject not in bank.questions:
        yield f"{place}: {node.subject} is not a question"
    if node.node == "flag":
        yield from _named_flag_problems(place, node, bank)


def _rows_problems(place: str, node: Condition, bank: Bank) -> Iterator[str]:
    """Rows are a table's; names in a table or record stand in a column."""
    if node.node in ("rows", "any_row", "every_row"):
        part = bank.parts.get(node.subject)
        if part is not None and part.kind is not Kind.TABLE:
            yield f"{place}: ‘{node.node}’ needs a table; {part.id} is {part.kind}"
    if node.node == "names":
        for part_id, column in dict.fromkeys(columns_read(node)):
            part = bank.parts.get(part_id)
            if part is not None and part.kind in ROWED and not column:
                yield f"{place}: say which column of {part_id} holds the names"


def _named_flag_problems(place: str, node: Condition, bank: Bank) -> Iterator[str]:
    """A flag is named by a rule that raises one, by its part or question, or by severity."""
    rules = {rule for rule, _ in every_flag(bank)}
    rules |= {f"{question.id}:pass" for question in bank.questions.values() if question.pass_when}
    silent = {*bank.parts, *bank.questions}
    silent |= {f"{part.id}:{option.value}" for part in bank.all_parts() for option in part.options}
    silent |= {outcome.rule for part in bank.all_parts() for outcome in part.outcomes}
    for wanted in node.subject:
        begins = (f"{wanted}:", f"{wanted}.")
        if wanted in list(Severity) or any(r == wanted or r.startswith(begins) for r in rules):
            continue
        if wanted in silent:
            yield f"{place}: ‘{wanted}’ never raises a flag"
        else:
            near = advice(wanted, rules | silent | set(map(str, Severity)))
            yield f"{place}: there is no rule, part, question or severity ‘{wanted}’{near}"


def _lacking(node: Condition, known: Iterable[str]) -> list[str]:
    return [name for name in node.subject if name not in set(known)]


def _compared(node: Condition, bank: Bank) -> Iterator[tuple[Asked, Condition]]:
    """Yield what each comparison of a node compares: a fact, a part, or columns of a row."""
    if node.node == "fact" and node.subject in bank.facts:
        yield bank.facts[node.subject].spec, node
    part = bank.parts.get(node.subject) if isinstance(node.subject, str) else None
    if part is None or node.operator == "chosen":
        return
    cells = [cell for child in node.children for cell in child.walk()]
    for cell in [node, *cells]:
        column = part.schema.column(cell.column) if part.schema and cell.column else None
        if column is not None:
            yield column, cell
    if node.node == "part" and not node.column:
        yield part, node


def _comparison_problems(place: str, asked: Asked, node: Condition) -> Iterator[str]:
    """An operator must suit the kind, and a literal value must be one the kind can have."""
    operator = node.operator
    if operator in ("empty", "filled"):
        return
    needs = _needs(operator, asked)
    if needs:
        yield f"{place}: {needs}"
        return
    for value in _literals(node):
        if not _is_possible(asked, value, operator):
            near = advice(value, _offered(asked))
            yield f"{place}: {asked.id} is never ‘{value}’{near}"


def _needs(operator: str, asked: Asked) -> str:
    """Return what an operator needs that is not asked for here, or ""."""
    kind = asked.kind
    if operator in NEEDS_SIZE and kind not in SIZES:
        return f"‘{operator}’ needs a number, money or duration; {asked.id} is {kind}"
    if operator in NEEDS_DATE and kind is not Kind.DATE:
        return f"‘{operator}’ needs a date; {asked.id} is {kind}"
    if operator in NEEDS_LIST and kind not in (Kind.CHOICES, Kind.COUNTRIES, Kind.LINES):
        return f"‘{operator}’ needs several choices; {asked.id} is {kind}"
    if kind in ROWED and operator:
        return f"compare a column of {asked.id}, not the whole of it"
    return ""


def _offered(asked: Asked) -> list[str]:
    if asked.kind is Kind.COMMITMENT:
        return list(COMMITMENT_ANSWERS)
    return [option.value for option in asked.options]


def _literals(node: Condition) -> list[object]:
    if node.operator == "older_than":
        return []
    values = node.value if isinstance(node.value, tuple) else (node.value,)
    return [v for v in values if not (isinstance(v, str) and v.startswith("tender."))]


def _is_possible(asked: Asked, value: object, operator: str) -> bool:
    if asked.kind is Kind.COMMITMENT:
        return value in COMMITMENT_ANSWERS
    if asked.kind is Kind.CHOICES:
        return asked.option(str(value)) is not None
    if asked.kind in (Kind.COUNTRIES, Kind.LINES) or asked.kind in ROWED:
        return True
    if asked.kind in SIZES and operator:
        return rules_for(asked.kind).comparable(str(value)) is not None
    return not rules_for(asked.kind).read(asked, value).problems


def _flag_problems(place: str, flag: Flag, bank: Bank, clauses: frozenset[str]) -> Iterator[str]:
    if not flag.risks:
        yield f"{place}: a flag names at least one risk"
    for risk in flag.risks:
        if risk not in bank.risks:
            near = advice_on_id(risk, bank.risks)
            yield f"{place}: {risk} is not in the risk library{near}"
    for clause in flag.clauses:
        if clauses and clause not in clauses:
            yield f"{place}: {clause} is not a clause topic"


def _schema_problems(bank: Bank) -> Iterator[str]:
    owners: dict[str, list[Part]] = {}
    for part in bank.all_parts():
        if part.schema and part.kind is Kind.TABLE:
            owners.setdefault(part.schema.id, []).append(part)
    for schema in bank.schemas.values():
        for name in (*schema.list_columns, *schema.unique):
            if schema.column(name) is None:
                near = advice(name, [column.id for column in schema.columns])
                yield f"{schema.id}: there is no column ‘{name}’{near}"
        if len(owners.get(schema.id, ())) > 1:
            named = ", ".join(part.id for part in owners[schema.id])
            yield f"{schema.id}: each table is one answer with one owner, not several ({named})"


def _unreachable_risks(bank: Bank) -> Iterator[str]:
    """Every risk but those officers raise themselves can come from an answer or a low mark."""
    reached = {question.main_risk for question in bank.questions.values()}
    for _, flag in every_flag(bank):
        if flag.severity is not Severity.INFO:
            reached.update(flag.risks)
    for risk in bank.risks.values():
        if risk.id not in reached and risk.raised_by != "officer":
            yield f"{risk.id}: no answer, check or low mark raises this risk"
