"""Errors the people using the service can put right."""

from __future__ import annotations


class DomainError(Exception):
    """A rule was broken; ``str(error)`` is a sentence fit to show on a page.

    ``field`` names the form field to put right; None where no single field is at fault.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
