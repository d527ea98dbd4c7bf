"""What Prefect's clients of a server on this machine are given to read."""

import ssl
from pathlib import Path

from cli.prefect_server import PrefectServer


def test_programs_beside_a_local_server_read_one_authority(tmp_path: Path) -> None:
    server = PrefectServer(tmp_path / "prefect", 4200)
    file = server.environment["PREFECT_API_SSL_CERT_FILE"]
    assert len(ssl.create_default_context(cafile=file).get_ca_certs()) == 1
    assert server.environment["PREFECT_API_SSL_CERT_FILE"] == file
