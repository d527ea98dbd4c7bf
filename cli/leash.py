"""`python -m cli.leash PARENT COMMAND …`: becomes the command, and is ended by the kernel when its parent dies.

A supervisor that is killed outright cannot stop its programs; a server left behind would keep its port.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, which exec keeps


def leashed(command: Sequence[str]) -> list[str]:
    """The command, on a leash that this process holds. Where there is no such thing but on Linux, the command alone."""
    if sys.platform != "linux":
        return list(command)
    return [sys.executable, "-m", "cli.leash", str(os.getpid()), *command]


def main(parent: int, command: Sequence[str]) -> None:
    ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() == parent:  # it may have died before the leash was on
        os.execvp(command[0], list(command))  # noqa: S606  # becoming the command is the point


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
