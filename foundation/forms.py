"""The base of every form."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto as AUTOMATIC
from werkzeug.datastructures import CombinedMultiDict, MultiDict

SENDING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Form(FlaskForm):
    """The base of every form."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read forms alone, and a file only where one is asked for: what a program sends as
            JSON, or as a file in the place of a text, is of no kind that a field can hold."""
            if formdata is not AUTOMATIC:
                return formdata
            wanted = {field.name for field in form if getattr(field, "shape", "") == "file"}
            files = [pair for pair in request.files.items(multi=True) if pair[0] in wanted]
            if request.method not in SENDING or not (files or request.form):
                return None
            return CombinedMultiDict((MultiDict(files), request.form))

    def add_error(self, message: str, field: str | None = None) -> None:
        """Show a rule a service found broken at its field, or above the form if it has none."""
        if field is not None and field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, message]
        else:
            self.form_errors.append(message)
