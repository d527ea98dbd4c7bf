"""unsettled messages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

RETRIED = sa.text("state = 'retry'")


def upgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_attempt_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("unsettled", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("told_on", sa.Date(), nullable=True))
    op.create_index(
        "ix_messages_retry", "messages", ["next_attempt_at"], sqlite_where=RETRIED, postgresql_where=RETRIED
    )


def downgrade() -> None:
    op.drop_index("ix_messages_retry", "messages", sqlite_where=RETRIED, postgresql_where=RETRIED)
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("told_on")
        batch_op.drop_column("unsettled")
        batch_op.drop_column("first_attempt_at")
