"""django-post_office: queued in bulk with a template, rendered and sent by its own command over kept connections.

The template is the chaser as rendered for one person, with that person's values as variables: simpler than ours, in
Django's language, which is the one it has.
"""

import os
from html import escape
from pathlib import Path
from typing import Any

import django
from django.conf import settings as django_settings

from benchmarks.measuring import Measured, measured
from config.database import engine
from mail.rendering import Rendered, render
from mail.samples import SAMPLES

CHASER = "impact-update-request"
BATCH, THREADS, QUEUED_AT_ONCE = 500, 8, 500
OPTIONS = {
    "BATCH_SIZE": BATCH,
    "THREADS_PER_PROCESS": THREADS,
    "DEFAULT_PRIORITY": "medium",
    "LOG_LEVEL": 0,
    "LOCKFILE_EXPIRY": 300,
}
"""No log row for what went well (0), as the documentation advises for many; the rest larger than what it comes with."""


def run(port: int, n: int) -> Measured:
    """Queue n and send what is queued."""
    _set_up(port)
    from django.core.management import call_command
    from post_office import mail
    from post_office.models import STATUS, Email, EmailTemplate

    call_command("migrate", verbosity=0)
    Email.objects.all().delete()
    EmailTemplate.objects.all().delete()
    rendered = _with_variables(render(SAMPLES[CHASER]))
    template = EmailTemplate.objects.create(
        name="chaser", subject=rendered.subject, content=rendered.text, html_content=rendered.html
    )
    with measured() as taken:
        for start in range(1, n + 1, QUEUED_AT_ONCE):
            mail.send_many([_of(number, template) for number in range(start, min(start + QUEUED_AT_ONCE, n + 1))])
        call_command("send_queued_mail", processes=1, verbosity=0)
    assert Email.objects.filter(status=STATUS.sent).count() == n
    return taken


def _of(number: int, template: Any) -> dict[str, Any]:
    return {
        "recipients": [f"head{number}@school{number % 997}.example"],
        "sender": "School Improvement Board <board@sib.example>",
        "template": template,
        "context": {"name": f"Priya Shah-{number}", "url": f"https://sib.example/u/{number:022d}"},
        "render_on_delivery": True,
    }


def _with_variables(rendered: Rendered) -> Rendered:
    """Name and link as variables, in the text and in the page."""
    sample: Any = SAMPLES[CHASER]

    def opened(words: str) -> str:
        for value, name in ((sample.head.recipient, "{{ name }}"), (sample.url, "{{ url }}")):
            words = words.replace(value, name).replace(escape(value), name)
        return words

    return Rendered(rendered.subject, opened(rendered.text), opened(rendered.html))


def _set_up(port: int) -> None:
    url = engine().url
    database: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{url.database}.post-office"}
    if url.get_backend_name() == "postgresql":
        database = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.database,
            "USER": url.username,
            "PASSWORD": url.password or "",
            "HOST": url.host or url.query.get("host", ""),
            "PORT": url.port or "",
        }
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unused")
    django_settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        EMAIL_BACKEND="post_office.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        POST_OFFICE=OPTIONS,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        MEDIA_ROOT=str(Path(f"{url.database}.media")),
        USE_TZ=True,
        SECRET_KEY="for a benchmark",  # noqa: S106  nothing is signed
    )
    django.setup()
