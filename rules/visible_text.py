"""Text from people, made fit for showing: nothing unseen in it, and nothing that turns the direction of the rest."""

import unicodedata

_TURNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"))


def visible(text: str) -> str:
    """The text without control characters (line breaks and tabs stay) and without bidirectional controls (UAX #9)."""
    kept = text.translate(_TURNS)
    return "".join(c for c in kept if c in "\n\t" or unicodedata.category(c) != "Cc")
