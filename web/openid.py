"""OpenID Connect: code flow with PKCE, state and nonce; the ID token's signature, issuer and audience checked.

OpenID Connect Core 1.0, 3.1; RFC 7636. The signatures are Authlib's own JOSE library's work.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from config.settings import settings

ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "RS512", "ES384", "ES512"]
"""Signatures that a public key proves: never `none`, and none with a shared secret."""

PATIENCE = 10.0
LEEWAY = 60


class NotSignedIn(Exception):
    """The issuer, or what came from it, cannot be trusted or reached; the sentence is for the person."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """What the issuer says of itself in its discovery document."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def discover() -> Issuer:
    """Read the issuer's discovery document, which must name the very issuer that is set.

    Raises:
        NotSignedIn: it cannot be reached, or says that it is somebody else.
    """
    wanted = settings().openid_issuer or ""
    found = _json("GET", f"{wanted.rstrip('/')}/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != wanted.rstrip("/"):
        raise NotSignedIn("The sign-in service says that it is another one.")
    try:
        return Issuer(found["authorization_endpoint"], found["token_endpoint"], found["jwks_uri"])
    except KeyError:
        raise NotSignedIn("The sign-in service does not say where to sign in.") from None


def address(issuer: Issuer, *, state: str, nonce: str, verifier: str) -> str:
    """Where to send the browser."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": settings().openid_client_id or "",
        "redirect_uri": back_to(),
        "scope": "openid email profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in issuer.authorization_endpoint else "?"
    return f"{issuer.authorization_endpoint}{joint}{urlencode(asked)}"


def email_of(issuer: Issuer, *, code: str, nonce: str, verifier: str) -> str:
    """Exchange the code, check the ID token, and give the address that it names.

    Raises:
        NotSignedIn: anything about it is wrong.
    """
    found = settings()
    secret = found.openid_client_secret.get_secret_value() if found.openid_client_secret else ""
    given = _json(
        "POST",
        issuer.token_endpoint,
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to(),
            "code_verifier": verifier,
            "client_id": found.openid_client_id or "",
            "client_secret": secret,
        },
    )
    claims = checked(str(given.get("id_token", "")), _json("GET", issuer.jwks_uri), nonce)
    email = claims.get(found.openid_email_claim)
    if not isinstance(email, str) or claims.get("email_verified", True) is not True:
        raise NotSignedIn("The sign-in service does not vouch for your e-mail address.")
    return email


def checked(token: str, keys: Any, nonce: str) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7).

    Raises:
        NotSignedIn: signature, issuer, audience, time or nonce is not what it must be.
    """
    found = settings()
    client = found.openid_client_id or ""
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": found.openid_issuer or ""},
        aud={"essential": True, "value": client},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=ALGORITHMS).claims
        rules.validate(claims)
    except (JoseError, ValueError, TypeError, KeyError):
        raise NotSignedIn("What the sign-in service sent does not hold.") from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != client:
        raise NotSignedIn("What the sign-in service sent is for another program.")
    return dict(claims)


def back_to() -> str:
    """Where the issuer sends the browser back to; registered there."""
    return f"{settings().base_url}/openid/back"


def _json(method: str, url: str, **more: Any) -> dict[str, Any]:
    try:
        answered = httpx.request(method, url, timeout=PATIENCE, follow_redirects=False, **more)
        answered.raise_for_status()
        found = answered.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise NotSignedIn("The sign-in service does not answer as it should.") from None
    if not isinstance(found, dict):
        raise NotSignedIn("The sign-in service does not answer as it should.")
    return found
