"""closed cases evaluated again on later results."""

import json
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database from the revision before to this one; what each evaluation rests on is read from its figures."""
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("results", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.create_table(
        "later_evaluations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(length=200), nullable=False),
        sa.Column(
            "figures",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint("results <> ''", name=op.f("ck_later_evaluations_of_some_results")),
        sa.ForeignKeyConstraint(["commission_id"], ["commissions.id"], name=op.f("fk_later_evaluations_commission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_later_evaluations")),
        sa.UniqueConstraint("commission_id", "results", name=op.f("uq_later_evaluations_commission_id_results")),
    )
    op.protect("later_evaluations")
    _read_results()


def _read_results() -> None:
    bind = op.get_bind()
    for number, kept in bind.execute(sa.text("SELECT id, figures FROM evaluations")).all():
        figures = json.loads(kept) if isinstance(kept, str) else kept or []
        named = {f"{one['measure']} {one['years'][1]}" for one in figures if one.get("measure") and one.get("years")}
        if named:
            bind.execute(
                sa.text("UPDATE evaluations SET results = :results WHERE id = :id"),
                {"results": ", ".join(sorted(named)), "id": number},
            )


def downgrade() -> None:
    """Take the database back to the revision before; what was said later goes."""
    op.unprotect("later_evaluations")
    op.drop_table("later_evaluations")
    with op.batch_alter_table("evaluations", schema=None) as batch_op:
        batch_op.drop_column("results")
