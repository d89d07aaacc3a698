"""Hostile files drawn from a seed: other ones for each, made of those in tests/hostile_files.py.

Each is a name and bytes as somebody might send them. Some do harm, some lie about what they are,
some are only broken: none of them may hurt the service, or whoever saves what it hands out.
"""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests import hostile_files as made
from tests.clamd import EICAR

MEGABYTE = 1024 * 1024
TYPES = ("pdf", "docx", "xlsx", "pptx", "csv", "txt", "png", "jpg", "json", "yaml")
OTHERS = (*made.NOT_TAKEN.split(), "svg", "swf", "php", "jsp", "sh", "desktop", "url", "scf", "dmg")
TRICKS = (
    "../../../../etc/passwd.{}", "..\\..\\windows\\win.{}", "/etc/cron.d/x.{}", "C:\\a.{}",
    "\\\\server\\share\\a.{}", "file:///etc/passwd.{}", "con.{}", "nul.{}", "aux .{}", "a.exe.{}",
    "a.{}.exe", "a\u202efdp.{}", "\u200b.{}", "a\u0000.exe.{}", "a\r\nX-Evil: 1.{}", "a\n.{}",
    '"; filename="b.exe.{}', "a;b.{}", "<script>alert(1)</script>.{}", "<img src=x onerror=f()>.{}",
    "{{{{7*7}}}}.{}", "${{7*7}}.{}", "%2e%2e%2fa.{}", "%00.{}", "a%0d%0ab.{}", "$(touch x).{}",
    "`id`.{}", "|calc.{}", "-rf.{}", "--help.{}", "~.{}", ".{}", "..{}", " .{}", "a .{} ", "a.{}.",
    "a.{}::$DATA", "=1+1.{}", "价格.{}", "é\u0301.{}", "\ud83d.{}", "😀.{}", "\x7f.{}",
    "\x1b[2J.{}",
    "a" * 300 + ".{}", "é" * 200 + ".{}", "desktop.ini.{}", ".htaccess.{}", "a?b=c#d.{}", "'.{}",
)  # fmt: skip
FORMULAS = ("=", "+", "-", "@", "\t=", "\r=", "＝", " =", "=HYPERLINK(", "=cmd|' /C calc'!A0,")


@dataclass(frozen=True)
class Drawn:
    """``family``: in which way it is hostile."""

    family: str
    name: str
    content: bytes


class Drawing:
    """Draws files; the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        families: dict[str, Callable[[], tuple[str, bytes]]] = {
            "known": self._known,
            "trick of a name": self._trick_of_a_name,
            "wrong ending": self._wrong_ending,
            "cut short": self._cut_short,
            "bytes changed": self._bytes_changed,
            "two kinds at once": self._two_kinds,
            "nothing or nearly": self._nearly_nothing,
            "bomb": self._bomb,
            "archives in archives": self._nested,
            "entities": self._entities,
            "script in a PDF": self._pdf,
            "macros": self._macros,
            "flood of pixels": self._pixels,
            "formulas": self._formulas,
            "a test virus": self._virus,
        }
        self.families = families

    def files(self, count: int) -> Iterator[Drawn]:
        """Yield so many, of each family in turn."""
        names = list(self.families)
        for number in range(count):
            family = names[number % len(names)]
            yield Drawn(family, *self.families[family]())

    def _ordinary(self) -> tuple[str, bytes]:
        name = self.chance.choice(list(made.ORDINARY))
        return name, made.ORDINARY[name]()

    def _of(self, ending: str) -> bytes:
        names = [name for name in made.ORDINARY if name.endswith(f".{ending}")]
        return made.ORDINARY[self.chance.choice(names)]()

    def _known(self) -> tuple[str, bytes]:
        kinds = {"pdf": made.HOSTILE_PDFS, "docx": made.HOSTILE_DOCUMENTS,
                 "xlsx": made.HOSTILE_WORKBOOKS, "": made.HOSTILE_OTHERS}  # fmt: skip
        ending = self.chance.choice(list(kinds))
        # What bursts has a family of its own, and costs most.
        names = [name for name in kinds[ending] if "bomb" not in name and "far too" not in name]
        name = self.chance.choice(names)
        return (f"{name}.{ending}" if ending else name), kinds[ending][name]()

    def _trick_of_a_name(self) -> tuple[str, bytes]:
        name, content = self._ordinary()
        return self.chance.choice(TRICKS).format(name.rpartition(".")[2]), content

    def _wrong_ending(self) -> tuple[str, bytes]:
        _, content = self._ordinary()
        ending = self.chance.choice((*TYPES, *OTHERS))
        return f"report {self.chance.randrange(99)}.{ending}", content

    def _cut_short(self) -> tuple[str, bytes]:
        name, content = self._ordinary()
        return name, content[: self.chance.randrange(1, len(content))]

    def _bytes_changed(self) -> tuple[str, bytes]:
        name, content = self._ordinary()
        changed = bytearray(content)
        for _ in range(self.chance.choice((1, 3, 30))):
            changed[self.chance.randrange(len(changed))] = self.chance.randrange(256)
        return name, bytes(changed)

    def _two_kinds(self) -> tuple[str, bytes]:
        (name, first), (_, second) = self._ordinary(), self._ordinary()
        if self.chance.random() < 0.3:
            second = self.chance.choice(
                (b"<html><script>alert(1)</script>", b"MZ\x90\0" + bytes(60), b"#!/bin/sh\nid\n",
                 b"<?php system('id');", b"GIF89a;<script>alert(1)</script>")
            )  # fmt: skip
        return name, first + second if self.chance.random() < 0.5 else second + first

    def _nearly_nothing(self) -> tuple[str, bytes]:
        start = {"pdf": b"%PDF-1.7", "docx": b"PK\x03\x04", "png": made.PNG, "jpg": b"\xff\xd8\xff"}
        ending = self.chance.choice(TYPES)
        content = self.chance.choice(
            (b"", b"\0", b"\n", b" " * 99, start.get(ending, b"\xef\xbb\xbf"))
        )
        return f"empty.{ending}", content

    def _bomb(self) -> tuple[str, bytes]:
        megabytes = self.chance.choice((20, 40, 80))
        zeros = bytes(megabytes * MEGABYTE)
        drawn = self.chance.random()
        if drawn < 0.4:
            return "bomb.docx", made.changed(made.document(), {"word/media/a.bmp": zeros})
        if drawn < 0.6:
            few = {f"xl/media/{number}.bmp": bytes(4 * MEGABYTE) for number in range(12)}
            return "bombs.xlsx", made.changed(made.workbook(), few)
        if drawn < 0.8:
            return "bomb.pdf", made.pdf(made.packed(zeros))
        return "bomb.pdf", made.pdf(
            made.stream(zlib.compress(zlib.compress(zeros)), b"/Filter[/FlateDecode/FlateDecode]")
        )

    def _nested(self) -> tuple[str, bytes]:
        inner = made.zipped({"a.txt": bytes(MEGABYTE)})
        for depth in range(self.chance.randint(2, 30)):
            inner = made.zipped({f"{depth}.zip": inner})
        where = self.chance.choice(("word/media/a.png", "word/embeddings/a.docx", "a.zip"))
        if self.chance.random() < 0.3:
            return self.chance.choice(("nested.zip", "nested.docx")), inner
        return "nested.docx", made.changed(made.document(), {where: inner})

    def _entities(self) -> tuple[str, bytes]:
        levels = "".join(
            f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(self.chance.randint(3, 9))
        )
        bodies = (
            f'<!DOCTYPE a [<!ENTITY a0 "ha">{levels}]><a>&a3;</a>',
            "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
            "<!DOCTYPE a [<!ENTITY % b SYSTEM 'http://example.com/a.dtd'>%b;]><a/>",
            "<!DOCTYPE a SYSTEM 'http://example.com/a.dtd'><a/>",
            "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='/etc/passwd'/></a>",
            "<?xml-stylesheet href='javascript:alert(1)'?><a/>",
        )
        encoding = self.chance.choice(("utf-8", "utf-8", "utf-16", "utf-16-be"))
        part = self.chance.choice(
            ("docProps/core.xml", "docProps/app.xml", "word/settings.xml", "customXml/item1.xml",
             "word/document.xml", "word/styles.xml", "[Content_Types].xml", "_rels/.rels")
        )  # fmt: skip
        content = self.chance.choice(bodies).encode(encoding)
        return "entities.docx", made.changed(made.document(), {part: content})

    def _pdf(self) -> tuple[str, bytes]:
        name = self.chance.choice(
            (b"JavaScript", b"Launch", b"EmbeddedFile", b"SubmitForm", b"RichMedia", b"GoToE")
        )
        hidden = b"".join(
            b"#%02x" % byte if self.chance.random() < 0.4 else bytes([byte]) for byte in name
        )
        space = self.chance.choice((b" ", b"\n", b"\t", b"", b"\r\n", b"%x\n", b"\0"))
        action = b"<</S" + space + b"/" + hidden + b"/JS(app.alert\\(1\\))>>"
        drawn = self.chance.random()
        if drawn < 0.3:
            return "script.pdf", made.pdf(catalog=made.opening(action))
        if drawn < 0.6:
            return "script.pdf", made.pdf(made.packed(b"9 0  " + action))
        if drawn < 0.8:
            return "script.pdf", made.pdf(action) + made.pdf(action)
        return "script.pdf", made.pdf(
            made.stream(b"0" * self.chance.randrange(2 * MEGABYTE)), action
        )

    def _macros(self) -> tuple[str, bytes]:
        place = self.chance.choice(
            ("vbaProject.bin", "media/image1.png", "embeddings/a.bin", "activeX/a.bin", "x/a.xml")
        )
        is_book = self.chance.random() < 0.5
        folder, whole = ("xl", made.workbook()) if is_book else ("word", made.document())
        return f"macros.{'xlsx' if is_book else 'docx'}", made.changed(
            whole, {f"{folder}/{place}": made.OLE}
        )

    def _pixels(self) -> tuple[str, bytes]:
        width, height = (self.chance.choice((1, 9_000, 40_000, 65_000)) for _ in range(2))
        if self.chance.random() < 0.5:
            more = made.chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(8 * MEGABYTE)))
            return "flood.png", made.png(width, height, more if self.chance.random() < 0.5 else b"")
        return "flood.jpg", made.jpeg(width, height)

    def _formulas(self) -> tuple[str, bytes]:
        cells = [
            self.chance.choice(FORMULAS) + self.chance.choice(("1+1", "cmd|' /C calc'!A0", "a"))
            for _ in range(20)
        ]
        quote = self.chance.choice(("", '"', "'"))
        joined = self.chance.choice((",", ";", "\t")).join(
            f"{quote}{cell}{quote}" for cell in cells
        )
        return self.chance.choice(("a.csv", "a.txt")), f"name\n{joined}\n".encode()

    def _virus(self) -> tuple[str, bytes]:
        drawn = self.chance.random()
        if drawn < 0.4:
            return f"{self.chance.randrange(99)}.txt", EICAR
        if drawn < 0.7:
            return "plan.pdf", made.pdf(made.stream(EICAR))
        members = made.members_of(made.document())
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, content in {**members, "word/media/a.txt": EICAR}.items():
                archive.writestr(name, content)
        return "plan.docx", buffer.getvalue()
