"""The network between the service and its database and mail server is cut while both ends stay up, then mended.

The service's commands run in a network namespace of their own, with one cable to each server: Linux, as root.
"""

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import make_url

from chaos.faults import Fault, NotHere, delivered, must, same, wanted_of
from chaos.invariants import breaches
from chaos.world import ASKS_ON, PATIENCE, World, Worlds

CUT_SECONDS = (2.0, 45.0)
EVERYWHERE = "0.0.0.0"  # noqa: S104  the namespace reaches us by an address that is not there yet
ENDS_WITHIN = 700.0
"""A command that waits for the answer to a mail's body may wait ten minutes (RFC 5321, 4.5.3.2)."""
NET = "10.231.{cable}.{end}"


@dataclass(frozen=True, slots=True)
class Cable:
    """A pair of interfaces between the machine and the namespace, which reaches us at `address`."""

    number: int
    name: str

    @property
    def address(self) -> str:
        return NET.format(cable=self.number, end=1)

    def lay(self, namespace: str) -> None:
        inside = f"{self.name}i"
        _ip("link", "add", self.name, "type", "veth", "peer", "name", inside)
        _ip("link", "set", inside, "netns", namespace)
        _ip("addr", "add", f"{self.address}/30", "dev", self.name)
        _ip("link", "set", self.name, "up")
        _ip("-n", namespace, "addr", "add", f"{NET.format(cable=self.number, end=2)}/30", "dev", inside)
        _ip("-n", namespace, "link", "set", inside, "up")

    def cut(self) -> None:
        """Nothing passes, and nobody is told: both ends wait."""
        _ip("link", "set", self.name, "down")

    def mend(self) -> None:
        _ip("link", "set", self.name, "up")


def cut_off_for_a_while(worlds: Worlds, chance: random.Random) -> list[str]:
    """The cable to the database, to the mail server, or both, is cut in a tick and in a delivery, then mended."""
    _needs_namespaces()
    wanted = wanted_of(worlds)
    with worlds.one(host=EVERYWHERE) as world, _cables(world) as cables:
        wrong = []
        for words in (("tick", "--as-of", ASKS_ON), ("deliver", "--as-of", ASKS_ON)):
            process = world.start(*words)
            time.sleep(chance.uniform(2, 8))
            harmed = chance.sample(cables, chance.randint(1, len(cables)))
            for cable in harmed:
                cable.cut()
            time.sleep(chance.uniform(*CUT_SECONDS))
            for cable in harmed:
                cable.mend()
            _, said = process.communicate(timeout=ENDS_WITHIN)
            wrong += [f"{words[0]} died with a traceback."] if "Traceback" in said else []
            wrong += must(world, *words)
        return [*wrong, *same(world, wanted), *delivered(world), *breaches(world)]


def cut_off_for_good(worlds: Worlds, chance: random.Random) -> list[str]:
    """The database stays out of reach: a tick says so in a sentence within minutes; it is run again afterwards."""
    _needs_namespaces()
    if worlds.server is None:
        raise NotHere("SQLite is a file, and not over a network")
    wanted = wanted_of(worlds)
    with worlds.one(host=EVERYWHERE) as world, _cables(world) as (_, database):
        process = world.start("tick", "--as-of", ASKS_ON)
        time.sleep(chance.uniform(0.5, 4))
        ended = process.poll() is not None
        database.cut()
        if ended:  # before the cut, on a quick machine: another finds no database at all
            process = world.start("tick", "--as-of", ASKS_ON)
        _, said = process.communicate(timeout=PATIENCE)
        wrong = [f"A tick without its database ended with {process.returncode}."] if process.returncode != 1 else []
        wrong += [f"It is not said in a sentence: {said[-300:]}"] if "Traceback" in said else []
        database.mend()
        wrong += must(world, "tick", "--as-of", ASKS_ON)
        return [*wrong, *same(world, wanted), *delivered(world), *breaches(world)]


@contextmanager
def _cables(world: World) -> Iterator[list[Cable]]:
    """Put the world's commands behind cables to what they need: its mail server, and PostgreSQL if it has one."""
    namespace = f"sib-{os.getpid()}"
    mail, database = Cable(1, "sib-mail"), Cable(2, "sib-db")
    cables = [mail] if world.url.startswith("sqlite") else [mail, database]
    _ip("netns", "add", namespace)
    try:
        _ip("-n", namespace, "link", "set", "lo", "up")
        for cable in cables:
            cable.lay(namespace)
        world.prefix = ("ip", "netns", "exec", namespace)
        world.extra["SIB_SMTP_URL"] = f"smtp://{mail.address}:{make_url(world.sink.url).port}"
        if database in cables:
            reached = make_url(world.url).set(host=database.address)
            world.extra["SIB_DATABASE_URL"] = reached.render_as_string(hide_password=False)
        yield cables
    finally:
        world.prefix = ()
        _ip("netns", "delete", namespace)  # the cables go with it


def _needs_namespaces() -> None:
    if os.geteuid() != 0 or shutil.which("ip") is None:
        raise NotHere("Network namespaces need root and iproute2")


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


NETWORK_FAULTS: dict[str, Fault] = {"cut-off": cut_off_for_a_while, "cut-off-for-good": cut_off_for_good}
