"""The Fund as an Excel file for finance."""

from pathlib import Path

from papers.workbook import Cell, Sheet, pounds, to_xlsx
from queries.money import FundPosition
from queries.statement import CaseMoney, GroupMoney, Statement

MONEY = ("Reserved", "Committed", "Spent", "Released")


def write(file: Path, years: list[FundPosition], statements: list[Statement]) -> None:
    """Write years, cases, themes, clusters, contributions and payments to a file, amounts in pounds."""
    file.write_bytes(to_xlsx([_years(years), *(sheet for one in statements for sheet in _sheets(one))]))


def _years(years: list[FundPosition]) -> Sheet:
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


def _sheets(one: Statement) -> list[Sheet]:
    cases = [_case(c) for c in one.cases]
    return [
        Sheet(f"{one.label} cases", ("Case", "URN", "School", "Theme", "Cluster", "Provider", "VAT", *MONEY), cases),
        Sheet(f"{one.label} themes", ("Theme", "Cases", *MONEY), _groups(one.by_theme)),
        Sheet(f"{one.label} clusters", ("Cluster", "Cases", *MONEY), _groups(one.by_cluster)),
        Sheet(
            f"{one.label} contributions",
            ("Contributor", "Amount", "Received", "Basis"),
            [[c.contributor, pounds(c.pence), c.received_on, c.basis] for c in one.contributions],
        ),
        Sheet(
            f"{one.label} payments",
            ("Paid", "Case", "Amount", "For"),
            [[p.paid_on, p.reference, pounds(p.pence), p.what_for] for p in one.payments],
        ),
    ]


def _groups(groups: tuple[GroupMoney, ...]) -> list[list[Cell]]:
    return [[g.name, g.cases, *map(pounds, (g.reserved, g.committed, g.spent, g.released))] for g in groups]


def _case(c: CaseMoney) -> list[Cell]:
    words: list[Cell] = [c.reference, c.urn, c.school, c.theme, c.cluster, c.provider, c.vat]
    return [*words, *(pounds(pence) for pence in (c.reserved, c.committed, c.spent, c.released))]
