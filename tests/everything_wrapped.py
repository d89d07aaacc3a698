"""A world in which something stands in every place of the database that holds a wrapped key."""

from __future__ import annotations

from sqlalchemy import select

from accounts.models import CodeGenerator, SignInProvider
from accounts.rules.roles import Role
from accounts.service.codes import purpose as generator_purpose
from app import JOB_HANDLERS
from foundation import clock, keys
from foundation.database import db, transaction
from foundation.jobs import run_due_jobs
from foundation.tokens import new_token
from records.models import MadeRecord
from records.schedule_batch import Part
from supplier_portal import seals as bid_seals
from supplier_portal import service as portal
from tests.factories import make_person
from tests.opening import be_ready, make_strict
from tests.pages.scoring.conftest import OPENS_AT

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def wrap_everywhere(tender, officer, make_bid, client_for, at):
    """Fill every place; return the bid, which has a file and is submitted but not opened."""
    authority = tender.authority
    officers = [officer, *(make_person(Role.OFFICER, authority) for _ in range(2))]
    parts = make_strict(tender, officers)
    file = portal.NewFile("plan.pdf", PDF, title="The plan")
    bid = make_bid("Larkfield", text="Velvet-Harpsichord", files={"SLP-07.g2": file})
    with transaction():
        bid_seals.company_key_to_write(bid.supplier_id)
    at(OPENS_AT)
    be_ready(client_for(officer), tender, part=parts[0])
    client_for(officer).post(f"/tenders/{tender.token}/record", data={"kind": "audit"})
    run_due_jobs(JOB_HANDLERS)
    prove_who_one_is(officer, authority)
    wrapped = keys.wrap(keys.new_data_key(), purpose=f"schedules:{tender.token}")
    with transaction():
        row = db.session.scalars(select(MadeRecord)).one()
        row.options = {"parts": [Part("a" * 64, wrapped, 1, 1).plain], "of": 1}
    db.session.commit()
    return bid


def prove_who_one_is(officer, authority):
    """Somebody with one-time codes, in an authority with a sign-in of its own."""
    codes = keys.wrap(keys.new_data_key(), purpose=generator_purpose(officer.token))
    token = new_token()
    provider = keys.wrap(keys.new_data_key(), purpose=f"sign-in-provider:{token}")
    with transaction():
        db.session.add(
            CodeGenerator(
                person_id=officer.id,
                sealed_secret=b"sealed",
                wrapped_key=codes,
                created_at=clock.now(),
            )
        )
        db.session.add(
            SignInProvider(
                token=token,
                organisation_id=authority.id,
                name="Entra",
                issuer="https://sign-in.example",
                client_id="assurance",
                sealed_secret=b"sealed",
                wrapped_key=provider,
                domains="example.test",
                created_at=clock.now(),
            )
        )
