"""A link's token is taken as it stands in the e-mail, whatever it begins with."""

import pytest

from tests.cli.conftest import Sib


@pytest.mark.parametrize("token", ["-n" + "A" * 20, "-h" + "_" * 20, "--file" + "A" * 16, "-" * 22])
def test_a_token_that_looks_like_an_option_is_a_token(on_sqlite: Sib, token: str) -> None:
    on_sqlite.done("db", "upgrade")
    answer = on_sqlite.folder / "answer.json"
    answer.write_text('{"accept": true, "name": "Priya Shah"}')
    unknown = on_sqlite.refused("answer", "A" * 22, "--file", answer)
    assert "link" in unknown
    assert on_sqlite.refused("answer", token, "--file", answer) == unknown
    assert on_sqlite.refused("answer", "--file", answer, "--as-of", "2026-01-05", "--", token) == unknown
