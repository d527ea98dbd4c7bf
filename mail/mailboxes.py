"""Where bounces arrive: a Maildir, an mbox or an IMAP folder. Mail is marked as read when it has been dealt with, and
never deleted: that is its owner's business.
"""

import imaplib
import mailbox
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit

from mail.returned import LONGEST
from rules.errors import Refused

TIMEOUT = 60.0


class Mailbox(Protocol):
    """Unread mail, and marking it as read."""

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Each unread mail with the name that this mailbox knows it by; at most `LONGEST` octets of it."""

    def mark_read(self, names: Sequence[str]) -> None:
        """These have been dealt with."""


@dataclass(frozen=True, slots=True)
class Maildir:
    """A folder of files: `new/` is unread, and `cur/` what has no S among its flags."""

    folder: Path

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Oldest first, as their names begin with a time."""
        files = [*(self.folder / "new").iterdir(), *(self.folder / "cur").iterdir()]
        for file in sorted(files, key=lambda one: one.name):
            if file.is_file() and not file.name.startswith(".") and "S" not in file.name.partition(":2,")[2]:
                with file.open("rb") as opened:
                    yield f"{file.parent.name}/{file.name}", opened.read(LONGEST)

    def mark_read(self, names: Sequence[str]) -> None:
        """Rename each into `cur/` with the flag S: one that somebody else has moved meanwhile is theirs."""
        for name in names:
            file = self.folder / name
            stem, _, flags = file.name.partition(":2,")
            try:
                file.rename(self.folder / "cur" / f"{stem}:2,{''.join(sorted({*flags, 'S'}))}")
            except FileNotFoundError:
                continue


@dataclass(frozen=True, slots=True)
class Mbox:
    """One file (RFC 4155), locked while it is read and while marks are written into it."""

    file: Path

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """Mail without an R in its `Status`."""
        with self._locked() as box:
            found = [
                (str(key), box.get_bytes(key)[:LONGEST]) for key in box.iterkeys() if "R" not in box[key].get_flags()
            ]
        yield from found

    def mark_read(self, names: Sequence[str]) -> None:
        """Write R into each one's `Status`."""
        with self._locked() as box:
            for name in names:
                key = cast("str", int(name))  # whatever its stub says, an mbox counts
                message = box[key]
                message.add_flag("R")
                box[key] = message
            box.flush()

    @contextmanager
    def _locked(self) -> Iterator[mailbox.mbox]:
        box = mailbox.mbox(self.file, create=False)
        box.lock()
        try:
            yield box
        finally:
            box.unlock()
            box.close()


@dataclass(frozen=True, slots=True)
class ImapFolder:
    """A folder on a server (RFC 9051, RFC 3501), over TLS unless the address says plain `imap`."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str
    ca_file: Path | None = None

    def unread(self) -> Iterator[tuple[str, bytes]]:
        """What is not \\Seen; looking does not set it."""
        with self._opened(readonly=True) as server:
            _, found = server.uid("SEARCH", "UNSEEN")
            for uid in (found[0] or b"").split():
                _, parts = server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LONGEST}>)")
                for part in parts:
                    if isinstance(part, tuple):
                        yield uid.decode(), part[1]

    def mark_read(self, names: Sequence[str]) -> None:
        """Set \\Seen."""
        if names:
            with self._opened(readonly=False) as server:
                server.uid("STORE", ",".join(names), "+FLAGS.SILENT", r"(\Seen)")

    @contextmanager
    def _opened(self, *, readonly: bool) -> Iterator[imaplib.IMAP4]:
        server = self._connected()
        try:
            server.login(self.user, self.password)
            state, said = server.select(f'"{self.folder}"', readonly=readonly)
            if state != "OK":
                raise Refused(f"The mailbox for bounces has no folder {self.folder}: {said[0]!r}.")
            yield server
        finally:
            try:
                server.logout()
            except (imaplib.IMAP4.error, OSError):
                server.shutdown()

    def _connected(self) -> imaplib.IMAP4:
        context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        if self.scheme == "imaps":
            return imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=TIMEOUT)
        server = imaplib.IMAP4(self.host, self.port, timeout=TIMEOUT)
        if self.scheme == "imap+starttls":
            server.starttls(ssl_context=context)
        return server


def opened(address: str) -> Mailbox:
    """The mailbox at `maildir:///PATH`, `mbox:///PATH` or `imaps://user:password@host/FOLDER` (INBOX by itself).

    Raises:
        Refused: there is nothing of the kind at a path.
    """
    parts = urlsplit(address)
    if parts.scheme in {"maildir", "mbox"}:
        place = Path(unquote(parts.path))
        if parts.scheme == "maildir":
            if not (place / "new").is_dir() or not (place / "cur").is_dir():
                raise Refused(f"There is no Maildir at {place}.")
            return Maildir(place)
        if not place.is_file():
            raise Refused(f"There is no mbox at {place}.")
        return Mbox(place)
    port = parts.port or (993 if parts.scheme == "imaps" else 143)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if any(character in f"{user}{folder}" for character in '\r\n\0"\\'):
        raise Refused("The address of the mailbox for bounces holds a character that no mailbox's name has.")
    return ImapFolder(parts.scheme, parts.hostname or "", port, user, password, folder)


FAULTS = (OSError, imaplib.IMAP4.error, mailbox.Error, ssl.SSLError)
"""What may go wrong with a mailbox: tried again with the next run."""
