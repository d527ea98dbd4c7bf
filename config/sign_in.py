"""The settings of signing in: how long a session lasts, and who else may say who somebody is."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator


class SignInSettings(BaseModel):
    """A part of `config.settings.Settings`."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    session_idle_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60
    """Somebody who is signed in and opens no page for so long must sign in again …"""

    session_hours: Annotated[int, Field(ge=1, le=7 * 24)] = 12
    """… and everybody after so long."""

    sign_in_link_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 15
    """How long a link to sign in works, once."""

    openid_issuer: str | None = None
    """Who signs officers in: https://login.microsoftonline.com/TENANT/v2.0; without one, by a link in an e-mail."""

    openid_client_id: str | None = None
    """What the issuer knows these pages as; `base_url`/openid/back is the address that it sends people back to."""

    openid_client_secret: SecretStr | None = None
    """The secret that goes with it."""

    openid_email_claim: str = "email"
    """Which claim of the ID token holds the address under which we know the person; `preferred_username` where the
    issuer gives no `email`."""

    largest_form: Annotated[int, Field(ge=10_000, le=100_000_000)] = 1_000_000
    """In bytes; whatever sends more is refused. A page that takes files says so in web/routes.py."""

    @field_validator("openid_issuer")
    @classmethod
    def _is_an_issuer(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "https://none")
        local = parts.hostname in {"127.0.0.1", "localhost"}
        if not parts.netloc or (parts.scheme != "https" and not (local and parts.scheme == "http")):
            message = "must start with https:// and name a host"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _openid_is_whole(self) -> Self:
        given = (self.openid_issuer, self.openid_client_id, self.openid_client_secret)
        if any(given) and not all(given):
            message = "SIB_OPENID_ISSUER, SIB_OPENID_CLIENT_ID and SIB_OPENID_CLIENT_SECRET go together"
            raise ValueError(message)
        return self
