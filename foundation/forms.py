"""The base of every form."""

from __future__ import annotations

from flask_wtf import FlaskForm


class Form(FlaskForm):
    """The base of every form."""

    def add_error(self, message: str, field: str | None = None) -> None:
        """Show a rule a service found broken at its field, or above the form if it has none."""
        if field is not None and field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, message]
        else:
            self.form_errors.append(message)
