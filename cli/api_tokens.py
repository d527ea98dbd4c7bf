"""`sib api-token`: tokens with which other programs use /api/v1."""

import click

from cli.options import as_json
from cli.printing import show_json, show_rows


@click.group("api-token")
def api_token() -> None:
    """Tokens for /api/v1."""


@api_token.command()
@click.argument("name")
@click.option("--role", type=click.Choice(["officer", "chair", "board", "finance", "admin"]), required=True)
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long it works.")
def make(name: str, role: str, days: int) -> None:
    """Print a new token for the program NAME; it is shown this once."""
    from datetime import timedelta

    from casework import api_tokens
    from config import clock
    from config.database import session_scope
    from models.staff import StaffRole

    now = clock.now()
    with session_scope() as session:
        token = api_tokens.make(
            session, name, StaffRole(role), by="operator", now=now, expires_at=now + timedelta(days=days)
        )
    click.echo(token)


@api_token.command("list")
@as_json
def list_(json_wanted: bool) -> None:
    """List the tokens by number and name; the tokens themselves are kept nowhere."""
    import sqlalchemy as sa

    from config.database import reading_scope
    from models.api_tokens import ApiToken

    names = ("number", "name", "role", "made_by", "created_at", "last_used_at", "expires_at", "revoked_at")
    with reading_scope() as session:
        rows = [
            (one.id, one.name, one.role, one.made_by, one.created_at, one.last_used_at, one.expires_at, one.revoked_at)
            for one in session.scalars(sa.select(ApiToken).order_by(ApiToken.id))
        ]
    if json_wanted:
        show_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        show_rows([name.replace("_", " ") for name in names], rows, "There is no token.")


@api_token.command()
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
def revoke(number: int) -> None:
    """Take the token NUMBER out of use."""
    from casework import api_tokens
    from config import clock
    from config.database import session_scope

    with session_scope() as session:
        api_tokens.revoke(session, number, now=clock.now())
    click.echo(f"Token {number} is out of use.")
