"""What an Office file may point to outside itself: links a person follows, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from foundation.inspection import Unfit

# A person clicks on these. Of the rest some start programs, some send a password to a server.
HARMLESS_SCHEMES = frozenset({"", "http", "https", "mailto", "tel", "sms", "ftp", "ftps", "sip"})

LINKED_DATA = (
    "it takes data from another file. In Excel choose Data, Edit Links, Break Link, save it and "
    "send that"
)
# The last word of the type, in small letters → what is fetched, in words, and what to do.
FETCHED = {
    "attachedtemplate": (
        "it takes its template from another place. In Word choose File, Options, Add-ins, Manage "
        "Templates, Go, and attach Normal; or send it as PDF"
    ),
    "image": (
        "it shows a picture that lies in another place. Put the picture into the file, or send "
        "it as PDF"
    ),
    "oleobject": (
        "it is linked to another file. Break the link (File, Info, Edit Links to Files), or send "
        "it as PDF"
    ),
    "frame": "it shows a page from another place. Take the frame out, or send it as PDF",
    "subdocument": "part of it lies in another file. Put all into one file, or send it as PDF",
    "externallinkpath": LINKED_DATA,
    "externallink": LINKED_DATA,
}
ANYTHING = (
    "it fetches something from another place when it is opened. Take that out, or send it as PDF"
)
UNUSUAL_LINK = (
    "a link in it starts a program or leads into a private network. Remove the link, or send it "
    "as PDF"
)


@dataclass(frozen=True)
class External:
    """A relationship to something outside the file: its type in small letters, and where to."""

    type: str
    target: str


def refuse_external(reference: External) -> None:
    """Raises Unfit unless nothing happens before a person clicks, and little then."""
    kind = reference.type.rpartition("/")[2]
    if kind == "hyperlink":
        if not is_harmless_link(reference.target):
            raise Unfit(UNUSUAL_LINK)
    elif kind == "attachedtemplate" and is_on_this_computer(reference.target):
        pass  # it names a folder of whoever wrote it, where elsewhere nothing is found
    else:
        raise Unfit(FETCHED.get(kind, ANYTHING))


def is_harmless_link(target: str) -> bool:
    target = target.strip()
    if is_on_this_computer(target):
        return True
    if target.startswith(("\\\\", "//")):
        return False
    try:
        scheme = urlsplit(target).scheme
    except ValueError:
        return False
    return scheme.lower() in HARMLESS_SCHEMES


def is_on_this_computer(target: str) -> bool:
    """Return whether it is a path with a drive: "file:///C:/templates/letter.dotx"."""
    path = target.strip().replace("\\", "/")
    if path.lower().startswith("file:"):
        # file://server/share is another computer; so are more than three slashes.
        path = path[5:]
        path = path[3:] if path.startswith("///") else path
    return len(path) > 2 and path[0].isalpha() and path[1:3] == ":/"
