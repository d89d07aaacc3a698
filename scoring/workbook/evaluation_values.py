"""What the evaluation workbook is made of: plain values, with or without a database behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from scoring.rules.prices import Method
from scoring.rules.ranking import Placed
from scoring.rules.sensitivity import Safety
from scoring.rules.ties import TieLog
from scoring.workbook.evaluation_cells import Shows
from scoring.workbook.evaluation_xml import Column
from tenders.rules.questionnaire import Questionnaire

# A row in the order of GIVEN or AGREED: no objects are made for a million of them.
Row = tuple[object, ...]

# Of one evaluator's mark; without a lock neither mark nor words are in it.
GIVEN = (
    Column("Supplier", 26),
    Column("Question", 11),
    Column("Title", 28),
    Column("Evaluator", 20),
    Column("Mark", 7, Shows.FIGURE),
    Column("Suggested level", 10, Shows.FIGURE),
    Column("Reason", 70, Shows.TEXT),
    Column("Points met", 16),
    Column("Points not met", 16),
    Column("Saved in spite of", 24),
    Column("Saved (London)", 17, Shows.MOMENT),
    Column("Saved times", 8, Shows.FIGURE),
    Column("Locked", 9),
)
# Of one agreed mark; “Marks given” are those on the table, by evaluator.
AGREED = (
    Column("Supplier", 26),
    Column("Question", 11),
    Column("Title", 28),
    Column("Agreed mark", 8, Shows.FIGURE),
    Column("Marks given", 26),
    Column("Reason", 60, Shows.TEXT),
    Column("Why it moved", 40, Shows.TEXT),
    Column("Why not higher", 40, Shows.TEXT),
    Column("Feedback for the bidder", 50, Shows.TEXT),
    Column("Points met", 16),
    Column("Points not met", 16),
    Column("Signed in spite of", 24),
    Column("Present", 30),
    Column("Signed by", 20),
    Column("Signed (London)", 17, Shows.MOMENT),
    Column("Agreed times", 8, Shows.FIGURE),
    Column("Why taken up again", 30, Shows.TEXT),
)


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What the workbook is made of. ``numbers``, ``given`` and ``agreed`` are read once each time
    they are called, in the order of the ranking; the rest is small."""

    title: str
    reference: str
    authority: str
    made_at: datetime
    made_by: str
    questionnaire: Questionnaire
    questionnaire_sha256: str
    method: Method
    placed: Sequence[Placed]
    sections: Mapping[str, Mapping[str, str]]
    tie: TieLog | None
    is_agreed: bool
    safety: Safety | None
    last_mark: int
    last_agreed: int
    numbers: Callable[[], Iterable[tuple[str, Mapping[str, int]]]]
    given: Callable[[], Iterable[Row]]
    agreed: Callable[[], Iterable[Row]]

    @property
    def names(self) -> dict[str, str]:
        return {one.key: one.bid.name for one in self.placed}
