"""Return addresses, one a message (VERP: variable envelope return path), and telling a real one from a made-up one.

What comes back to `board+1204.k3m9…@bounces.example` is about message 1204. The tag is keyed, so that nobody who can
count can write us a false bounce and have somebody's address taken for dead.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence

TAG_BYTES = 10
_ADDRESS = re.compile(r"[a-z0-9._~=-]+\+(?P<id>[0-9]{1,18})\.(?P<tag>[a-z2-7]{16})@(?P<domain>[a-z0-9.-]+)\Z")


def return_address(message_id: int, *, local: str, domain: str, key: bytes) -> str:
    """The envelope's sender of one message: at most 64 octets before the @ (RFC 5321, 4.5.3.1.1).

    Letters are lower case only, because some servers change case on the way back.
    """
    return f"{local.lower()[:24]}+{message_id}.{_tag(message_id, key)}@{domain}"


def message_of(address: str, *, domain: str, keys: Sequence[bytes]) -> int | None:
    """The number of the message that a return address belongs to; None when it is not one of ours.

    `keys` are today's and, for a while after it was changed, the one before.
    """
    found = _ADDRESS.match(address.strip().strip("<>").lower())
    if found is None or found["domain"] != domain.lower():
        return None
    message_id = int(found["id"])
    return message_id if any(hmac.compare_digest(found["tag"], _tag(message_id, key)) for key in keys) else None


def _tag(message_id: int, key: bytes) -> str:
    """80 bits of HMAC-SHA256 (RFC 2104) over the number, in letters and digits that survive any server."""
    code = hmac.new(key, f"return:{message_id}".encode(), hashlib.sha256).digest()[:TAG_BYTES]
    return base64.b32encode(code).decode().lower()
