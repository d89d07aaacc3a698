"""Every place of the database that holds a key under a master key, and moving them to a new one.

A place that is missing here would keep its old master key in use: a test looks for such places in
the whole database, and an old key is only ever removed after a search of every column (still_used).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, String, Text, cast, func, inspect, select, update

from accounts.models import CodeGenerator, Organisation, Person, SignInProvider
from foundation.database import Base, db, transaction
from foundation.errors import DomainError
from foundation.keys import KeyMissing, KeyRing, SealBroken, key_id_of, key_ring
from records.models import MadeRecord
from records.retaining import GONE
from supplier_portal.models import Bid, CompanyKey
from tenders.models import Approval, Tender

ROWS_AT_ONCE = 200


class KeysAreMissing(DomainError):
    """The database holds what is under keys that are not in the folder."""

    @classmethod
    def of(cls, key_ids: Sequence[str]) -> KeysAreMissing:
        return cls(
            f"The database holds what is encrypted under {', '.join(key_ids)}, which is not in "
            f"{key_ring().folder}. Put the folder back from its backup (flask keys restore FILE). "
            "If there is none, docs/running.md says under “Keys” what is lost and how to start "
            "without it"
        )


# What is done with one wrapped key: from it and its purpose to what is to stand there.
Through = Callable[[str, str], str]


@dataclass(frozen=True)
class Place:
    """A column with wrapped keys. ``rows`` gives id, value and what their purpose is made of."""

    column: Any
    rows: Any
    rewritten: Callable[[Any, Any, Through], Any]

    @property
    def name(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"


def _alone(kind: str) -> Callable[[Any, Any, Through], Any]:
    return lambda value, about, through: through(value, f"{kind}:{about}")


def _held(value: str, tender: str, through: Through) -> str:
    """An officer's part that waits for the second: its number comes before the key."""
    number, _, wrapped = value.partition(":")
    return f"{number}:{through(wrapped, f'opening-part:{tender}:{number}')}"


def _parts(value: dict[str, Any] | None, tender: str, through: Through) -> Any:
    """The parts of an archive that is being made, each with its key."""
    parts = [
        {**part, "key": through(part["key"], f"schedules:{tender}")}
        for part in (value or {}).get("parts", ())
    ]
    return {**(value or {}), "parts": parts} if parts else value


def _of_made_record() -> Any:
    return select(MadeRecord.id, MadeRecord.options, Tender.token).join(
        Tender, Tender.id == MadeRecord.tender_id
    )


PLACES = (
    Place(
        Tender.__table__.c.sealing_key,
        select(Tender.id, Tender.sealing_key, Tender.token).where(Tender.sealing_key != GONE),
        _alone("tender"),
    ),
    Place(
        Bid.__table__.c.key_for_supplier,
        select(Bid.id, Bid.key_for_supplier, Bid.token).where(Bid.key_for_supplier != GONE),
        _alone("supplier"),
    ),
    Place(
        CompanyKey.__table__.c.wrapped,
        select(CompanyKey.id, CompanyKey.wrapped, Organisation.token).join(
            Organisation, Organisation.id == CompanyKey.supplier_id
        ),
        _alone("company"),
    ),
    Place(
        Approval.__table__.c.held,
        select(Approval.id, Approval.held, Tender.token)
        .join(Tender, Tender.id == Approval.tender_id)
        .where(Approval.held.is_not(None)),
        _held,
    ),
    Place(
        MadeRecord.__table__.c.wrapped_key,
        select(MadeRecord.id, MadeRecord.wrapped_key, MadeRecord.token).where(
            MadeRecord.wrapped_key.is_not(None)
        ),
        _alone("record"),
    ),
    Place(
        CodeGenerator.__table__.c.wrapped_key,
        select(CodeGenerator.id, CodeGenerator.wrapped_key, Person.token).join(
            Person, Person.id == CodeGenerator.person_id
        ),
        _alone("code-generator"),
    ),
    Place(
        SignInProvider.__table__.c.wrapped_key,
        select(SignInProvider.id, SignInProvider.wrapped_key, SignInProvider.token),
        _alone("sign-in-provider"),
    ),
    Place(MadeRecord.__table__.c.options, _of_made_record(), _parts),
)


@dataclass(frozen=True)
class Trouble:
    """A key that does not open: where it stands and why."""

    place: str
    row: int
    why: str

    def __str__(self) -> str:
        return f"{self.place}, row {self.row}: {self.why}"


def under_each_key() -> Counter[str]:
    """Return how many keys are wrapped under each master key."""
    counted: Counter[str] = Counter()

    def count(wrapped: str, _purpose: str) -> str:
        counted[key_id_of(wrapped)] += 1
        return wrapped

    _go_through(count)
    return counted


def missing(ring: KeyRing) -> list[str]:
    """Return the master keys that something is under, are not there and not written off."""
    return sorted(set(under_each_key()) - set(ring.ids) - ring.lost)


def every_key_is_there() -> None:
    """What must hold before the service starts. Raises KeysAreMissing."""
    # A database without tables needs none.
    has_tables = inspect(db.engine).has_table(Tender.__tablename__)
    lost = missing(key_ring()) if has_tables else []
    if lost:
        raise KeysAreMissing.of(lost)


def that_do_not_open(ring: KeyRing) -> list[Trouble]:
    """Unwrap every key there is and return those that do not open."""

    def tried(wrapped: str, purpose: str) -> str:
        ring.unwrap(wrapped, purpose=purpose)
        return wrapped

    found = []
    for place in PLACES:
        for row, value, about in _rows(place):
            try:
                place.rewritten(value, about, tried)
            except (KeyMissing, SealBroken) as error:
                found.append(Trouble(place.name, row, str(error)))
    return found


def rewrap_all() -> None:
    """Bring every key under the current master key.

    In short transactions, while the service runs; stopped at any moment, it goes on where it was.
    A row that changes meanwhile is left as it is, and found by the next round. What is under a key
    written off as lost stays. Raises KeyMissing and SealBroken.
    """
    ring, places = key_ring(), list(PLACES)
    while places:
        # Once more, to see what changed meanwhile, until nothing did.
        places = [place for place in places if _rewrap(place, ring)]


def _rewrap(place: Place, ring: KeyRing) -> bool:
    """Bring one column under the current key; return whether anything was left to be done."""
    gone = ring.lost.difference(ring.ids)

    def through(wrapped: str, purpose: str) -> str:
        return wrapped if key_id_of(wrapped) in gone else ring.rewrap(wrapped, purpose=purpose)

    rows = [(row, old, place.rewritten(old, about, through)) for row, old, about in _rows(place)]
    changed = [(row, old, new) for row, old, new in rows if new != old]
    for start in range(0, len(changed), ROWS_AT_ONCE):
        with transaction():
            for row, old, new in changed[start : start + ROWS_AT_ONCE]:
                _exchange(place.column, row, old, new)
    return bool(changed)


def _exchange(column: Any, row: int, old: Any, new: Any) -> None:
    """Put one value in the place of another, unless somebody has changed it since."""
    here = column.table.c.id == row
    if db.session.execute(select(column).where(here).with_for_update()).scalar() == old:
        db.session.execute(update(column.table).where(here).values({column.name: new}))


def _rows(place: Place) -> list[tuple[int, Any, Any]]:
    rows = [(int(row), value, about) for row, value, about in db.session.execute(place.rows)]
    db.session.rollback()
    return rows


def _go_through(through: Through) -> None:
    for place in PLACES:
        for _row, value, about in _rows(place):
            place.rewritten(value, about, through)


def still_used(key_id: str) -> list[str]:
    """Return every column of the database in which the name of a master key stands.

    A search of all text there is, whatever the places above know of; the audit record, which says
    that keys were changed, holds names of keys alone and is left out.
    """
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if table.name != "audit_entry" and _holds_text(column):
                wanted = cast(column, Text).contains(f"{key_id}:", autoescape=True)
                if db.session.scalar(select(func.count()).select_from(table).where(wanted)):
                    found.append(f"{table.name}.{column.name}")
    return found


def _holds_text(column: Column[Any]) -> bool:
    return isinstance(column.type, String | Text | JSON)
