"""under which authority DfE's tables listed a school in a year."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database from the revision before to this one."""
    op.create_table(
        "listed_schools",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("urn", sa.Integer(), nullable=False),
        sa.Column("year", sa.String(length=200), nullable=False),
        sa.Column("la_code", sa.Integer(), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_schools")),
        sa.UniqueConstraint("urn", "year", name=op.f("uq_listed_schools_urn_year")),
    )
    op.create_index("ix_listed_schools_la_code_year", "listed_schools", ["la_code", "year"])


def downgrade() -> None:
    """Take the database back to the revision before."""
    op.drop_index("ix_listed_schools_la_code_year", table_name="listed_schools")
    op.drop_table("listed_schools")
