"""Logs: one line or one JSON object a record, with ids; an address or a link's token that strays in is taken out.

Code writes ids only; the scrubbing is for what others write: a library's warning, a server's answer in an exception.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime

from config.settings import settings

ADDRESS = re.compile(r"[^\s<>@\"'(),;:=]+@[^\s<>@\"'(),;:]+\.[A-Za-z]{2,}")
LINK = re.compile(r"/(o|p|u|c|m|b|l|stop|sign-in|new-link)/[A-Za-z0-9_-]{16,}")
SECRET = re.compile(r"\b(sib_|code=|state=)[A-Za-z0-9_.-]{16,}")
OWN = set(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "color_message", "taskName"}
SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.asgi", "uvicorn.access")


def scrubbed(text: str) -> str:
    """A text without addresses and without the tokens of links."""
    return SECRET.sub(r"\1…", LINK.sub(r"/\1/…", ADDRESS.sub("(address)", text)))


class Lines(logging.Formatter):
    """One line for people: time in UTC, level, logger, what was said, and the ids that came with it."""

    def format(self, record: logging.LogRecord) -> str:
        ids = " ".join(f"{name}={value}" for name, value in extras(record).items())
        text = f"{moment(record)} {record.levelname} {record.name} {record.getMessage()}"
        return scrubbed(" ".join(part for part in (text, ids, self._trouble(record)) if part))

    def _trouble(self, record: logging.LogRecord) -> str:
        return "\n" + self.formatException(record.exc_info) if record.exc_info else ""


class JsonLines(logging.Formatter):
    """One JSON object a line, for a collector of logs."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "time": moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
        }
        said |= {name: scrubbed(str(v)) if isinstance(v, str) else v for name, v in extras(record).items()}
        if record.exc_info:
            said["trouble"] = scrubbed(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False, default=str)


def extras(record: logging.LogRecord) -> dict[str, object]:
    """What was logged beside the message, by `extra=`: ids and counts."""
    return {name: value for name, value in vars(record).items() if name not in OWN}


def moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def formatter() -> logging.Formatter:
    return JsonLines() if settings().log_format == "json" else Lines()


def configure() -> None:
    """Send this process's logs to standard error in the chosen form; a web server's own lines too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter())
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if type(one) is not logging.StreamHandler] + [handler]
    root.setLevel(settings().log_level)
    for name in SERVERS:
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    logging.getLogger("uvicorn.access").disabled = True  # it writes whole paths, and a link's path carries its token


def for_prefect() -> dict[str, str]:
    """What makes Prefect's own programs write in the same form."""
    level = {"PREFECT_LOGGING_LEVEL": settings().log_level}
    return level | ({"PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER": "json"} if settings().log_format == "json" else {})
