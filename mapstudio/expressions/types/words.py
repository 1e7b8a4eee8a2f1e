"""Types in words: ``number | null``, ``list of text``."""

from __future__ import annotations

from mapstudio.expressions.types.lattice import (
    KINDS,
    Format,
    ListType,
    ObjectType,
    TextType,
    Type,
    kinds_of,
)

_UNCOUNTED = {"text", "null", "nothing", "options", "references", "unknown"}
_LISTS = {"unknown": "list", "nothing": "empty list", "option": "options", "reference": "references"}


def type_words(of: Type, *, null: bool = True) -> str:
    """Return the type in words, its alternatives with ``|`` between them.

    Args:
        of: The type.
        null: Tell that it may be null; without that only of what can be nothing else.
    """
    if not of.known and len(kinds_of(of)) == len(KINDS):
        return "unknown"
    words = alternatives(of)
    if of.null and ((null and of.known) or not words):
        words.append("null")
    return " | ".join(words) or "nothing"


def phrase(of: Type) -> str:
    """Return the type as a sentence says it, null left out: ``a number or text``."""
    unknown = not of.known and len(kinds_of(of)) == len(KINDS)
    words = ["unknown"] if unknown else alternatives(of) or [type_words(of)]
    return " or ".join(
        word if word in _UNCOUNTED else f"{'an' if word[0] in 'aeiou' else 'a'} {word}" for word in words
    )


def alternatives(of: Type) -> list[str]:
    """Return the words of what it may be beside null."""
    found = _text_words(of.text) if of.text is not None else []
    # An id is a whole number in one system and a text in another.
    if of.number is not None and not (of.number.whole and "reference" in found):
        found.append("integer" if of.number.whole else "number")
    if of.booleans:
        found.append("boolean")
    if of.object is not None:
        found.append(_object_word(of.object))
    if of.list is not None:
        found.append(_list_words(of.list))
    return list(dict.fromkeys(found))


def _text_words(of: TextType) -> list[str]:
    options = {item.value for item in of.options}
    found: list[str] = []
    if options and options >= of.values:
        found.append("option")
    elif of.values and Format.TEXT not in of.formats:
        found += ["option", "text"] if options else ["text"]
    return found + [item.value for item in Format if item in of.formats]


def _object_word(of: ObjectType) -> str:
    return "reference" if of.reference else "object"


def _list_words(of: ListType) -> str:
    words = type_words(of.elements)
    if words in _LISTS:
        return _LISTS[words]
    return f"list of ({words})" if "|" in words else f"list of {words}"
