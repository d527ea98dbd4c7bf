"""who is signed in and who may ask."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


PURPOSES = (
    *("school-offer", "provider-offer", "plan-school", "plan-provider", "update", "case"),
    *("meeting", "pack", "group-letter", "minutes"),
)


def _purposes(values: tuple[str, ...]) -> None:
    """The check of what a link may be for, made anew: Alembic sees no change of an enum's values."""
    listed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_links_purpose"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_links_purpose"), f"purpose IN ({listed})")


def upgrade() -> None:
    """Bring the database from the revision before to this one."""
    _purposes((*PURPOSES, "sign-in"))
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "chair",
                "board",
                "finance",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("token_sha256", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "expires_at IS NULL OR expires_at > created_at", name=op.f("ck_api_tokens_ends_after_start")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("name", name=op.f("uq_api_tokens_name")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_tokens_token_sha256")),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=200), nullable=False),
        sa.Column("who_sha256", sa.String(length=200), nullable=False),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("kind", "who_sha256", "window_at", name=op.f("uq_attempts_kind_who_sha256_window_at")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_window_at"), ["window_at"], unique=False)

    op.create_table(
        "openid_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state_sha256", sa.String(length=200), nullable=False),
        sa.Column("browser_sha256", sa.String(length=200), nullable=False),
        sa.Column("nonce", sa.String(length=200), nullable=False),
        sa.Column("code_verifier", sa.String(length=200), nullable=False),
        sa.Column("go_on_to", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_openid_requests")),
        sa.UniqueConstraint("state_sha256", name=op.f("uq_openid_requests_state_sha256")),
    )
    with op.batch_alter_table("openid_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_openid_requests_created_at"), ["created_at"], unique=False)

    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=200), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column(
            "signed_in_by",
            sa.Enum(
                "link", "openid", "demo", name="signed_in_by", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_staff_sessions_ends_after_start")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_staff_sessions_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_staff_sessions_token_sha256")),
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_sessions_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "case_reads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["commission_id"], ["commissions.id"], name=op.f("fk_case_reads_commission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_reads")),
    )
    with op.batch_alter_table("case_reads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_reads_actor"), ["actor"], unique=False)
        batch_op.create_index("ix_case_reads_commission_at", ["commission_id", "at"], unique=False)

    op.create_table(
        "run_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("flow", sa.String(length=200), nullable=False),
        sa.Column(
            "parameters",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "started",
                "done",
                "refused",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("flow_run_id", sa.String(length=200), nullable=True),
        sa.Column("progress", sa.String(length=200), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("commission_id", sa.Integer(), nullable=True),
        sa.Column(
            "facts",
            sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql"),
            nullable=False,
        ),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state = 'waiting' OR flow_run_id IS NOT NULL OR said <> ''", name=op.f("ck_run_requests_started_where")
        ),
        sa.ForeignKeyConstraint(["commission_id"], ["commissions.id"], name=op.f("fk_run_requests_commission_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_requests")),
        sa.UniqueConstraint("flow_run_id", name=op.f("uq_run_requests_flow_run_id")),
        sa.UniqueConstraint("key", name=op.f("uq_run_requests_key")),
    )
    with op.batch_alter_table("run_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_requests_commission_id"), ["commission_id"], unique=False)
        batch_op.create_index("ix_run_requests_state_id", ["state", "id"], unique=False)

    op.protect("case_reads")


def downgrade() -> None:
    """Take the database back to the revision before; links to sign in go, for it has no name for them."""
    op.execute("DELETE FROM links WHERE purpose = 'sign-in'")
    _purposes(PURPOSES)
    op.unprotect("case_reads")
    with op.batch_alter_table("run_requests", schema=None) as batch_op:
        batch_op.drop_index("ix_run_requests_state_id")
        batch_op.drop_index(batch_op.f("ix_run_requests_commission_id"))

    op.drop_table("run_requests")
    with op.batch_alter_table("case_reads", schema=None) as batch_op:
        batch_op.drop_index("ix_case_reads_commission_at")
        batch_op.drop_index(batch_op.f("ix_case_reads_actor"))

    op.drop_table("case_reads")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_sessions_contact_id"))

    op.drop_table("staff_sessions")
    with op.batch_alter_table("openid_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_openid_requests_created_at"))

    op.drop_table("openid_requests")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempts_window_at"))

    op.drop_table("attempts")
    op.drop_table("api_tokens")
