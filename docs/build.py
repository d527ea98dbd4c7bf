"""`make docs`: the pages of docs/ and those that the code itself says, gathered and built into a site."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import yaml

from cli.main import sib
from config.settings import ROOT
from mail.rendering import render
from mail.samples import SAMPLES
from rules.lifecycle import TRANSITIONS

HERE = Path(__file__).parent
GENERATED = "Written from the code by `make docs`."


def command_line() -> str:
    """Every command with its help, as `sib COMMAND --help` says it."""
    lines = ["# Command line", "", GENERATED, ""]
    for words, command in _commands(sib, ("sib",)):
        context = click.Context(command, info_name=" ".join(words))
        lines += [f"## `{' '.join(words)}`", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return "\n".join(lines)


def _commands(group: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, group
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            if found is not None:
                yield from _commands(found, (*words, name))


def transitions() -> str:
    """The table that alone says what may follow what."""
    lines = ["# Transitions", "", GENERATED, "", "| from | to |", "|---|---|"]
    for before, after in TRANSITIONS.items():
        following = ", ".join(sorted(state.value for state in after)) or "an end"
        lines.append(f"| {before.value} | {following} |")
    return "\n".join(lines) + "\n"


def emails() -> str:
    """Every e-mail with an example: its subject and its words."""
    lines = ["# E-mails", "", GENERATED, " Each has an HTML form that says the same.", ""]
    for name, context in sorted(SAMPLES.items()):
        rendered = render(context)
        lines += [f"## {name}", "", f"**{rendered.subject.strip()}**", "", "```text", rendered.text.rstrip(), "```", ""]
    return "\n".join(lines)


def deployments() -> str:
    """What prefect.yaml says, as a table."""
    found: list[dict[str, Any]] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    lines = ["# Deployments and schedules", "", GENERATED, "", "| deployment | what it does | when, in Europe/London |"]
    lines.append("|---|---|---|")
    for one in found:
        when = ", ".join(f"`{schedule.get('cron', schedule.get('rrule'))}`" for schedule in one.get("schedules", []))
        lines.append(f"| {one['name']} | {one['description']} | {when or 'when it is asked for'} |")
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "reference/cli.md": command_line,
    "reference/transitions.md": transitions,
    "reference/emails.md": emails,
    "reference/deployments.md": deployments,
}


def gather(to: Path) -> None:
    """Copy the written pages and write the generated ones."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(HERE, to, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name, page in PAGES.items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_text(page(), encoding="utf-8")


def build(build_folder: Path) -> Path:
    """Build the site; a broken link or a page outside the navigation is an error. Where it is."""
    from mkdocs.commands.build import build as build_site
    from mkdocs.config import load_config

    gather(build_folder / "docs")
    config = load_config(
        str(ROOT / "mkdocs.yml"),
        docs_dir=str(build_folder / "docs"),
        site_dir=str(build_folder / "site"),
        strict=True,
    )
    named = set(_named(config["nav"]))
    gathered = build_folder / "docs"
    others = [str(page.relative_to(gathered)) for page in sorted(gathered.rglob("*.md"))]
    config["nav"] += [{"Decisions": [one for one in others if one.startswith("adr/") and one not in named]}]
    config["nav"] += [{"More": more}] if (more := [o for o in others if "adr/" not in o and o not in named]) else []
    build_site(config)
    return build_folder / "site"


def _named(nav: Any) -> Iterator[str]:
    """The pages that a navigation names."""
    if isinstance(nav, str):
        yield nav
    else:
        for one in nav.values() if isinstance(nav, dict) else nav:
            yield from _named(one)


if __name__ == "__main__":
    sys.stdout.write(f"{build(ROOT / 'build')}/index.html\n")
