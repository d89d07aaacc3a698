"""What two officers do to open bids, through the pages."""

from __future__ import annotations

import re

from tests.factories import PASSWORD

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
