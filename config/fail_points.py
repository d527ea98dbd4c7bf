"""Steps at which a process can be made to die, so that tests can prove what a death there leaves (SIB_FAIL_AT).

Between any two of them nothing is committed or sent, so that together they stand for every moment.
"""

import os
import signal
from collections import Counter

from config.settings import settings

POINTS = (
    "chased-together",
    "chased",
    "chases-kept",
    "composed",
    "messages-kept",
    "claimed",
    "made",
    "marked",
    "handed-over",
    "settled",
)

_passed: Counter[str] = Counter()


def reached(point: str) -> None:
    """Die here, without a last word, if the settings say so; else nothing."""
    wanted = settings().fail_at
    if not wanted:
        return
    name, _, time = wanted.partition(":")
    if name == point:
        _passed[point] += 1
        if _passed[point] >= int(time or 1):
            os.kill(os.getpid(), signal.SIGKILL)
