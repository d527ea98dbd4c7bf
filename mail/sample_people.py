"""Who writes to whom in the invented examples of e-mails."""

from dataclasses import replace

from mail import contexts as c

HEAD = c.Letterhead(
    council="Wessex Council",
    service="School Improvement",
    brand_colour="#00703c",
    recipient="Alex Marsh",
    officer="Sam Hallett",
    phone="01632 960 111",
    reply_to="school-improvement@council.example",
    reference="SIB-2026-014",
)
"""To the head of the school of the examples."""
OWN = replace(HEAD, recipient="Sam Hallett", reference="")
"""To the officer."""
MEMBER = replace(HEAD, recipient="Ruth Okafor", reference="")
"""To a member of the Board."""
URL = "https://support.council.example/r/Zm9yIHRoZSBleGFtcGxlcyE"
