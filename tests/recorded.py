"""Notices a request that changed something and left no entry in the record.

Looked at when a change is committed, so that the entry is in the very transaction of the change.
Every test whose pages change something without an entry fails (careful_client.py).
"""

from __future__ import annotations

from flask import Flask, current_app, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

UNRECORDED = "changes_not_recorded"
CHANGED = "tables_changed_in_test"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

# What a request may change without an entry, and why.
WITHOUT_AN_ENTRY = {
    "answer": "saved as it is typed: each version stays, and submitting puts all into the chain",
    "answer_version": "is itself what stays of each answer, with its author and time",
    "sign_in_session": "when somebody was here last; beginning and ending have entries",
    "known_device": "which browser somebody used before: a convenience of signing in",
    "guesses": "how often somebody guessed: forgotten after a while, refusals have entries",
    "job": "work to do, which records what it does",
    "mail_message": "letters about a change that has its entry",
    "typed_draft": "what is typed and not sent yet",
    "presence": "who looks at a page just now",
    "company_key": "a key of its own, made with the first thing that is kept for a company",
    "passkey_challenge": "what a browser is asked to sign: what comes of it is recorded",
    "waiting_form": "what is typed and not sent yet, while a provider asks who it is",
    "audit_root": "is about the record itself",
    "duty_done": "when a duty was done",
    "service_run": "when the service was there",
    "outage": "when it was not",
}


@event.listens_for(Session, "after_flush")
def note_what_is_flushed(session, _context):
    changed = {
        one.__tablename__
        for one in (*session.new, *session.deleted, *filter(session.is_modified, session.dirty))
    }
    note(session, changed)


# What is counted along with an answer.
COUNTED = {"bid": {"revision", "changed_at"}}


@event.listens_for(Session, "do_orm_execute")
def note_what_is_sent(state):
    if not (state.is_insert or state.is_update or state.is_delete):
        return
    table = state.statement.table.name
    put = {getattr(one, "name", one) for one in getattr(state.statement, "_values", None) or ()}
    if not put or not put <= COUNTED.get(table, set()):
        note(state.session, {table})


@event.listens_for(Session, "after_rollback")
def forget(session):
    session.info.pop(CHANGED, None)


@event.listens_for(Session, "after_commit")
def compare(session):
    changed = session.info.pop(CHANGED, set())
    if not has_request_context() or request.method in SAFE or "audit_entry" in changed:
        return
    left = sorted(changed - set(WITHOUT_AN_ENTRY))
    if left:
        current_app.extensions.setdefault(UNRECORDED, []).append((request.endpoint, left))


def note(session, tables):
    session.info.setdefault(CHANGED, set()).update(tables)


def taken(app: Flask) -> list:
    """Return what was noted, and begin anew."""
    return app.extensions.pop(UNRECORDED, [])
