"""The key that an installation makes for itself on first use, readable by its owner only."""

import os
import secrets
from pathlib import Path


def key_in(file: Path) -> bytes:
    """Read the key, or make it: linked into place, so that of two processes starting at once both read one key."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(48))
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            pass  # another process was first: its key is the key
        finally:
            draft.unlink()
    return file.read_bytes().strip()
