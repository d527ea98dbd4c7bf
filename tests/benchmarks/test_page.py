"""The page of benchmarks: every figure that was printed stands in it."""

import json
from pathlib import Path

from benchmarks.page import this_machine, write


def test_every_figure_stands_in_the_page(tmp_path: Path) -> None:
    figures = [
        {"name": "load", "n": 2400, "seconds": 13.5, "cpu_seconds": 12.52, "did": {"a": 1}, "database": "sqlite"},
        {"name": "load", "n": 24000, "seconds": 124.0, "cpu_seconds": 116.61, "did": None, "database": "sqlite"},
        {"name": "load: growth", "n": 24000, "from": 2400, "of_cpu_time": 0.97},
    ]
    write(["no JSON\n", *(json.dumps(one) + "\n" for one in figures)], tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text()
    assert "| load | sqlite | 2,400 | 13.5 | 12.52 |" in text
    assert "| load | sqlite | 24,000 | 124.0 | 116.61 |" in text
    assert "| load: growth | 24,000 | 2,400 | 0.97 |" in text
    assert this_machine() in text
    assert text.count("|---") == 5 + 4  # no bar stands over loading
