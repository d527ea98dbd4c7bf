"""A PDF as an independent reader (pikepdf) finds it."""

import io

import pikepdf
import pytest

from papers.pdf import to_pdf

PAGE = (
    '<!doctype html><html lang="en-GB"><head><title>Papers</title></head><body><h1>Papers</h1>'
    "<table><thead><tr><th scope=col>Year</th></tr></thead><tbody><tr><td>2026-27</td></tr></tbody></table>"
    "</body></html>"
)


def kinds(node: object) -> set[str]:
    """The kinds of structure elements below a node of a PDF's tree of tags."""
    found: set[str] = set()
    if isinstance(node, pikepdf.Array):
        for one in node:
            found |= kinds(one)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            found.add(str(node["/S"]))
        found |= kinds(node.get("/K"))
    return found


def test_a_pdf_has_tags_title_and_language() -> None:
    with pikepdf.open(io.BytesIO(to_pdf(PAGE))) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.docinfo["/Title"]) == "Papers"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert kinds(pdf.Root.StructTreeRoot.K) >= {"/H1", "/Table", "/TR", "/TH", "/TD"}
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"


def test_a_paper_fetches_nothing() -> None:
    with pytest.raises(ValueError, match="fetches nothing"):
        to_pdf(PAGE.replace("</head>", '<link rel="stylesheet" href="https://elsewhere.example/x.css"></head>'))
