"""Looking for a person in what must name none: logs, and everything that Prefect keeps."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from ahocorasick import Automaton
from sqlalchemy.orm import Session

from casework.links import token_of
from models.contacts import Contact
from models.links import Link


def of_people(session: Session, key: bytes) -> set[str]:
    """Every name in full, surname with title, address and telephone number, and every link's token."""
    words: set[str] = set()
    for person in session.scalars(sa.select(Contact)):
        words |= {person.email, f"{person.first_name} {person.surname}"}
        words |= {person.phone} if person.phone else set()
        words |= {f"{person.title} {person.surname}"} if person.title else set()
    return words | {token_of(nonce, key) for nonce in session.scalars(sa.select(Link.nonce))}


def found_in(words: set[str], text: str) -> set[str]:
    """Which of these words stand in a text, in whatever case."""
    any_of = Automaton()
    for word in words:
        any_of.add_word(word.lower(), word)
    any_of.make_automaton()
    return {word for _, word in any_of.iter(text.lower())}


def written(folder: Path) -> Iterator[tuple[str, str]]:
    """Each log, and each table of each of Prefect's databases, with all of its text: parameters, results, names."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        if file.read_bytes()[:15] == b"SQLite format 3":
            yield from _tables(file)
        elif "storage" in file.parts or file.suffix in {".log", ".json", ".toml", ".txt"}:
            yield str(file.relative_to(folder)), file.read_text(errors="replace")


def _tables(file: Path) -> Iterator[tuple[str, str]]:
    with sqlite3.connect(file) as database:
        database.text_factory = lambda raw: raw.decode(errors="replace")
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            rows = database.execute(f'SELECT * FROM "{name}"').fetchall()
            yield f"{file.name}:{name}", "\n".join(str(value) for row in rows for value in row if value is not None)
