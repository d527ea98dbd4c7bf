"""The benchmarks are found and print one line of JSON a figure; how fast anything is, no test asks."""

import json

from click.testing import CliRunner

from benchmarks.__main__ import found, main


def test_each_benchmark_is_found_by_its_name() -> None:
    assert "mail" in found()
    assert "wanted" not in found()


def test_figures_are_lines_of_json() -> None:
    done = CliRunner().invoke(main, ["mail", "--n", "3", "--only", "render", "--only", "build"])
    assert done.exit_code == 0, done.output
    figures = [json.loads(line) for line in done.output.splitlines()]
    assert [figure["name"] for figure in figures] == ["render", "build"]
    assert all({"n", "database", "per_second", "cpu_ms_each", "peak_mb"} <= set(figure) for figure in figures)


def test_an_unknown_name_is_a_wrong_usage() -> None:
    done = CliRunner().invoke(main, ["nothing"])
    assert done.exit_code == 2
    assert "There is no benchmark nothing" in done.output
