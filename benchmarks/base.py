"""The base: Flask, Flask-SQLAlchemy and Flask-WTF as their manuals use them, at the work of ours.

`python -m benchmarks.base PORT DATABASE_URL`. Fifteen boxes shown, and one of them saved with the
eight statements that ours takes for it: who it is, the bid, its answers; in the transaction the bid
and the answer again, then the answer, its version and the bid written. No rights, no sealing, no
clashes, no layout. What this takes beside bare Flask is what the libraries take that we stand on.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, abort, render_template_string, session
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import IntegerField, TextAreaField
from wtforms.validators import Length, Optional

from benchmarks.bare import BOXES, Bare
from foundation import sqlite
from foundation.database import engine_options

PARTS = [f"part_{number}" for number in range(15)]
PAGE = (
    "<!doctype html><title>Base</title><form method=post>{{ form.csrf_token }}"
    "{% for part in parts %}{{ form[part].label }}{{ form[part]() }}"
    "{{ form['v_' + part](type='hidden') }}{% endfor %}</form>"
)


class Base(DeclarativeBase):
    pass


db: Any = SQLAlchemy(model_class=Base)


class Person(db.Model):  # type: ignore[misc]
    __tablename__ = "base_person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Bid(db.Model):  # type: ignore[misc]
    __tablename__ = "base_bid"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("base_person.id"))
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class Answer(db.Model):  # type: ignore[misc]
    __tablename__ = "base_answer"
    __table_args__ = (sa.UniqueConstraint("bid_id", "part_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("base_bid.id"))
    part_id: Mapped[str]
    version: Mapped[int]
    words: Mapped[str]
    saved_at: Mapped[datetime]


class AnswerVersion(db.Model):  # type: ignore[misc]
    __tablename__ = "base_answer_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(sa.ForeignKey("base_bid.id"))
    part_id: Mapped[str]
    version: Mapped[int]
    words: Mapped[str]
    saved_at: Mapped[datetime]


def _form() -> type[FlaskForm]:
    fields: dict[str, Any] = {}
    for number, part in enumerate(PARTS):
        fields[part] = TextAreaField(f"Question {number}", [Optional(), Length(max=4000)])
        fields[f"v_{part}"] = IntegerField(validators=[Optional()])
    return type("Answers", (FlaskForm,), fields)


def application(database: str) -> Flask:
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="base",  # noqa: S106 - nothing is kept behind it
        SQLALCHEMY_DATABASE_URI=database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(database),
    )
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine)
        db.create_all()
        _fill()
    form_of = _form()

    def whose_bid(bid_id: int) -> Any:
        person = db.session.get(Person, session.get("person", 1)) or abort(403)
        return db.session.scalars(
            sa.select(Bid).where(Bid.id == bid_id, Bid.person_id == person.id)
        ).one()

    @app.route("/page", methods=["GET", "POST"])
    def page() -> Any:
        bid = whose_bid(1)
        stored = {
            answer.part_id: answer
            for answer in db.session.scalars(
                sa.select(Answer).where(Answer.bid_id == bid.id, Answer.part_id.in_(PARTS))
            )
        }
        shown = {part: one.words for part, one in stored.items()}
        form = form_of(data=shown | {f"v_{part}": one.version for part, one in stored.items()})
        if form.validate_on_submit():
            sent = {part: form[part].data for part in PARTS}
            changed = [part for part in PARTS if sent[part] and sent[part] != shown[part]]
            return {"versions": {part: _save(bid.id, part, sent[part]) for part in changed}}
        if form.errors:
            return form.errors, 400
        return render_template_string(PAGE, form=form, parts=PARTS)

    return app


def _save(bid_id: int, part: str, words: str) -> int:
    db.session.rollback()
    bid = db.session.get(Bid, bid_id)
    answer = db.session.scalars(
        sa.select(Answer).where(Answer.bid_id == bid_id, Answer.part_id == part)
    ).one()
    answer.words, answer.version, answer.saved_at = words, answer.version + 1, datetime.now(UTC)
    kept = {"bid_id": bid_id, "part_id": part, "version": answer.version, "words": words}
    db.session.add(AnswerVersion(saved_at=answer.saved_at, **kept))
    bid.revision, bid.changed_at = bid.revision + 1, answer.saved_at
    version = int(answer.version)
    db.session.commit()
    return version


def _fill() -> None:
    if db.session.get(Person, 1) is not None:
        return
    now = datetime.now(UTC)
    db.session.add(Person(id=1, name="Somebody"))
    db.session.flush()
    db.session.add(Bid(id=1, person_id=1, changed_at=now))
    db.session.flush()
    for part, words in zip(PARTS, BOXES, strict=False):
        db.session.add(Answer(bid_id=1, part_id=part, version=1, words=words, saved_at=now))
    db.session.commit()


if __name__ == "__main__":
    Bare(application(sys.argv[2]), sys.argv[1]).run()
