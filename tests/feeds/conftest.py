"""Files to read, written for one test each."""

from collections.abc import Callable
from pathlib import Path

import pytest

Given = Callable[..., Path]


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """Write a file of this name, from text (UTF-8 unless told) or bytes, and say where it is."""

    def write(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write
