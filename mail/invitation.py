"""A Board meeting as an .ics file (RFC 5545, RFC 5546): what a calendar takes in, moves when it is sent again, and
strikes out when it is cancelled.
"""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText


def calendar_text(
    *,
    uid: str,
    sequence: int,
    title: str,
    starts_at: datetime,
    minutes: int,
    place: str,
    organiser: tuple[str, str],
    attendee: tuple[str, str],
    stamped_at: datetime,
    cancelled: bool = False,
) -> str:
    """The invitation, its change or its cancellation.

    `uid` stays the same for the life of a meeting and `sequence` rises with each change (RFC 5545, 3.8.7.4).
    `starts_at` and `stamped_at` are aware; people are (name, address). Times are written in UTC, which needs no table
    of zones and is right in summer and winter.
    """
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", _utc(stamped_at))
    event.add("dtstart", _utc(starts_at))
    event.add("dtend", _utc(starts_at + timedelta(minutes=minutes)))
    event.add("summary", title)
    event.add("location", place)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("organizer", _person(*organiser), encode=False)
    invited = _person(*attendee)
    invited.params["ROLE"] = vText("REQ-PARTICIPANT")
    invited.params["PARTSTAT"] = vText("NEEDS-ACTION")
    invited.params["RSVP"] = vText("TRUE")
    event.add("attendee", invited, encode=False)
    made = Calendar()
    made.add("prodid", "-//School Improvement Board//EN")
    made.add("version", "2.0")
    made.add("method", "CANCEL" if cancelled else "REQUEST")
    made.add_component(event)
    text: str = made.to_ical().decode()
    return text.replace("\r\n", "\n")


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def _person(name: str, address: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{address}")
    made.params["CN"] = vText(name)
    return made
