"""Text from people, made fit for showing: nothing unseen in it, and nothing that turns the direction of the rest."""

import re

_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""The control characters but for line feed and tab, and the bidirectional controls of UAX #9."""


def visible(text: str) -> str:
    """The text without control characters (line breaks and tabs stay) and without bidirectional controls (UAX #9)."""
    return _UNSEEN.sub("", text)
