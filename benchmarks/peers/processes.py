"""What processes that a peer starts have used: their own and their children's."""

import os
from collections.abc import Callable
from pathlib import Path
from time import sleep

TICKS = os.sysconf("SC_CLK_TCK")


def family(pid: int) -> list[int]:
    """A process and those below it."""
    found = [pid]
    for one in found:
        for thread in Path(f"/proc/{one}/task").glob("*/children"):
            found += [int(child) for child in thread.read_text().split()]
    return found


def cpu_seconds(pids: list[int]) -> float:
    """Seconds of processor time that these have used."""
    return sum(sum(map(int, _stat(pid)[11:13])) for pid in pids) / TICKS


def peak_mb(pids: list[int]) -> float:
    """The most memory that any one of these has held."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return max(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def until(done: Callable[[], bool], every: float = 0.05) -> None:
    """Wait for something that says itself when it is so."""
    while not done():
        sleep(every)


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
