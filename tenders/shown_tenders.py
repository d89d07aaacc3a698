"""What the start page of the buying side shows, and the filters that stand in its address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tenders.cards import Card
from tenders.dated import dates_of, known_of
from tenders.models import Tender
from tenders.queries import effective_stage
from tenders.rules.dates import Dated, Picture, picture
from tenders.rules.lifecycle import Stage

MOST_TASKS = 20


@dataclass(frozen=True)
class Filters:
    """What somebody wants to see: words of title or reference, a stage, whether he is needed."""

    words: str = ""
    stage: str = ""
    needed: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        """Return the filters of an address; what is unknown there filters nothing."""
        stage = asked.get("stage", "")
        return cls(
            " ".join(asked.get("q", "").split())[:200],
            stage if stage in {str(one) for one in Stage} else "",
            asked.get("needed") == "yes",
        )

    @property
    def is_set(self) -> bool:
        return bool(self.words or self.stage or self.needed)

    def lets(self, tender: Tender, moment: datetime, needed: Iterable[int]) -> bool:
        """Return whether a tender is shown."""
        wanted = self.words.casefold()
        return (
            (not wanted or wanted in f"{tender.reference} {tender.title}".casefold())
            and (not self.stage or effective_stage(tender, moment) == self.stage)
            and (not self.needed or tender.id in set(needed))
        )


@dataclass(frozen=True)
class Timetable:
    """The dates of a tender as a list, and the same as a picture where there is one to draw."""

    dates: tuple[Dated, ...]
    picture: Picture | None


def timetables(cards: Sequence[Card], moment: datetime) -> dict[int, Timetable]:
    """Return the timetable of each card's tender by id: as many statements for one as for all."""
    shown = [card.tender for card in cards]
    known = known_of(shown)
    found = {}
    for tender in shown:
        dates = dates_of(tender, known)
        found[tender.id] = Timetable(dates, picture(dates, moment))
    return found
