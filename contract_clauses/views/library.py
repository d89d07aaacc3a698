"""The clause library: every clause in its depths, its editions, and what changed for whom."""

from __future__ import annotations

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import current_viewer, public
from accounts.rules.roles import Permission
from contract_clauses import loader
from contract_clauses.queries import library as queries
from contract_clauses.rules import clause_words
from contract_clauses.rules.clause_differences import shown_change
from contract_clauses.rules.library import ClauseTopic, Depth, Library
from contract_clauses.rules.library_editions import READERS, LibraryEdition
from contract_clauses.views.base import pages
from question_bank.rules.editions import UnknownEdition
from question_bank.rules.own.saying import Known

DEPTHS = {
    Depth.SHORT: "Short",
    Depth.STANDARD: "Standard",
    Depth.ENHANCED: "Enhanced",
}


@pages.get("/clauses")
@public
def clause_library() -> ResponseReturnValue:
    viewer, library = current_viewer(), loader.shipped_library()
    return render_template(
        "contract_clauses/library.html",
        library=library,
        topics=[
            (topic, [*clause_words.ways_in(topic, loader.shipped_names())])
            for topic in library.topics.values()
        ],
        keeps=viewer is not None and viewer.may(Permission.CLAUSE_KEEP),
    )


@pages.get("/clauses/<string:clause>")
@public
def library_clause(clause: str) -> ResponseReturnValue:
    library = loader.shipped_library()
    topic = library.topics.get(clause)
    if topic is None:
        abort(404)
    return render_template(
        "contract_clauses/library_clause.html",
        library=library,
        topic=topic,
        notes=_reads_notes(),
        back=(url_for(".clause_library"), "Back to the clause library"),
        **clause_shown(topic, library, loader.shipped_names()),
    )


def clause_shown(topic: ClauseTopic, library: Library, known: Known) -> dict[str, object]:
    """Return what the page of a clause shows: in the depth asked for, or the standard one."""
    asked = request.args.get("depth", "")
    depth = Depth(asked) if asked in DEPTHS else Depth.STANDARD
    return {
        "depth": depth,
        "depths": DEPTHS,
        "written_in": tuple(topic.depths),
        "ways_in": tuple(clause_words.ways_in(topic, known)),
        "sub_clauses": clause_words.sub_clauses(topic, depth, library, known),
        "definitions": clause_words.definitions(topic, library, depth),
        "values": clause_words.values(topic, known, depth),
    }


@pages.get("/clauses/changes")
@public
def library_changes() -> ResponseReturnValue:
    viewer, editions = current_viewer(), queries.library_editions()
    reads = viewer is not None and viewer.may(Permission.TENDER_READ)
    return render_template(
        "contract_clauses/library_changes.html",
        editions=editions,
        versions=loader.library_versions(),
        readers=READERS,
        older=queries.holding_older(viewer, editions[0].version) if viewer and reads else [],
    )


@pages.get("/clauses/changes/compare")
@public
def compare_libraries() -> ResponseReturnValue:
    """Lead from the two lists to the page of that comparison."""
    old, new = request.args.get("from", ""), request.args.get("to", "")
    for version in (old, new):
        known_or_404(version)
    return redirect(url_for(".library_differences", old=old, new=new))


@pages.get("/clauses/changes/<string:old>/<string:new>")
@public
def library_differences(old: str, new: str) -> ResponseReturnValue:
    before, after = known_or_404(old), known_or_404(new)
    found, notes = queries.compared(old, new), _reads_notes()
    return render_template(
        "contract_clauses/library_differences.html",
        old=before,
        new=after,
        found=found,
        changed=[one for one in found.changed if shown_change(one, notes=notes)],
        notes=notes,
        depths=DEPTHS,
        readers=READERS,
    )


def _reads_notes() -> bool:
    """Return whether the reader works for an authority: drafting notes are for its people."""
    viewer = current_viewer()
    return viewer is not None and viewer.may(Permission.TENDER_READ)


def known_or_404(version: str) -> LibraryEdition:
    try:
        return loader.library_edition(version)
    except UnknownEdition:
        abort(404)
