"""Automatic answers of people who are away (RFC 3834): noticing one, and the day on which it says they are back."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_SUBJECT = re.compile(
    r"^\s*(automatic reply|auto(matic)?[ -]?(response|reply)|out of (the )?office|away from|on (annual )?leave"
    r"|i am away|absence|abwesen|r[ée]ponse automatique)",
    re.IGNORECASE,
)
_OFFICE = re.compile(r"out of (the )?office", re.IGNORECASE)
_GONE = re.compile(
    r"no longer (works?|working|employed|with|at|the head)|(has|have) (now )?(left|retired|moved on)"
    r"|(am|is) no longer|mailbox is (no longer|not) monitored|(left|leaving) the school",
    re.IGNORECASE,
)
_MONTHS = {
    month: place
    for place, month in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_LEAD = r"(?P<lead>until|till|through|to|back|return(?:s|ing|ed)?|reopens?|re-open|available)(?:\s+\w+){0,4}?\s+"
_WORDS = re.compile(
    _LEAD + r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sun)(?:day)?,?\s+)?(?:the\s+)?"
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>[a-z]{3,9})\.?,?(?:\s+(?P<year>\d{4}))?",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    _LEAD + r"(?:[a-z]+day,?\s+)?(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4}|\d{2})\b", re.IGNORECASE
)
_ISO = re.compile(_LEAD + r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b", re.IGNORECASE)
LONGEST = timedelta(days=500)


def is_absence(subject: str, auto_submitted: str, precedence: str, *, marked: bool) -> bool:
    """Whether an automatic answer speaks of a person's absence: it says so in a header, or by its subject.

    `marked` is whether one of the older headers for it is there.
    """
    if auto_submitted.lower().startswith("auto-replied") or precedence.lower() == "auto_reply":
        return True
    automatic = marked or auto_submitted.lower().startswith("auto-") or precedence.lower() in {"bulk", "junk"}
    return bool(_SUBJECT.match(subject)) or (
        automatic and bool(re.search(r"out of (the )?office", subject, re.IGNORECASE))
    )


def is_farewell(text: str) -> bool:
    """Whether it says that the person has gone for good."""
    return bool(_GONE.search(text))


def back_on(text: str, received_on: date) -> date | None:
    """The latest day that it names as the end of the absence, written as in this country; None when it names none.

    A day without a year is the next one after the mail came.
    """
    days = [day for day in _days(text, received_on) if received_on <= day <= received_on + LONGEST]
    return max(days, default=None)


def _days(text: str, received_on: date) -> Iterator[date]:
    for found in _WORDS.finditer(text):
        month = _MONTHS.get(found["month"][:3].lower())
        if month is not None:
            yield from _made(found["year"], month, int(found["day"]), received_on)
    for pattern in (_FIGURES, _ISO):
        for found in pattern.finditer(text):
            yield from _made(found["year"], int(found["month"]), int(found["day"]), received_on)


def _made(year: str | None, month: int, day: int, received_on: date) -> Iterator[date]:
    try:
        if year is not None:
            yield date(int(year) + (2000 if len(year) == 2 else 0), month, day)
            return
        this_year = date(received_on.year, month, day)
        yield this_year if this_year >= received_on else date(received_on.year + 1, month, day)
    except ValueError:
        return
