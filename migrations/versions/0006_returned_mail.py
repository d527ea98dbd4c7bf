"""returned mail, and held messages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the database from the revision before to this one."""
    op.create_table(
        "returned_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "hard",
                "soft",
                "refused",
                "delayed",
                "delivered",
                "absence",
                "left",
                "reply",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=200), nullable=True),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_returned_mail_contact_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_returned_mail_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_returned_mail_key")),
    )
    with op.batch_alter_table("returned_mail", schema=None) as batch_op:
        batch_op.create_index("ix_returned_mail_contact", ["contact_id", "kind", "received_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_returned_mail_message_id"), ["message_id"], unique=False)

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the database back to the revision before."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("held_until")

    with op.batch_alter_table("returned_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_returned_mail_message_id"))
        batch_op.drop_index("ix_returned_mail_contact")

    op.drop_table("returned_mail")
