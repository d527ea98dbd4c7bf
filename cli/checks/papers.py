"""Whether the Board's papers can be drawn as PDF."""

from cli.checks.finding import Finding

PAGE = '<!doctype html><html lang="en-GB"><head><title>A test</title></head><body><h1>A test</h1></body></html>'


def drawing() -> Finding:
    """A PDF needs a library of the system's."""
    from papers.pdf import to_pdf
    from rules.errors import Refused

    try:
        drawn = to_pdf(PAGE)
    except Refused as refused:
        return Finding("papers", well=False, said=str(refused))
    return Finding("papers", well=drawn.startswith(b"%PDF-"), said="the Board's papers can be drawn as PDF")
