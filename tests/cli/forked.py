"""Commands in processes of their own that need not read the code again: each is forked from one process that has.

Reading takes up to three seconds of processor (Prefect), which a story of twenty commands would pay for each time.
"""

import gc
import multiprocessing
import os
import sys
from pathlib import Path

READ = ["cli.main", "tests.cli.everything"]
"""What the first process has read before it is forked."""

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(READ)


def run(arguments: list[str], folder: Path, environment: dict[str, str], within: float) -> tuple[int, str, str]:
    """Run `sib` with these arguments in this folder; its exit code, and what it wrote to its two outputs."""
    written = folder / ".out", folder / ".err"
    process = _context.Process(target=_command, args=(arguments, folder, environment, *written))
    process.start()
    process.join(within)
    if process.exitcode is None:
        process.kill()
        raise TimeoutError(f"sib {' '.join(arguments)} did not end within {within:.0f} s")
    out, err = (file.read_text("utf-8") for file in written)
    for file in written:
        file.unlink()
    return process.exitcode, out, err


def _command(arguments: list[str], folder: Path, environment: dict[str, str], out: Path, err: Path) -> None:
    gc.freeze()  # what was read stays: the collector need not look through it
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for file, descriptor in ((os.devnull, 0), (out, 1), (err, 2)):
        opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.argv = ["sib", *arguments]
    from cli.main import main

    main()
