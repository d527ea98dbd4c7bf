"""What machines ask: ready or not, the numbers, and Prefect's reports of trouble."""

import logging
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from config import migrations
from config.settings import settings
from mail.sink import MailSink
from models.contacts import Contact
from models.officer_tasks import OfficerTask
from tests.web.conftest import Site
from web import operating_pages


def numbers(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def hook(site: Site, token: str, **said: str) -> httpx.Response:
    return site.client.post("/hooks/prefect", json=said, headers={"Authorization": f"Bearer {token}"})


def test_metrics_count_what_is_there_and_name_nobody(site: Site) -> None:
    answered = site.get("/metrics")
    found = numbers(answered.text)
    assert answered.headers["content-type"].startswith("text/plain")
    assert found[("sib_cases", "active")] == 1
    assert found[("sib_updates", "awaited")] == 2
    assert found[("sib_messages", "queued")] >= 1
    assert found[("sib_outbox_age_seconds",)] > 0
    assert found[("sib_stale_leases",)] == 0
    people = site.read(lambda session: [(c.email, c.surname) for c in session.scalars(sa.select(Contact))])
    assert not any(word in answered.text for pair in people for word in pair)  # type: ignore[attr-defined]


def test_requests_are_counted_by_route_and_never_by_token(site: Site) -> None:
    path = site.links["update"]
    site.get(path)
    site.get("/nothing/that/is/here")
    token = path.rsplit("/", 1)[1]
    for door in ("/cases.{}", "/cases.{}.x", "/cases.x.{}", "/impact/{}.csv", "/impact/{0}.{0}", "/fund/{0}/{0}.xlsx"):
        site.get(door.format(token))
    site.get(f"/minutes/2025-26/{token}.md")
    text = site.get("/metrics").text
    assert numbers(text)[("sib_http_requests_total", "GET", "/u/{token}", "200")] >= 1
    assert numbers(text)[("sib_http_requests_total", "GET", "(none)", "404")] >= 1
    assert 'page="/cases.{kind}"' in text
    assert 'page="/impact/{by}.{kind}"' in text
    assert token not in text
    assert "/nothing/" not in text


def test_requests_are_logged_by_route(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="sib.web"):
        site.get(site.links["update"])
        while not any(record.name == "sib.web" for record in caplog.records):
            time.sleep(0.01)  # the line is written after the answer has gone; the test's own timeout ends this
    records = [record for record in caplog.records if record.name == "sib.web"]
    assert [getattr(record, "page", None) for record in records] == ["/u/{token}"]
    assert not any(site.links["update"].rsplit("/", 1)[1] in str(vars(record)) for record in records)


def test_metrics_are_for_this_machine_or_for_the_token(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    behind_a_proxy = {"X-Forwarded-For": "198.51.100.7"}
    assert site.client.get("/metrics", headers=behind_a_proxy).status_code == 403
    monkeypatch.setenv("SIB_METRICS_TOKEN", "collector")
    settings.cache_clear()
    assert site.get("/metrics").status_code == 403
    assert site.client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert site.client.get("/metrics", headers={"Authorization": "Bearer collector"}).status_code == 200


def test_ready_says_when_the_schema_is_of_another_age(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.get("/ready").text == "ok"
    operating_pages._REVISION.clear()
    monkeypatch.setattr(migrations, "latest", lambda: "9999")
    answered = site.get("/ready")
    assert answered.status_code == 503
    assert "sib db upgrade" in answered.text
    assert site.get("/health").status_code == 200, "the process itself is well"


def test_prefects_report_becomes_a_task_and_a_mail_once(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with MailSink(tmp_path) as sink:
        monkeypatch.setenv("SIB_SMTP_URL", sink.url)
        monkeypatch.setenv("SIB_OPERATORS", "ops@council.example, night@council.example")
        settings.cache_clear()
        token = settings().hook_token()
        for _ in range(2):
            assert hook(site, token, flow="tick", run="r-1", state="Late").status_code == 200
    tasks = site.read(lambda s: s.scalars(sa.select(OfficerTask).where(OfficerTask.key == "run:r-1")).all())
    assert len(tasks) == 1  # type: ignore[arg-type]
    mails = [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(tmp_path.glob("*.eml"))]
    assert [mail["To"] for mail in mails] == ["ops@council.example", "night@council.example"]
    assert "r-1 of tick ended as Late" in mails[0].get_content()
    assert mails[0]["Auto-Submitted"] == "auto-generated"


def test_only_prefect_may_report(site: Site) -> None:
    assert hook(site, "guess", flow="tick", run="r-2", state="Failed").status_code == 403
    assert hook(site, settings().hook_token(), flow="tick").status_code == 400
    tasks = site.read(lambda s: s.scalar(sa.select(sa.func.count()).where(OfficerTask.key == "run:r-2")))
    assert tasks == 0


def test_a_mail_server_that_is_gone_keeps_the_task(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIB_SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setenv("SIB_OPERATORS", "ops@council.example")
    settings.cache_clear()
    assert hook(site, settings().hook_token(), flow="tick", run="r-3", state="Failed").status_code == 200
    assert site.read(lambda s: s.scalar(sa.select(sa.func.count()).where(OfficerTask.key == "run:r-3"))) == 1
