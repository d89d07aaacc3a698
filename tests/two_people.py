"""Two people through the pages: one asks, another agrees."""

from __future__ import annotations

import re
from typing import Any

from accounts.models import Person
from accounts.queries import organisations_of
from accounts.rules.roles import Role
from tests.factories import make_person


def hidden(page: Any, name: str) -> str:
    """Return what a hidden field of the page holds; nothing where there is none."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page.text)
    return found[1] if found else ""


def ask(web: Any, address: str, note: str = "", *, at: str = "") -> Any:
    """Ask a second person on the page at ``address``, for exactly what it shows.

    ``at``: what follows the address of the page where the form is sent elsewhere.
    """
    about = hidden(web.get(address), "about")
    return web.post(address + at, data={"about": about, "note": note})


def decide(web: Any, address: str, decision: str = "agree", reason: str = "", **more: str) -> Any:
    """Decide on the page at ``address`` on exactly what it shows."""
    page = web.get(address)
    shown = {name: hidden(page, name) for name in ("about", "approval")}
    typed = {"decision": decision, "reason": reason}
    return web.post(f"{address}/decision", data=shown | typed | more)


def colleague_of(person: Person, role: Role = Role.OFFICER) -> Person:
    """Return somebody else of the same organisation."""
    return make_person(role, organisations_of(person)[0])


def publish(client_for: Any, web: Any, tender_page: str, officer: Person) -> Any:
    """Publish the draft at ``tender_page`` as ``officer`` in ``web`` and a colleague; return what
    the colleague was answered."""
    asked = ask(web, f"{tender_page}/publish")
    assert asked.status_code == 302, asked.text
    return decide(client_for(colleague_of(officer)), f"{tender_page}/publish")
