"""The machine: its clocks, its disks, and the key file."""

import http.client
import shutil
import stat
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from cli.checks.finding import Finding
from config import clock
from config.settings import settings

MOST_SKEW = timedelta(seconds=30)
LEAST_FREE = 2 * 1024**3


def clocks() -> list[Finding]:
    """The zone is known, and this machine's clock agrees with the database's and with Prefect's."""
    now = clock.now()
    zone = settings().timezone
    said = f"{clock.local(now):%Y-%m-%d %H:%M:%S} in {zone.key}, UTC {clock.local(now):%z}"
    findings = [Finding("clock", well=True, said=said)]
    others = {"the database": _database_time(), "Prefect's server": _prefect_time()}
    for whose, theirs in others.items():
        if theirs is None:
            continue
        apart = abs(theirs - clock.now())
        well = apart <= MOST_SKEW
        said = f"{apart.total_seconds():.0f} s apart from this machine"
        findings.append(Finding(f"clock of {whose}", well=well, said=said + ("" if well else ": set both by NTP")))
    return findings


def disk() -> list[Finding]:
    """There is room where the state and the database are."""
    places = {"state": settings().state_dir}
    if settings().is_sqlite:
        places["database"] = Path(settings().database_url.get_secret_value().removeprefix("sqlite:///")).parent
    findings = []
    for what, place in places.items():
        there = next(one for one in (place, *place.absolute().parents) if one.exists())
        free = shutil.disk_usage(there).free
        well = free >= LEAST_FREE
        said = f"{free / 1024**3:.1f} GB free under {place}"
        findings.append(Finding(f"disk of the {what}", well=well, said=said + ("" if well else ": make room")))
    return findings


def key() -> list[Finding]:
    """The key is set, or its file is its owner's alone; an old key is still accepted or can be taken out."""
    found = settings()
    findings = []
    file = found.state_dir / "secret.key"
    if found.secret_key is not None:
        findings.append(Finding("key", well=True, said="from SIB_SECRET_KEY"))
    elif not file.exists():
        findings.append(Finding("key", well=True, said=f"is made on first use in {file}"))
    else:
        mode = stat.S_IMODE(file.stat().st_mode)
        well = not mode & 0o077
        findings.append(Finding("key", well=well, said=f"{file}" + ("" if well else f": `chmod 600 {file}`")))
    if found.old_secret_key is not None:
        until = found.old_secret_key_until
        over = until is not None and clock.today() > until
        said = f"is accepted until {until.isoformat() if until else 'it is taken out'}"
        findings.append(
            Finding("old key", well=not over, said="its day is over: unset SIB_OLD_SECRET_KEY" if over else said)
        )
    return findings


def _database_time() -> datetime | None:
    import sqlalchemy as sa

    from config.database import reading_scope

    if settings().is_sqlite:
        return None
    with reading_scope() as session:
        found: datetime = session.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    return found


def _prefect_time() -> datetime | None:
    """From the Date of its answer (RFC 9110, 6.6.1), which is whole seconds."""
    url = settings().prefect_api_url
    if url is None:
        return None
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=5)
    try:
        connection.request("GET", f"{parts.path}/health")
        said = connection.getresponse().getheader("Date")
    finally:
        connection.close()
    return parsedate_to_datetime(said) if said else None
