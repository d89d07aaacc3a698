from datetime import date, datetime
from decimal import Decimal

import pytest
from flask import Blueprint, render_template_string, request
from werkzeug.datastructures import MultiDict

from accounts.access import public
from foundation import fields
from foundation.fields import Choice, required
from foundation.fields.parts import month_named

COLOURS = [Choice("r", "Red"), Choice("b", "Blue", "Like the sky")]

PAGE = """{% extends "foundation/layout.html" %}
{% from "foundation/fields.html" import error_summary, field %}
{% block title %}{% if form.errors %}Error: {% endif %}Sample{% endblock %}
{% block content %}{{ error_summary(form) }}<h1>Sample</h1>
<form method="post">{{ form.hidden_tag() }}
{% for item in form if item.shape %}{{ field(item) }}{% endfor %}</form>
{% endblock %}"""


class SampleForm(fields.Form):
    title = fields.TextField("Title", [required("Enter a title")], hint="Short")
    story = fields.TextAreaField("Story", most_words=5)
    weight = fields.NumberField("Weight", lowest=0, highest=100, places=1, suffix_text="%")
    price = fields.MoneyField("Price")
    colour = fields.RadiosField("Colour", [required("Select a colour")], choices=COLOURS)
    colours = fields.CheckboxesField("Colours", choices=COLOURS)
    size = fields.SelectField("Size", choices=[("", "Choose"), ("s", "Small")])
    day = fields.DateField("Day", [required("Enter a day")])
    closes = fields.DateTimeField("Closing time")
    recovery = fields.DurationField("Time to recover")
    file = fields.FileField("File", accept=".pdf")
    secret = fields.PasswordField("Secret")


GOOD = {
    "title": " Sensors ",
    "story": "one\r\ntwo",
    "weight": "12.5",
    "price": "£1,250.50",
    "colour": "b",
    "colours": ["b", "r"],
    "size": "s",
    "day-day": "4",
    "day-month": "12",
    "day-year": "2026",
    "closes-day": "4",
    "closes-month": "12",
    "closes-year": "2026",
    "closes-time": "12:00",
    "recovery-hours": "4",
    "recovery-minutes": "30",
}


@pytest.fixture
def app(own_app, app):
    pages = Blueprint("sample", __name__)

    @pages.route("/sample", methods=["GET", "POST"])
    @public
    def sample():
        form = SampleForm()
        form.validate_on_submit()
        return render_template_string(PAGE, form=form)

    app.register_blueprint(pages)
    return app


@pytest.fixture
def filled(app):
    """Return the form as it is after somebody posted something."""

    def fill(**sent):
        with app.test_request_context("/sample", method="POST", data=MultiDict(GOOD | sent)):
            form = SampleForm(request.form)
            form.validate()
            return form

    return fill


def test_what_is_typed_becomes_values(filled):
    form = filled()

    assert form.errors == {}
    assert (form.title.data, form.story.data) == ("Sensors", "one\ntwo")
    assert (form.weight.data, form.price.data) == (Decimal("12.5"), Decimal("1250.50"))
    assert (form.colour.data, form.colours.data, form.size.data) == ("b", ["r", "b"], "s")
    assert form.day.data == date(2026, 12, 4)
    assert form.closes.data == datetime(2026, 12, 4, 12)  # noqa: DTZ001
    assert form.recovery.data == 270


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ({"title": "  "}, "title", "Enter a title"),
        ({"story": "a b c d e f"}, "story", "Enter 5 words or fewer: this is 6 words"),
        ({"weight": "101"}, "weight", "Enter a number that is 100 or less"),
        ({"weight": "1.25"}, "weight", "Enter a number with no more than 1 decimal places"),
        ({"weight": "NaN"}, "weight", "Enter a percentage, like 60"),
        ({"weight": "1e9"}, "weight", "Enter a percentage, like 60"),
        ({"weight": "9" * 400}, "weight", "Enter a percentage, like 60"),
        ({"price": "-1"}, "price", "Enter a number that is 0 or more"),
        ({"colour": ""}, "colour", "Select a colour"),
        ({"colour": "green"}, "colour", "Select one of the options"),
        ({"colours": ["green"]}, "colours", "Select from the options"),
        ({"size": "xl"}, "size", "Select one of the options"),
        ({"day-month": ""}, "day", "Enter a date that includes a month"),
        ({"day-day": "", "day-month": ""}, "day", "Enter a date that includes a day and a month"),
        ({"day-day": "31", "day-month": "2"}, "day", "Enter a real date, like 31 3 2027"),
        ({"day-day": "x"}, "day", "Enter a real date, like 31 3 2027"),
        ({"day-day": "٤"}, "day", "Enter a real date, like 31 3 2027"),
        ({"day-day": "", "day-month": "", "day-year": ""}, "day", "Enter a day"),
        ({"closes-time": "25:00"}, "closes", "Enter a real time, like 12:00 or 5pm"),
        ({"closes-time": "12"}, "closes", "Enter a time with its minutes"),
        ({"closes-time": "12pm"}, "closes", "Enter a time, like 12:00 or 5pm"),
        ({"closes-time": "٣pm"}, "closes", "Enter a time, like 12:00 or 5pm"),
        ({"closes-time": ""}, "closes", "Enter a time, like 12:00 or 5pm"),
        ({"recovery-hours": "a"}, "recovery", "Enter hours and minutes as whole numbers"),
    ],
    ids=str,
)
def test_what_cannot_be_is_an_error_at_its_field(filled, sent, field, message):
    errors = filled(**sent).errors

    assert list(errors) == [field]
    assert [text[: len(message)] for text in errors[field]] == [message]


def test_an_empty_post_is_answered_page_and_all(client):
    page = client.post("/sample", data={})

    assert page.status_code == 200
    for target in ("title", "colour-0", "day-day"):
        assert f'<a href="#{target}">' in page.text
        assert f'id="{target}"' in page.text


@pytest.mark.parametrize(
    "sent",
    [
        dict.fromkeys(GOOD, "😀" * 50),
        {name: ["1", "2", "3"] for name in GOOD},
        dict.fromkeys(GOOD, "-0"),
        {"day": "2026-12-04", "closes": "x", "file": "not a file"},
    ],
    ids=["emoji", "several of each", "minus nothing", "whole instead of parts"],
)
def test_no_post_is_a_fault(client, sent):
    assert client.post("/sample", data=sent).status_code == 200


def test_everything_typed_is_shown_again(client):
    sent = GOOD | {"title": "<b>&\"'", "day-day": "32", "weight": "abc", "secret": "hidden"}

    page = client.post("/sample", data=sent)

    assert "&lt;b&gt;&amp;&#34;&#39;" in page.text
    assert 'name="day-day" type="text" inputmode="numeric" value="32"' in page.text
    assert 'value="abc"' in page.text
    assert 'value="b" checked' in page.text
    assert "hidden" not in page.text.split("secret")[1].split(">")[0]


def test_a_form_filled_from_a_record_shows_its_values(app):
    with app.test_request_context("/sample"):
        form = SampleForm(
            data={"title": "Old", "day": date(2026, 3, 1), "recovery": 61, "price": Decimal("2.50")}
        )

    assert form.title.typed == "Old"
    assert form.day.boxes == {"day": "1", "month": "3", "year": "2026"}
    assert form.recovery.boxes == {"hours": "1", "minutes": "1"}
    assert form.price.typed == "2.50"


def test_a_broken_rule_is_shown_where_it_belongs(filled):
    form = filled()

    form.add_error("Enter another title", "title")
    form.add_error("You cannot publish because nothing is asked")

    assert form.title.errors == ["Enter another title"]
    assert form.form_errors == ["You cannot publish because nothing is asked"]


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("12:00", 12, 0),
        ("5pm", 17, 0),
        ("5 PM", 17, 0),
        ("9.30am", 9, 30),
        ("00:00", 0, 0),
        ("noon", 12, 0),
    ],
    ids=str,
)
def test_a_time_can_be_written_as_people_write_it(filled, typed, hour, minute):
    form = filled(**{"closes-time": typed})

    assert form.errors == {}
    assert (form.closes.data.hour, form.closes.data.minute) == (hour, minute)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("Jan", 1),
        ("march", 3),
        ("Sept.", 9),
        (" DEC ", 12),
        ("Ju", 0),
        ("x", 0),
        ("", 0),
        ("13", 0),
    ],
)
def test_a_month_may_be_written_by_its_name(typed, month):
    assert month_named(typed) == month
