"""What a file is before anything is parsed: its size, its digest, its form and its encoding, in bounded memory."""

import codecs
import enum
import hashlib
from dataclasses import dataclass
from pathlib import Path

from feeds.values import printable
from rules.errors import Refused

LARGEST_FILE = 300_000_000  # the whole of GIAS is about 60 MB
LARGEST_DOCUMENT = 5_000_000  # JSON and iCalendar, which are read whole
_CHUNK = 1 << 20
_START = 4096


class Form(enum.Enum):
    CSV = "CSV"
    XLSX = "an Excel workbook"
    JSON = "JSON"
    ICS = "an iCalendar file"


@dataclass(frozen=True, slots=True)
class Content:
    """A file that can be opened. `encoding` is None for a workbook; without `ends_with_newline` it may be cut off."""

    path: Path
    form: Form
    sha256: str
    encoding: str | None
    ends_with_newline: bool

    @property
    def filename(self) -> str:
        return shown_name(self.path)

    def text(self) -> str:
        """All of it, for the forms that cannot be read in rows. Refuses a document of more than 5 MB."""
        if self.path.stat().st_size > LARGEST_DOCUMENT:
            raise Refused(f"{self.filename} is {self.form.value} of more than {LARGEST_DOCUMENT // 1_000_000} MB.")
        return self.path.read_text(encoding=self.encoding)


def shown_name(path: Path) -> str:
    """The name of a file for a sentence: a name may hold line breaks and controls, and a sentence may not."""
    return printable(path.name, 120)


# What people save or download instead of data, by its first bytes.
_NOT_DATA = (
    (b"%PDF", "is a PDF, not a table: look for the CSV or Excel version"),
    (b"\xd0\xcf\x11\xe0", "is in the old Excel form (.xls): save it as .xlsx or as CSV UTF-8"),
    (b"\x1f\x8b", "is compressed (gzip): unpack it first"),
    (b"Rar!", "is a RAR archive: unpack it first"),
    (b"\xff\xfe", "is saved as UTF-16 (Excel's Unicode text): save it as CSV UTF-8"),
    (b"\xfe\xff", "is saved as UTF-16 (Excel's Unicode text): save it as CSV UTF-8"),
    (b"\x89PNG", "is a picture, not a table"),
)


def examine(path: Path) -> Content:
    """Look at a whole file once, a megabyte at a time.

    Refuses what is missing, not a file, empty, too large, of a form that holds no table, or in no encoding that the
    publishers use (UTF-8, else Windows-1252).
    """
    name = shown_name(path)
    try:
        if path.is_dir():
            raise Refused(f"{name or path} is a folder, not a file.")
        if not path.is_file():
            raise Refused(f"{name} is not a file." if path.exists() else f"{name} cannot be found.")
        if path.stat().st_size > LARGEST_FILE:
            raise Refused(
                f"{name} is larger than {LARGEST_FILE // 1_000_000} MB, more than any file that is published."
            )
        return _examine(path, name)
    except OSError as error:
        # The system's own words say what is wrong: no permission, a name that is too long.
        raise Refused(f"{name} cannot be read: {error.strerror or error}.") from None


def _examine(path: Path, name: str) -> Content:
    digest = hashlib.sha256()
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    windows: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("cp1252")()
    nul_at: int | None = None
    read = 0
    start = last = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            start = start or chunk[:_START]
            last = chunk[-1:]
            digest.update(chunk)
            if nul_at is None and b"\0" in chunk:
                nul_at = read + chunk.index(b"\0")
            utf8, windows = _still_decodes(utf8, chunk), _still_decodes(windows, chunk)
            read += len(chunk)
    form = _form(name, start)
    if form is Form.XLSX:
        return Content(path, form, digest.hexdigest(), None, ends_with_newline=True)
    if nul_at is not None:
        raise Refused(f"{name} holds a NUL byte at position {nul_at + 1}: it is damaged or is not text.")
    if _still_decodes(utf8, b"", final=True):
        encoding = "utf-8-sig"
    elif windows:
        encoding = "cp1252"
    else:
        raise Refused(f"{name} is neither UTF-8 nor Windows-1252 text: save it as CSV UTF-8.")
    return Content(path, form, digest.hexdigest(), encoding, ends_with_newline=last in {b"\n", b"\r"})


def _still_decodes(
    decoder: codecs.IncrementalDecoder | None, chunk: bytes, *, final: bool = False
) -> codecs.IncrementalDecoder | None:
    if decoder is None:
        return None
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return None
    return decoder


def _form(filename: str, start: bytes) -> Form:
    for magic, problem in _NOT_DATA:
        if start.startswith(magic):
            raise Refused(f"{filename} {problem}.")
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Form.XLSX
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text:
        raise Refused(f"{filename} is empty.")
    if text.startswith(b"<"):
        raise Refused(
            f"{filename} is a web page or XML (often an error page saved under the name of a file), not a table."
        )
    if text.startswith((b"{", b"[")):
        return Form.JSON
    if text[:15].upper() == b"BEGIN:VCALENDAR":
        return Form.ICS
    return Form.CSV
