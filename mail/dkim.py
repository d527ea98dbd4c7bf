"""Signing e-mails (DKIM, RFC 6376; Ed25519 after RFC 8463), so that a receiver can tell that they are ours and whole.

Off unless a domain and a key are set. Headers are canonicalised relaxed, the body simple: it is base64, which nothing
on the way has a reason to touch.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from rules.errors import Refused

SIGNED = (
    "from", "to", "subject", "date", "message-id", "reply-to", "in-reply-to", "references", "mime-version",
    "content-type", "auto-submitted", "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
SHORTEST_RSA = 2048
_SPACE = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")


@dataclass(frozen=True, slots=True)
class Signer:
    """A domain, the selector under which its public key stands in DNS, and the private key."""

    domain: str
    selector: str
    key: Ed25519PrivateKey | RSAPrivateKey

    @classmethod
    def read(cls, domain: str, selector: str, file: Path | None) -> "Signer | None":
        """The signer that is set up; None when signing is off.

        Raises:
            Refused: only one of domain and key is set, or the file holds no key that can be used.
        """
        if not domain and file is None:
            return None
        if not domain or file is None:
            raise Refused("To sign e-mails set both SIB_DKIM_DOMAIN and SIB_DKIM_KEY.")
        try:
            key = load_pem_private_key(file.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise Refused(f"SIB_DKIM_KEY names no private key that can be read ({type(error).__name__}).") from None
        if isinstance(key, RSAPrivateKey) and key.key_size < SHORTEST_RSA:
            raise Refused(f"The RSA key of SIB_DKIM_KEY must have at least {SHORTEST_RSA} bits.")
        if not isinstance(key, Ed25519PrivateKey | RSAPrivateKey):
            raise Refused("SIB_DKIM_KEY must name an Ed25519 or an RSA key.")
        return cls(domain, selector, key)

    def sign(self, message: bytes, at: datetime) -> bytes:
        """The message with its signature in front."""
        head, _, body = message.partition(b"\r\n\r\n")
        lines = [line.partition(b":") for line in _FOLD.sub(b"", head).split(b"\r\n")]
        found = {name.strip().lower().decode(): value for name, _, value in lines}
        names = [name for name in SIGNED if name in found]
        digest = base64.b64encode(hashlib.sha256(body.rstrip(b"\r\n") + b"\r\n").digest()).decode()
        algorithm = "ed25519" if isinstance(self.key, Ed25519PrivateKey) else "rsa"
        # From twice: one more that somebody adds makes the signature wrong (RFC 6376, 8.15).
        tags = (
            f"v=1; a={algorithm}-sha256; c=relaxed/simple; d={self.domain}; s={self.selector};\r\n"
            f"\tt={int(at.timestamp())}; h={':'.join(['from', *names])};\r\n\tbh={digest};\r\n\tb="
        )
        signed = b"".join(_relaxed(name, found[name]) + b"\r\n" for name in names)
        signed += _relaxed("dkim-signature", _FOLD.sub(b"", f" {tags}".encode()))
        return f"DKIM-Signature: {tags}{_folded(self._signature(signed))}\r\n".encode() + message

    def _signature(self, signed: bytes) -> str:
        if isinstance(self.key, Ed25519PrivateKey):
            return base64.b64encode(self.key.sign(hashlib.sha256(signed).digest())).decode()
        return base64.b64encode(self.key.sign(signed, padding.PKCS1v15(), SHA256())).decode()


def _relaxed(name: str, value: bytes) -> bytes:
    return name.encode() + b":" + _SPACE.sub(b" ", value).strip()


def _folded(signature: str) -> str:
    return "\r\n\t ".join(signature[start : start + 72] for start in range(0, len(signature), 72))
