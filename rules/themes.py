"""The default catalogue of themes, written to the database when it is created; a council may add its own.

Governor support and finance are left out: the paper keeps them for later [1.5, 4.4].
"""

DEFAULT_THEMES: tuple[tuple[str, str], ...] = (
    ("reading", "Reading"),
    ("writing", "Writing"),
    ("maths", "Maths"),
    ("phonics", "Phonics"),
    ("attainment-gap", "Attainment gap"),
    ("attendance", "Attendance"),
    ("send", "Special educational needs and disabilities"),
    ("leadership", "Leadership and standards"),
    ("behaviour", "Behaviour"),
    ("early-years", "Early years"),
)
