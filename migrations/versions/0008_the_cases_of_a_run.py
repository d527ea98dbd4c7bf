"""The cases of a run that was asked for: several, and from the moment it is asked for.

Revision ID: 0008
Revises: 0007
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Take the database to this revision."""
    op.create_table(
        "run_request_cases",
        sa.Column("run_request_id", sa.Integer(), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["commission_id"], ["commissions.id"], name=op.f("fk_run_request_cases_commission_id")),
        sa.ForeignKeyConstraint(
            ["run_request_id"], ["run_requests.id"], name=op.f("fk_run_request_cases_run_request_id")
        ),
        sa.PrimaryKeyConstraint("run_request_id", "commission_id", name=op.f("pk_run_request_cases")),
    )
    with op.batch_alter_table("run_request_cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_request_cases_commission_id"), ["commission_id"], unique=False)
    op.execute(
        "INSERT INTO run_request_cases (run_request_id, commission_id) "
        "SELECT id, commission_id FROM run_requests WHERE commission_id IS NOT NULL"
    )
    with op.batch_alter_table("run_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_requests_commission_id"))
        batch_op.drop_constraint(batch_op.f("fk_run_requests_commission_id"), type_="foreignkey")
        batch_op.drop_column("commission_id")


def downgrade() -> None:
    """Take the database back to the revision before; of a run over many one case is left."""
    with op.batch_alter_table("run_requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("commission_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_run_requests_commission_id"), "commissions", ["commission_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_run_requests_commission_id"), ["commission_id"], unique=False)
    op.execute(
        "UPDATE run_requests SET commission_id = (SELECT min(commission_id) FROM run_request_cases "
        "WHERE run_request_id = run_requests.id)"
    )
    op.drop_table("run_request_cases")
