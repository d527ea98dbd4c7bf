"""Settings: the only reader of the environment; every name starts with SIB_."""

import hashlib
import hmac
import os
from collections.abc import Mapping
from datetime import date, time
from email.utils import parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AliasChoices, Field, PrivateAttr, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from config.key_file import key_in
from config.settings_said import complaints, without_password
from config.sign_in import SignInSettings
from rules.errors import Refused
from rules.policy import Policy
from rules.retention import Retention

ROOT = Path(__file__).resolve().parent.parent
"""The repository: templates, migrations and prefect.yaml are found from here, never from the current directory."""

SMTP_SCHEMES = frozenset({"smtp", "smtp+starttls", "smtps"})
MAILBOX_SCHEMES = frozenset({"maildir", "mbox", "imap", "imap+starttls", "imaps"})
SHORTEST_SECRET = 32


def _default_database_url() -> SecretStr:
    return SecretStr(f"sqlite:///{Path.cwd() / '.sib' / 'sib.sqlite'}")


class Settings(SignInSettings, BaseSettings):
    """Everything a council may set; frozen, and without secrets when printed."""

    model_config = SettingsConfigDict(
        env_prefix="SIB_",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        use_attribute_docstrings=True,
    )

    database_url: SecretStr = Field(default_factory=_default_database_url)
    """sqlite:///PATH or postgresql://…; the default is .sib/sib.sqlite under the current directory."""

    smtp_url: SecretStr | None = None
    """smtp://, smtp+starttls:// or smtps://user:password@host:port; without one, mail is kept in `outbox_dir`."""

    smtp_ca_file: Path | None = None
    """A file of certificate authorities, for a mail server whose certificate the system's own do not vouch for."""

    smtp_connections: int = Field(default=8, ge=1, le=100)
    """Connections to the mail server that are open at once, each kept for message after message."""

    smtp_timeout: float = Field(default=30.0, gt=0)
    """Seconds that the mail server may take over an answer; over the one to a whole message it may take ten minutes."""

    retry_hours: float = Field(default=72.0, gt=0)
    """Hours for which a message is tried again that the mail server would not take for now."""

    mail_per_minute: int = Field(default=0, ge=0)
    """E-mails a minute at most, of all workers of this database together; 0 is no limit. A sign-in link, which somebody
    waits for, is counted and never held back."""

    mail_per_minute_per_domain: int = Field(default=0, ge=0)
    """The same for the addresses of any one domain: some providers defer whoever sends faster."""

    dkim_domain: str = ""
    """Sign e-mails for this domain (DKIM, RFC 6376); empty: they are not signed."""

    dkim_selector: str = "sib"
    """The public key stands in DNS at SELECTOR._domainkey.DOMAIN."""

    dkim_key: Path | None = None
    """The private key, Ed25519 or RSA of at least 2,048 bits, as PEM."""

    fail_at: str = ""
    """For tests of deaths: the process kills itself at this step (`marked`), or the third time there (`marked:3`)."""

    base_url: str = "http://127.0.0.1:8000"
    """Where the pages are reached from outside: the stem of every link in an e-mail."""

    secret_key: SecretStr | None = None
    """At least 32 characters; without it a key file is made beside the database (see `link_key`)."""

    area: str = Field(default="838", pattern=r"^\d{3}$")
    """The local authority's three digits, as DfE writes them: which schools are ours unless said otherwise."""

    other_areas: Annotated[tuple[Annotated[int, Field(ge=1, le=999)], ...], NoDecode] = ()
    """Codes of the other authorities whose schools are judged too, with commas: of a Board for several, or a nation."""

    council_name: str = "Dorset Council"
    """As it signs e-mails and heads pages."""

    service_name: str = "School Improvement Board"
    """What the service is called, there too."""

    brand_colour: str = Field(default="#1d4e6b", pattern=r"^#[0-9a-fA-F]{6}$")
    """The council's own, as #rrggbb."""

    mail_from: str = "School Improvement Board <board@sib.example>"
    """The sender of every e-mail."""

    reply_to: str = "school.improvement@sib.example"
    """A mailbox that somebody reads."""

    bounce_domain: str = "bounces.sib.example"
    """Bounce addresses are made at this domain, one a message, so that a bounce names its message."""

    returns_url: SecretStr | None = None
    """Where bounces arrive: maildir:///PATH, mbox:///PATH or imaps://user:password@host/FOLDER; unset: none is read."""

    officer_phone: str = "01632 960 001"
    """Shown at the foot of every e-mail; the default is from the range kept for fiction."""

    trial: bool = True
    """Mail goes to `trial_recipients` only, the rest is kept and shown as withheld, until this is switched off."""

    trial_recipients: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses, or @domains, divided by commas."""

    send_from: time = time(8, 0)
    """No mail goes out before, on the wall clock of a school day …"""

    send_until: time = time(16, 0)
    """… nor after."""

    timezone: ZoneInfo = ZoneInfo("Europe/London")
    """Where the wall clock hangs."""

    real_data: Path = ROOT.parent / "shared" / "data" / "real"
    """Published files that the tests on real data read."""

    demo: bool = False
    """Everything is invented: officers' pages are open to whoever reaches them, and say so."""

    today: date | None = None
    """The day on which a demo that has been played stands still; the real one when it is not set."""

    policy: Policy = Policy()
    """How long people have and when they are chased: SIB_POLICY as JSON, such as {"school_offer_days": 12}."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """How much is logged; ids only at any level."""

    log_format: Literal["text", "json"] = "text"
    """`json` writes each line of a log as one JSON object, for a collector of logs."""

    operators: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses, divided by commas, that are told at once of a run that failed, is late or never came."""

    metrics_token: SecretStr | None = None
    """What a collector of metrics sends as its bearer token; without one, /metrics answers this machine only."""

    hook_url: str | None = None
    """Where Prefect's server reaches the pages, when that is not `base_url`: http://10.0.0.7:8000."""

    old_secret_key: SecretStr | None = None
    """The key before the last change of SIB_SECRET_KEY: links made with it still open …"""

    old_secret_key_until: date | None = None
    """… until this day; without a day, until it is taken out."""

    retention: Retention = Retention()
    """How long what is kept: SIB_RETENTION as JSON, such as {"mail_days": 365}."""

    parts: Annotated[int, Field(ge=1, le=64)] = 1
    """In how many parts, by school, a day's work is shared out: as many as there are workers."""

    kept_in: Path | None = Field(default=None, validation_alias=AliasChoices("SIB_STATE_DIR"))
    """Where keys, kept mail and Prefect's own files live; by default beside the SQLite file, else in .sib."""

    prefect_api_url: str | None = Field(
        default=None, validation_alias=AliasChoices("SIB_PREFECT_API_URL", "PREFECT_API_URL")
    )
    """With a server configured, commands that act start a deployment's run; without, the flow runs in-process."""

    prefect_auth_string: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("SIB_PREFECT_API_AUTH_STRING", "PREFECT_API_AUTH_STRING")
    )
    """`user:password` of a Prefect server that asks for it."""

    prefect_ui_url: str | None = Field(
        default=None, validation_alias=AliasChoices("SIB_PREFECT_UI_URL", "PREFECT_UI_URL")
    )
    """Where an operator opens Prefect's pages, when that is elsewhere."""

    _started_in: Path = PrivateAttr(default_factory=Path.cwd)

    @field_validator("trial_recipients", "operators", "other_areas", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value

    @field_validator("council_name", "service_name", "mail_from", "reply_to", "bounce_domain", "officer_phone")
    @classmethod
    def _fits_a_header(cls, value: str) -> str:
        if any(ord(character) < 32 or ord(character) == 127 for character in value):
            message = "must not hold a line break or another control character"
            raise ValueError(message)
        return value

    @field_validator("mail_from", "reply_to")
    @classmethod
    def _is_one_address(cls, value: str) -> str:
        name, address = parseaddr(value)
        local, _, domain = address.rpartition("@")
        if not local or not domain or not address.isascii() or "," in value.replace(f'"{name}"', ""):
            message = "must be one e-mail address, with or without a name: Board <board@example.gov.uk>"
            raise ValueError(message)
        return value

    @field_validator("base_url", "prefect_api_url", "prefect_ui_url", "hook_url")
    @classmethod
    def _is_web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc:
            message = "must start with http:// or https:// and name a host"
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _is_smtp_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            if parts.scheme not in SMTP_SCHEMES or not parts.hostname:
                message = "must start with smtp://, smtp+starttls:// or smtps:// and name a host"
                raise ValueError(message)
        return value

    @field_validator("returns_url")
    @classmethod
    def _is_mailbox(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            file = parts.scheme in {"maildir", "mbox"}
            if parts.scheme not in MAILBOX_SCHEMES or not (parts.path if file else parts.hostname):
                message = "must start with maildir:///, mbox:///, imap://, imap+starttls:// or imaps://"
                raise ValueError(message)
        return value

    @field_validator("database_url")
    @classmethod
    def _names_its_driver(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        scheme, _, rest = url.partition("://")
        if scheme in {"postgres", "postgresql"}:
            return SecretStr(f"postgresql+psycopg://{rest}")
        if scheme not in {"sqlite", "postgresql+psycopg"}:
            message = "must start with sqlite:/// or postgresql://"
            raise ValueError(message)
        file = url.removeprefix("sqlite:///")
        if scheme == "sqlite" and file not in {"", ":memory:"}:
            return SecretStr(f"sqlite:///{Path(file).absolute()}")  # whatever the current directory is later
        return value

    @field_validator("secret_key", "old_secret_key")
    @classmethod
    def _is_long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_SECRET:
            message = f"must have at least {SHORTEST_SECRET} characters"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _sends_within_one_day(self) -> Self:
        if self.send_from >= self.send_until:
            message = "SIB_SEND_FROM must be before SIB_SEND_UNTIL"
            raise ValueError(message)
        return self

    @property
    def areas(self) -> tuple[int, ...]:
        """Every authority whose schools are judged, our own first."""
        return (int(self.area), *(one for one in dict.fromkeys(self.other_areas) if one != int(self.area)))

    @property
    def is_https(self) -> bool:
        """Whether the pages are reached by HTTPS: then cookies are for it alone."""
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.get_secret_value().startswith("sqlite")

    @property
    def shown_database_url(self) -> str:
        """The database's address as an operator may see it."""
        return without_password(self.database_url.get_secret_value())

    @property
    def shown_smtp_url(self) -> str | None:
        """The mail server's address as an operator may see it."""
        return None if self.smtp_url is None else without_password(self.smtp_url.get_secret_value())

    @property
    def state_dir(self) -> Path:
        """Where this installation keeps what is not in its database."""
        if self.kept_in is not None:
            return self.kept_in.absolute()
        if self.is_sqlite:
            return Path(self.database_url.get_secret_value().removeprefix("sqlite:///")).parent
        return self._started_in / ".sib"

    @property
    def outbox_dir(self) -> Path:
        """Where mail is kept while there is no mail server."""
        return self.state_dir / "outbox"

    @property
    def prefect_home(self) -> Path:
        return self.state_dir / "prefect"

    @property
    def prefect_auth(self) -> str:
        return "" if self.prefect_auth_string is None else self.prefect_auth_string.get_secret_value()

    def for_child(self) -> dict[str, str]:
        """What a process must be told whose current directory is another: a flow's run has one of its own."""
        return {"SIB_DATABASE_URL": self.database_url.get_secret_value(), "SIB_STATE_DIR": str(self.state_dir)}

    def link_key(self) -> bytes:
        """The key from which link tokens are derived and sessions are signed (ADR 0006).

        Without SIB_SECRET_KEY one is made on first use, readable by its owner only. Whoever loses it makes every link
        already sent stop working; several machines must share one through SIB_SECRET_KEY.
        """
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        return key_in(self.state_dir / "secret.key")

    def hook_token(self) -> str:
        """What Prefect's server proves itself with when it tells the pages of a run in trouble."""
        return hmac.new(self.link_key(), b"prefect-hook", hashlib.sha256).hexdigest()

    def link_keys(self, as_of: date) -> tuple[bytes, ...]:
        """The keys whose links open on a day: today's, then the one before while it is still accepted."""
        if self.old_secret_key is None or (self.old_secret_key_until and as_of > self.old_secret_key_until):
            return (self.link_key(),)
        return (self.link_key(), self.old_secret_key.get_secret_value().encode())


@lru_cache(maxsize=1)
def settings() -> Settings:
    """This process's settings, read once; a wrong one is refused with its name and without its value."""
    try:
        return Settings()
    except ValidationError as error:
        raise Refused("; ".join(complaints(error)) + ".") from None
    except SettingsError as error:
        name = str(error).split('"')[1] if '"' in str(error) else ""
        raise Refused(f"SIB_{name.upper()} must be JSON.") from None


def adopt(overrides: Mapping[str, str]) -> Settings:
    """Set names in this process's environment and read its settings again: how a demo gets a world of its own."""
    os.environ.update(overrides)
    settings.cache_clear()
    return settings()


_THREADS = "OPENBLAS_NUM_THREADS"


def environment_for_child(overrides: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with some names set: what a supervised process is started in."""
    return {_THREADS: "1", **os.environ, **overrides}


def switch_off_usage_reports() -> None:
    """Prefect and what it brings send usage reports unless told before their import."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")


def one_thread() -> None:
    """One processor for this process's arithmetic, if nobody says else. Before NumPy is read, whose threads wait
    spinning: evaluating a nation took all of a second processor by them, and no less time.
    """
    os.environ.setdefault(_THREADS, "1")
