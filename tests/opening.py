"""What two officers do to open bids, through the pages."""

from __future__ import annotations

import re
import secrets

from foundation import clock
from foundation.database import db, transaction
from tenders import seals
from tenders.models import OpeningPart
from tenders.rules.opening import ALPHABET, RANDOM_CHARACTERS, part_in_groups
from tests.factories import PASSWORD
from tests.two_people import colleague_of

APPROVAL = re.compile(r'name="approval"[^>]* value="([^"]*)"')


def address_of(tender):
    return f"/evaluation/tenders/{tender.token}/open"


def token_on(page):
    """Return the request that the form of an opening page confirms; "" for none."""
    found = APPROVAL.search(page.text)
    return found.group(1) if found else ""


def be_ready(client, tender, *, password=PASSWORD, part=""):
    """Send the form of the first officer."""
    sent = {"password": password, "opening_part": part}
    return client.post(address_of(tender), data=sent)


def confirm(client, tender, *, password=PASSWORD, part="", approval=None):
    """Send the form of the second officer, as the page has it."""
    if approval is None:
        approval = token_on(client.get(address_of(tender)))
    sent = {"password": password, "opening_part": part, "approval": approval}
    return client.post(address_of(tender), data=sent)


def open_by_two(client_for, officer, tender, parts=("", ""), second=None):
    """Open as ``officer`` and another; return what the first and the second were answered."""
    ready = be_ready(client_for(officer), tender, part=parts[0])
    return ready, confirm(client_for(second or colleague_of(officer)), tender, part=parts[1])


def make_strict(tender, officers):
    """Let a tender open strictly, whatever its stage; return the parts of its officers."""
    words = ["".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS)) for _ in officers]
    publics = {
        number: seals.public_of_part(tender, number, each) for number, each in enumerate(words, 1)
    }
    with transaction():
        tender.opens_strictly = True
        tender.opening_public_key, sealed = seals.new_opening_key(tender, publics)
        for number, officer in enumerate(officers, 1):
            part = OpeningPart(
                tender_id=tender.id,
                number=number,
                person_id=officer.id,
                public_key=publics[number],
                pair_sealed=sealed[number],
                taken_at=clock.now(),
            )
            db.session.add(part)
    return [part_in_groups(each) for each in words]
