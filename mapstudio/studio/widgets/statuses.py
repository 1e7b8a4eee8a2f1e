"""How the states of rows and the verbs of plans are marked."""

from __future__ import annotations

from mapstudio.model import Verb
from mapstudio.studio.glyphs import Glyphs
from mapstudio.studio.paint import ERROR, MUTED, OK, QUESTION, WARN, Piece
from mapstudio.studio.session.rows import Status


def status_mark(status: Status, glyphs: Glyphs) -> Piece:
    """Return a row state's mark: one cell, in ASCII at most two."""
    return {
        Status.BLOCKS: (glyphs.blocks, ERROR._replace(bold=True)),
        Status.UNFED: (glyphs.unfed, WARN),
        Status.FAILS: (glyphs.some_fail, WARN._replace(bold=True)),
        Status.QUESTION: (glyphs.question, QUESTION._replace(bold=True)),
        Status.DRAFT: (glyphs.draft, MUTED),
        Status.FINE: (glyphs.fine, OK),
        Status.IGNORED: (glyphs.ignored, MUTED),
    }[status]


def verb_mark(verb: Verb, glyphs: Glyphs) -> Piece:
    """Return a plan verb's mark."""
    return {
        Verb.CREATE: (glyphs.create, OK),
        Verb.UPDATE: (glyphs.update, WARN),
        Verb.UNCHANGED: (glyphs.unchanged, MUTED),
        Verb.REJECT: (glyphs.blocks, ERROR),
        Verb.REVIEW: (glyphs.review, QUESTION),
        Verb.WAIT: (glyphs.wait, WARN),
        Verb.SKIPPED: (glyphs.unused, MUTED),
        Verb.DUPLICATE: (glyphs.ignored, MUTED),
    }[verb]
