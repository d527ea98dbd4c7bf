"""`sib doctor`: everything the service stands on, each with a tick or with what to do; then every setting."""

import http.client
from collections.abc import Iterator

import click

from cli.checks import CHECKS
from cli.checks.finding import Finding
from cli.options import as_json
from cli.printing import show_json
from config.settings import Settings, settings
from rules.errors import Refused


@click.command()
@as_json
def doctor(json_wanted: bool) -> None:
    """Look at everything the service stands on. Exit 1 when something needs a person."""
    findings = [one for what, check in CHECKS for one in _guarded(what, check)]
    if json_wanted:
        show_json([*findings, *_settings(settings())])
    else:
        for one in findings:
            click.echo(f"{'✓' if one.well else '✗'} {one.what}: {one.said}")
        click.echo("\nSettings")
        for one in _settings(settings()):
            click.echo(f"  {one.what} = {one.said}  ({one.comes_from})")
    bad = sum(not one.well for one in findings)
    if bad:
        raise Refused(f"{bad} of {len(findings)} checks need a person.")


def _guarded(what: str, check: object) -> list[Finding]:
    from sqlalchemy.exc import SQLAlchemyError

    assert callable(check)
    try:
        found = check()
    except Refused as refused:
        return [Finding(what, well=False, said=str(refused))]
    except (OSError, http.client.HTTPException) as error:
        said = getattr(error, "strerror", None) or type(error).__name__
        return [Finding(what, well=False, said=f"cannot be reached: {said}.")]
    except SQLAlchemyError:
        return [
            Finding(what, well=False, said="the database cannot be asked: see the first line, then `sib db upgrade`.")
        ]
    return found if isinstance(found, list) else [found]


def _settings(found: Settings) -> Iterator[Finding]:
    """Each setting with its value, secrets covered, and where it came from."""
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        variables = [str(one) for one in getattr(alias, "choices", [])] or [f"SIB_{name.upper()}"]
        source = "environment" if name in found.model_fields_set else "default"
        yield Finding(variables[0], well=True, said=shown(found, name), comes_from=source)


def shown(found: Settings, name: str) -> str:
    """A setting as an operator may see it."""
    if name == "database_url":
        return found.shown_database_url
    if name == "smtp_url":
        return found.shown_smtp_url or ""
    value = getattr(found, name)
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)  # a SecretStr shows stars
