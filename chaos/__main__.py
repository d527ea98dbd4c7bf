"""`make chaos`: faults one after the other until the time is over; one line of JSON a trial, and a summary."""

import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import click

from chaos.database_faults import DATABASE_FAULTS
from chaos.faults import FAULTS, NotHere
from chaos.network_faults import NETWORK_FAULTS
from chaos.postgres import Postgres
from chaos.spread import spread_out
from chaos.world import Worlds

ALL = {**FAULTS, **DATABASE_FAULTS, **NETWORK_FAULTS, "spread": spread_out}


@click.command()
@click.argument("names", nargs=-1, metavar="[FAULT ...]")
@click.option("--minutes", type=click.FloatRange(0), default=30.0, show_default=True, help="Go on for so long.")
@click.option(
    "--database", "databases", type=click.Choice(["sqlite", "postgres"]), multiple=True, help="Both unless said."
)
@click.option("--seed", type=int, default=None, help="Repeat the moments of an earlier run.")
def main(names: tuple[str, ...], minutes: float, databases: tuple[str, ...], seed: int | None) -> None:
    """Do harm, and check what must still hold. Exit 1 when anything did not."""
    unknown = sorted(set(names) - set(ALL))
    if unknown:
        raise click.UsageError(f"There is no fault {', '.join(unknown)}; there are {', '.join(ALL)}.")
    chosen = seed if seed is not None else random.SystemRandom().randrange(1_000_000)
    until, counts = time.monotonic() + minutes * 60, Counter[str]()
    for database in databases or ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="sib-chaos-") as folder, _worlds(database, Path(folder)) as worlds:
            share = (until - time.monotonic()) / (1 if database == "postgres" or len(databases) == 1 else 2)
            _trials(names or tuple(ALL), worlds, database, chosen, time.monotonic() + share, counts)
    click.echo(json.dumps({"trials": counts["trials"], "breaches": counts["breaches"], "seed": chosen}))
    sys.exit(1 if counts["breaches"] else 0)


def _trials(
    names: tuple[str, ...], worlds: Worlds, database: str, seed: int, until: float, counts: Counter[str]
) -> None:
    """Each fault once at least, then again in turn until the time is over."""
    for trial in count():
        if trial >= len(names) and time.monotonic() >= until:
            return
        name = names[trial % len(names)]
        chance = random.Random(f"{seed}:{database}:{trial}")
        began = time.monotonic()
        try:
            wrong = ALL[name](worlds, chance)
        except NotHere as reason:
            click.echo(json.dumps({"fault": name, "database": database, "not here": str(reason)}))
            continue
        counts["trials"] += 1
        counts["breaches"] += bool(wrong)
        took = round(time.monotonic() - began, 1)
        click.echo(json.dumps({"fault": name, "database": database, "trial": trial, "seconds": took, "wrong": wrong}))


@contextmanager
def _worlds(database: str, folder: Path) -> Iterator[Worlds]:
    if database == "sqlite":
        yield Worlds(folder)
        return
    with Postgres() as server:
        yield Worlds(folder, server.url, postgres=server)


if __name__ == "__main__":
    main()
