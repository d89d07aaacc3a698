"""What all our form fields have, and those for text and files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms import Field, ValidationError
from wtforms.validators import StopValidation


class OurField(Field):
    """What all our fields have: a shape the template knows, and words about them."""

    shape = "text"

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        hint: str = "",
        width: int | None = None,
        prefix_text: str = "",
        suffix_text: str = "",
        autocomplete: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(label, list(validators), description=hint, **more)
        self.hint = hint
        self.width = width
        self.prefix_text = prefix_text
        self.suffix_text = suffix_text
        self.autocomplete = autocomplete

    @property
    def focus_id(self) -> str:
        """The id of the input an error message leads to."""
        return str(self.id)

    @property
    def typed(self) -> str:
        """What stands in the box: the text as sent, else the value as it would be typed."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.as_typed(self.data)

    def as_typed(self, value: Any) -> str:
        return str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = self.read(str(valuelist[0])) if valuelist else self.missing()

    def read(self, text: str) -> Any:
        """Return the value ``text`` stands for. Raises ValueError with a sentence."""
        return text.strip()

    def missing(self) -> Any:
        return None


class TextField(OurField):
    """A line of text; None in ``data`` only if the browser did not send the field."""

    input_type = "text"

    def __init__(
        self,
        *args: Any,
        input_type: str = "text",
        spellcheck: bool = True,
        inputmode: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.input_type = input_type
        self.spellcheck = spellcheck
        self.inputmode = inputmode


class PasswordField(OurField):
    shape = "password"

    @property
    def typed(self) -> str:
        return ""

    def read(self, text: str) -> str:
        return text


class TextAreaField(OurField):
    """Longer text; ``most_words`` or ``most_characters`` show a count, and are checked."""

    shape = "textarea"

    def __init__(
        self,
        *args: Any,
        rows: int = 5,
        most_words: int | None = None,
        most_characters: int | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.rows = rows
        self.most_words = most_words
        self.most_characters = most_characters

    def read(self, text: str) -> str:
        # Browsers send line breaks as two characters.
        return text.replace("\r\n", "\n").strip()

    def pre_validate(self, form: Any) -> None:
        words, characters = len((self.data or "").split()), len(self.data or "")
        if self.most_words is not None and words > self.most_words:
            raise ValidationError(
                f"Enter {self.most_words:,} words or fewer: this is {words:,} words"
            )
        if self.most_characters is not None and characters > self.most_characters:
            raise ValidationError(
                f"Enter {self.most_characters:,} characters or fewer: this is {characters:,}"
            )


class FileField(OurField):
    """One file; None if none was chosen. With ``several``, ``files`` holds every one chosen."""

    shape = "file"

    def __init__(self, *args: Any, accept: str = "", several: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.accept = accept
        self.several = several
        self.files: list[FileStorage] = []

    def process_formdata(self, valuelist: list[Any]) -> None:
        chosen = [item for item in valuelist if isinstance(item, FileStorage) and item.filename]
        self.files = chosen if self.several else chosen[:1]
        self.data = chosen[0] if chosen else None
        # So that required() sees whether a file was chosen.
        self.raw_data = chosen[:1]


def required(message: str) -> Callable[[Any, Field], None]:
    """Refuse an empty field, or one of blanks, with ``message``: "Enter …" or "Select …"."""

    def check(_form: Any, field: Field) -> None:
        sent = field.raw_data or []
        given = any(item.strip() if isinstance(item, str) else item for item in sent)
        # Of a field that holds one thing and was sent twice the first counts: it may be empty.
        if not given or (field.data is None and not field.process_errors):
            field.errors = []
            raise StopValidation(message)

    return check
