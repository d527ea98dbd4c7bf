"""How a figure is measured: wall time, the processor's time of this process, and the most memory it held."""

import gc
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Measured:
    """`seconds` by the clock on the wall, `cpu_seconds` of this process, `peak_mb` of the process since it began."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0

    def figure(self, name: str, n: int, **more: Any) -> dict[str, Any]:
        """As it is printed."""
        return {
            "name": name,
            "n": n,
            **more,
            "per_second": round(n / self.seconds, 1),
            "cpu_ms_each": round(1000 * self.cpu_seconds / n, 3),
            "peak_mb": round(self.peak_mb, 1),
        }


@contextmanager
def measured() -> Iterator[Measured]:
    """Measure what happens inside."""
    taken = Measured()
    gc.collect()
    cpu, began = time.process_time(), time.perf_counter()
    yield taken
    taken.seconds = time.perf_counter() - began
    taken.cpu_seconds = time.process_time() - cpu
    taken.peak_mb = _peak_mb()


def _peak_mb() -> float:
    """The most memory that this program has held.

    Linux's own count since the program began: `ru_maxrss` also remembers what its parent held when it was started.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024


def repeated(act: Callable[[], object], times: int) -> Measured:
    """Measure doing it so often, after once for what is made on first use."""
    act()
    with measured() as taken:
        for _ in range(times):
            act()
    return taken
