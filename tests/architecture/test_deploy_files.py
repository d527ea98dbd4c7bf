"""The container image, the compose file and the units of systemd, as far as they can be read without running them."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import ROOT, Settings

UNITS = sorted((ROOT / "deploy").glob("*.service"))


def test_the_containerfile_is_sound() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    if not hadolint.exists():
        pytest.skip("hadolint is not installed")
    done = subprocess.run([hadolint, ROOT / "Containerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_compose_file_names_what_there_is() -> None:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services = found["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        for variable in service.get("environment", {}):
            if variable.startswith("SIB_"):
                assert variable.removeprefix("SIB_").lower() in Settings.model_fields, variable
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in found["volumes"] or (ROOT / source).exists(), volume
    assert all("image" in service for service in services.values())


@pytest.mark.parametrize("unit", UNITS, ids=[unit.name for unit in UNITS])
def test_a_unit_is_one_that_systemd_reads(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    here = tmp_path / unit.name  # with a program that is there in the place of ours, which is installed elsewhere
    here.write_text(unit.read_text().replace("/opt/sib/.venv/bin/sib", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", here], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if unit.name in line]
    assert ours == []
