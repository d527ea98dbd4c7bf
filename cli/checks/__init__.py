"""What `sib doctor` looks at: each check says that a thing is well, or what to do about it."""

from cli.checks import machine, mail, papers, prefect, records

CHECKS = (
    ("database", records.database),
    ("event log", records.event_log),
    ("calendar", records.calendar),
    ("bank holidays", records.bank_holidays),
    ("runs", records.runs),
    ("outbox", records.outbox),
    ("operators", records.operators),
    ("mail server", mail.server),
    ("bounces", mail.bounces),
    ("trial mode", mail.trial_mode),
    ("templates", mail.templates),
    ("papers", papers.drawing),
    ("Prefect", prefect.server),
    ("clock", machine.clocks),
    ("disk", machine.disk),
    ("key", machine.key),
)
