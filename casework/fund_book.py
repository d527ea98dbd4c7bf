"""The Fund as tables for finance: its years, and the statement of each; amounts in pounds."""

from papers.workbook import Cell, Sheet, pounds, to_xlsx
from queries.money import FundPosition
from queries.statement import CaseMoney, GroupMoney, Statement

MONEY = ("Reserved", "Committed", "Spent", "Released")


PARTS = {
    "cases": "Cases",
    "themes": "Cases by theme",
    "clusters": "Cases by family cluster",
    "contributions": "Contributions",
    "payments": "Payments",
}
"""The tables of a statement, in words."""


def book(years: list[FundPosition], statements: list[Statement]) -> bytes:
    """Every year, and every table of its statement, as one Excel file."""
    return to_xlsx([years_table(years), *(table(one, part) for one in statements for part in PARTS)])


def years_table(years: list[FundPosition]) -> Sheet:
    """A row a year: where its money stands."""
    rows: list[list[Cell]] = [
        [
            y.label,
            *map(pounds, (y.grant, y.contributions, y.carried_in, y.carried_out, y.ring_fenced, y.budget)),
            *map(pounds, (y.reserved, y.committed, y.spent, y.free, y.ring_spent)),
        ]
        for y in years
    ]
    return Sheet(
        "Years",
        (
            "Year", "Grant", "Contributions", "Carried in", "Carried out", "Ring-fence", "Budget", "Reserved",
            "Committed", "Spent", "Free", "Paid to the Chair",
        ),
        rows,
    )  # fmt: skip


def table(one: Statement, part: str) -> Sheet:
    """One of `PARTS` of a year's statement."""
    headings: tuple[str, ...]
    rows: list[list[Cell]]
    match part:
        case "cases":
            headings = ("Case", "URN", "School", "Theme", "Cluster", "Provider", "VAT", *MONEY)
            rows = [_case(c) for c in one.cases]
        case "themes":
            headings, rows = ("Theme", "Cases", *MONEY), _groups(one.by_theme)
        case "clusters":
            headings, rows = ("Cluster", "Cases", *MONEY), _groups(one.by_cluster)
        case "contributions":
            headings = ("Contributor", "Amount", "Received", "Basis")
            rows = [[c.contributor, pounds(c.pence), c.received_on, c.basis] for c in one.contributions]
        case _:
            headings = ("Paid", "Case", "Amount", "For")
            rows = [[p.paid_on, p.reference, pounds(p.pence), p.what_for] for p in one.payments]
    return Sheet(f"{one.label} {part}", headings, rows)


def _groups(groups: tuple[GroupMoney, ...]) -> list[list[Cell]]:
    return [[g.name, g.cases, *map(pounds, (g.reserved, g.committed, g.spent, g.released))] for g in groups]


def _case(c: CaseMoney) -> list[Cell]:
    words: list[Cell] = [c.reference, c.urn, c.school, c.theme, c.cluster, c.provider, c.vat]
    return [*words, *(pounds(pence) for pence in (c.reserved, c.committed, c.spent, c.released))]
