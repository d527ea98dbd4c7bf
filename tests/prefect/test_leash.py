"""A program on a leash ends with whoever holds it, however that one ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

from config.settings import ROOT

HOLDER = """
import subprocess, sys, time
from cli.leash import leashed
child = subprocess.Popen(leashed([sys.executable, "-c", "import time; time.sleep(600)"]), start_new_session=True)
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such a leash")
def test_what_is_left_behind_is_ended() -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    child = int(holder.stdout.readline())
    time.sleep(0.3)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    while is_running(child):
        time.sleep(0.02)  # the test's own timeout ends this


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
        with open(f"/proc/{process}/stat") as file:  # noqa: PTH123  # not a file of ours
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
