"""A page as a tagged PDF that a screen reader can use (PDF/UA-1, ISO 14289-1)."""

from rules.errors import Refused


def to_pdf(html: str) -> bytes:
    """The PDF of a whole page. Nothing is fetched: a page brings its own styles and has no pictures from elsewhere.

    Raises:
        Refused: the system lacks Pango, with which WeasyPrint draws text.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError, URLFetcher
    except OSError:
        raise Refused(
            "A PDF needs the system's Pango library (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0); "
            "the page itself is there as HTML."
        ) from None
    nothing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    try:
        made: bytes = HTML(string=html, url_fetcher=nothing).write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:  # which is no Exception
        message = f"a paper fetches nothing: {error}"
        raise ValueError(message) from None
    return made
