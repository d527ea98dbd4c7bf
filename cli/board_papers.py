"""`sib board pack`: the papers of a meeting, as page and PDF, whole or their public part."""

from datetime import date
from pathlib import Path

import click

from cli.desks import at_a_desk, reading_desk
from cli.options import as_json, as_of
from cli.printing import show_json
from rules.errors import Refused


@click.command()
@click.argument("meeting", required=False)
@click.option("--make", is_flag=True, help="Gather them anew, as the next version, and tell whoever comes.")
@click.option("--public", is_flag=True, help="The part that names no school, provider or place.")
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=None, help="Write page and PDF."
)
@click.option("--html-only", is_flag=True, help="Leave the PDF out.")
@as_of
@as_json
def pack(
    meeting: str | None,
    make: bool,
    public: bool,
    folder: Path | None,
    html_only: bool,
    as_of: date | None,
    json_wanted: bool,
) -> None:
    """The papers of MEETING; of the next one when it is left out."""
    from casework import packs
    from casework.board_meetings import meeting_named, next_meeting
    from papers.drawing import Part, pack_html
    from papers.pack import as_json as values_of
    from papers.pack import public_part
    from papers.pdf import to_pdf

    if make:
        with at_a_desk(as_of) as desk:
            found = meeting_named(desk, meeting) if meeting else next_meeting(desk)
            if found is None:
                raise Refused("No meeting is planned.")
            packs.make(desk, found)
    with reading_desk(as_of) as desk:
        found = meeting_named(desk, meeting) if meeting else next_meeting(desk)
        if found is None:
            raise Refused("No meeting is planned.")
        papers = packs.newest(desk, found)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        part = Part.PUBLIC if public else Part.ALL
        stem = folder / f"board-{papers.code.replace('/', '-')}{'-public' if public else ''}"
        html = pack_html(papers, part)
        stem.with_suffix(".html").write_text(html, encoding="utf-8")
        if not html_only:
            stem.with_suffix(".pdf").write_bytes(to_pdf(html))
        click.echo(f"Written to {stem}.html" + ("" if html_only else " and .pdf") + ".", err=json_wanted)
    if json_wanted:
        show_json(values_of(public_part(papers) if public else papers))
    elif folder is None:
        click.echo(f"Papers of {papers.day.isoformat()}, version {papers.version} of {papers.made_on.isoformat()}:")
        for section in papers.sections:
            click.echo(f"{section.title}: {len(section.cases)}")
        click.echo("Write them with --to DIR.")
