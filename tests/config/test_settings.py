"""Settings: defaults that work, refusals in a sentence, no secret where it can be read."""

import os
import stat
import threading
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from pydantic import ValidationError

from config import clock
from config.settings import Settings, environment_for_child, one_thread, settings
from rules.errors import Refused


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SIB_DATABASE_URL")
    monkeypatch.delenv("SIB_STATE_DIR")
    monkeypatch.chdir(tmp_path)


def test_it_works_with_nothing_set(tmp_path: Path) -> None:
    found = settings()
    assert found.database_url.get_secret_value() == f"sqlite:///{tmp_path}/.sib/sib.sqlite"
    assert found.state_dir == tmp_path / ".sib"
    assert found.outbox_dir == tmp_path / ".sib" / "outbox"
    assert found.smtp_url is None
    assert found.trial is True, "no mail goes to a school before somebody says so"
    assert (found.send_from, found.send_until) == (time(8), time(16))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        settings().trial = False  # type: ignore[misc]  # this is what is tested


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://me:pw@db/sib", "postgresql+psycopg://me:pw@db/sib"),
        ("postgres://db/sib", "postgresql+psycopg://db/sib"),
        ("postgresql+psycopg://db/sib", "postgresql+psycopg://db/sib"),
        ("sqlite:////data/sib.sqlite", "sqlite:////data/sib.sqlite"),
    ],
)
def test_addresses_of_databases(monkeypatch: pytest.MonkeyPatch, given: str, used: str) -> None:
    monkeypatch.setenv("SIB_DATABASE_URL", given)
    assert settings().database_url.get_secret_value() == used


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SIB_DATABASE_URL", "mysql://hunter2@db/sib", "SIB_DATABASE_URL must start with sqlite:/// or postgresql://"),
        ("SIB_SMTP_URL", "mail.example", "SIB_SMTP_URL must start with smtp://, smtp+starttls:// or smtps://"),
        ("SIB_SECRET_KEY", "hunter2", "SIB_SECRET_KEY must have at least 32 characters"),
        ("SIB_BASE_URL", "sib.example", "SIB_BASE_URL must start with http:// or https://"),
        ("SIB_SEND_FROM", "17:00", "SIB_SEND_FROM must be before SIB_SEND_UNTIL"),
        ("SIB_BRAND_COLOUR", "red;}", "SIB_BRAND_COLOUR String should match pattern"),
        ("SIB_COUNCIL_NAME", "Wessex\r\nBcc: hunter2@evil.example", "SIB_COUNCIL_NAME must not hold a line break"),
        ("SIB_MAIL_FROM", "Wessex Council, Board <a@hunter2.example>", "SIB_MAIL_FROM must be one e-mail address"),
        ("SIB_RETURNS_URL", "pop3://hunter2@mail.example", "SIB_RETURNS_URL must start with maildir:///"),
        ("SIB_REPLY_TO", "hunter2", "SIB_REPLY_TO must be one e-mail address"),
        ("SIB_TIMEZONE", "Mars/Olympus", "SIB_TIMEZONE"),
        ("SIB_OTHER_AREAS", "201, 2010", "SIB_OTHER_AREAS should be less than or equal to 999"),
        ("SIB_OTHER_AREAS", "Surrey", "SIB_OTHER_AREAS should be a valid integer"),
        ("PREFECT_API_URL", "127.0.0.1:4200", "PREFECT_API_URL must start with http:// or https://"),
    ],
)
def test_a_wrong_setting_is_named_but_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused) as refused:
        settings()
    assert sentence in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_an_empty_setting_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIB_SMTP_URL", "")
    assert settings().smtp_url is None


def test_trial_recipients_are_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIB_TRIAL_RECIPIENTS", " Ann@council.example, @sib.example ,")
    assert settings().trial_recipients == ("ann@council.example", "@sib.example")


def test_no_secret_where_it_can_be_read() -> None:
    found = Settings(
        database_url="postgresql://me:hunter2@db/sib",
        smtp_url="smtps://me:hunter2@mail.example:465",
        secret_key="hunter2" * 6,
    )
    for shown in (repr(found), str(found), found.model_dump_json()):
        assert "hunter2" not in shown
    assert found.shown_database_url == "postgresql+psycopg://me:•••@db/sib"
    assert found.shown_smtp_url == "smtps://me:•••@mail.example:465"


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = settings().link_key()
    assert len(key) >= 32
    file = tmp_path / ".sib" / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert settings().link_key() == key
    assert [found.name for found in file.parent.iterdir()] == ["secret.key"]


def test_processes_that_start_together_share_one_key() -> None:
    keys, together, found = [], threading.Barrier(8), settings()

    def ask() -> None:
        together.wait()
        keys.append(found.link_key())

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_given_key_makes_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SIB_SECRET_KEY", "k" * 40)
    assert settings().link_key() == b"k" * 40
    assert not (tmp_path / ".sib").exists()


@pytest.mark.parametrize("url", ["sqlite:///here/sib.sqlite", "postgresql://db/sib"])
def test_a_child_elsewhere_finds_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    monkeypatch.setenv("SIB_DATABASE_URL", url)
    here = settings()
    for name, value in here.for_child().items():
        monkeypatch.setenv(name, value)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    settings.cache_clear()
    assert settings().state_dir == here.state_dir
    if here.is_sqlite:
        assert settings().database_url.get_secret_value() == f"sqlite:///{tmp_path}/here/sib.sqlite"


def test_today_is_the_schools_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 6, 30, 23, 30, tzinfo=UTC))
    assert clock.today() == date(2027, 7, 1)


@pytest.mark.parametrize(
    ("day", "hour_in_utc"), [(date(2027, 1, 15), 8), (date(2027, 7, 15), 7)], ids=["winter", "summer"]
)
def test_eight_on_the_wall(day: date, hour_in_utc: int) -> None:
    assert clock.at(day, time(8)) == datetime(day.year, day.month, day.day, hour_in_utc, tzinfo=UTC)


def test_now_is_aware() -> None:
    assert clock.now().utcoffset() is not None


def test_a_demo_that_has_been_played_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    assert clock.today() == clock.local(clock.now()).date()
    monkeypatch.setenv("SIB_TODAY", "2026-03-06")
    settings.cache_clear()
    assert clock.today() == date(2026, 3, 6)


def test_a_process_calculates_on_one_processor_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = "OPENBLAS_NUM_THREADS"
    monkeypatch.setenv(threads, "4")
    one_thread()
    assert os.environ[threads] == environment_for_child({})[threads] == "4"
    monkeypatch.delenv(threads)
    assert environment_for_child({})[threads] == "1"
    one_thread()
    assert os.environ[threads] == "1"
