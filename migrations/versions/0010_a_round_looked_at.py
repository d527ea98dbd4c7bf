"""A round of the size of England is counted and listed by indexes alone.

Revision ID: 0010
Revises: 0009
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STEP = "ix_impact_updates_state_step"


def upgrade() -> None:
    """Take the database to this revision."""
    with op.batch_alter_table("impact_updates", schema=None) as batch_op:
        batch_op.drop_index(STEP)
        batch_op.create_index(STEP, ["state", "next_step_on", "round_id"], unique=False)
        batch_op.create_index(
            "ix_impact_updates_round_standing", ["round_id", "party", "state", "due_on"], unique=False
        )
        batch_op.create_index("ix_impact_updates_round_due", ["round_id", "due_on"], unique=False)


def downgrade() -> None:
    """Take the database back to the revision before."""
    with op.batch_alter_table("impact_updates", schema=None) as batch_op:
        batch_op.drop_index("ix_impact_updates_round_due")
        batch_op.drop_index("ix_impact_updates_round_standing")
        batch_op.drop_index(STEP)
        batch_op.create_index(STEP, ["state", "next_step_on"], unique=False)
