"""The key of what a company keeps across its bids: one for each company, however it is made."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from foundation.database import db, transaction
from foundation.keys import SealBroken
from supplier_portal import seals
from supplier_portal.models import CompanyKey
from tests.factories import make_supplier


def test_a_company_that_keeps_nothing_has_no_key(supplier):
    assert seals.company_key(supplier.id) is None


def test_a_company_has_one_key_and_another_company_another(supplier):
    other = make_supplier("Brackenbury Data")
    with transaction():
        made = seals.company_key_to_write(supplier.id)
        again = seals.company_key_to_write(supplier.id)
        others = seals.company_key_to_write(other.id)

    assert made == again == seals.company_key(supplier.id)
    assert others != made


def test_a_key_copied_to_another_company_does_not_open(supplier):
    other = make_supplier("Brackenbury Data")
    with transaction():
        seals.company_key_to_write(supplier.id)
        wrapped = db.session.scalars(select(CompanyKey.wrapped)).one()
        db.session.add(CompanyKey(supplier_id=other.id, wrapped=wrapped))

    with pytest.raises(SealBroken):
        seals.company_key(other.id)


@pytest.mark.both_databases
def test_eight_first_uses_at_once_make_one_key(app, supplier):
    supplier_id, started, found = supplier.id, threading.Barrier(8), []
    db.session.commit()

    def first_use():
        with app.app_context():
            started.wait()
            with transaction():
                found.append(seals.company_key_to_write(supplier_id))
            db.session.remove()

    threads = [threading.Thread(target=first_use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1
    assert db.session.scalar(select(func.count()).select_from(CompanyKey)) == 1
