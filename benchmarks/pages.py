"""Pages: how long the server takes for each list and for cases, in a database of the size of England.

`--n` is the number of schools and of cases (24,000); each case has some 42 messages (a million). PostgreSQL, two
workers of uvicorn, one request after the other from a client beside them, on the same machine.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import sqlalchemy as sa

from benchmarks.databases import database
from benchmarks.wanted import Figures, Wanted
from config.database import create_engine

SIZE, ASKED, PORT = 24_000, 40, 8797
ROWS = Path(__file__).with_suffix(".sql")
PATHS = (
    *("/", "/cases", "/cases?search=school%20123", "/cases?overdue=yes&sort=deadline", "/cases?state=active&page=200"),
    *("/cases?sort=school&page=400", "/cases/{case}", "/schools/{urn}", "/outbox", "/outbox?state=bounced"),
    *("/outbox?search={case}", "/round", "/round?standing=overdue&page=50", "/contacts", "/contacts?search=head%20777"),
    *("/contacts?sort=role", "/contacts?sort=role&order=desc&page=300"),
    *("/commission?search=school%20777", "/commission/{urn}?theme=maths", "/fund", "/board", "/calendar"),
    *("/priorities", "/priorities?theme=maths&level=watch&page=2", "/priorities/measures/ks2_mat_exp"),
)


def measure(wanted: Wanted) -> Figures:
    """Figures `page`: the median and the 95th percentile of each address in milliseconds, and its size."""
    for n in wanted.sizes or (SIZE,):
        with tempfile.TemporaryDirectory() as folder, database("postgres", Path(folder)) as url:
            _populate(url, n)
            with_settings = {
                **os.environ,
                "SIB_DATABASE_URL": url,
                "SIB_DEMO": "true",
                "SIB_TODAY": "2026-02-06",
                "SIB_STATE_DIR": folder,
            }
            command = [sys.executable, "-m", "uvicorn", "web.app:app", "--workers", "2", "--port", str(PORT)]
            server = subprocess.Popen([*command, "--log-level", "warning"], env=with_settings)
            try:
                yield from _ask(n)
            finally:
                server.terminate()
                server.wait()


def _ask(n: int) -> Figures:
    with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=60, follow_redirects=True) as client:
        _until_ready(client)
        _sign_in(client)
        for path in PATHS:
            took, size = [], 0
            for one in range(ASKED + 4):
                number = one * 577 % n + 1
                address = path.format(case=f"SIB-2025-{number:05d}", urn=100_000 + number)
                began = time.perf_counter()
                answered = client.get(address)
                if one >= 4:  # each worker has imported and planned by then
                    took.append(1000 * (time.perf_counter() - began))
                size = max(size, len(answered.content))
                if answered.status_code != 200:
                    message = f"{address} answered {answered.status_code}"
                    raise RuntimeError(message)
            took.sort()
            yield {
                "name": "page",
                "database": "postgres",
                "n": n,
                "path": path,
                "median_ms": round(statistics.median(took), 1),
                "p95_ms": round(took[int(len(took) * 0.95) - 1], 1),
                "bytes": size,
            }


def _until_ready(client: httpx.Client) -> None:
    for _ in range(300):
        try:
            if client.get("/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    message = "The pages did not come up."
    raise RuntimeError(message)


def _sign_in(client: httpx.Client) -> None:
    page = client.get("/sign-in/demo").text
    person = page.split('name="person" type="radio" value="')[1].split('"')[0]
    client.post("/sign-in/demo", data={"person": person})


def _populate(url: str, n: int) -> None:
    """Rows made by the database itself: quick, and of the shape that a year of use leaves behind."""
    made = create_engine(url)
    with made.begin() as connection:
        for statement in ROWS.read_text("utf-8").split("\n\n")[1:]:
            sized = {"n": n} if ":n" in statement else {}
            connection.execute(sa.text(statement), sized)
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
    made.dispose()
