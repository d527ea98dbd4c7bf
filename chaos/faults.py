"""The faults. Each is given worlds, does harm to one, lets the service go on, and says what no longer holds."""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import date, timedelta

from chaos.invariants import breaches, states, told
from chaos.world import AFTER, ASKS_ON, World, Worlds, kill

Fault = Callable[[Worlds, random.Random], list[str]]


class NotHere(Exception):
    """This machine, or this kind of database, has not what a fault needs; the reason is a sentence."""


LATER = "2026-11-05"


def killed_while_deciding(worlds: Worlds, chance: random.Random) -> list[str]:
    """kill -9 at any moment of the daily tick, three times; then it is run again. The same people are told the same."""
    wanted = wanted_of(worlds)
    with worlds.one() as world:
        for _ in range(3):
            kill_after(world, chance, "tick", "--as-of", ASKS_ON)
        return [*must(world, "tick", "--as-of", ASKS_ON), *same(world, wanted), *delivered(world), *breaches(world)]


def killed_while_sending(worlds: Worlds, chance: random.Random) -> list[str]:
    """kill -9 of each of two senders at any moment, three times; then the rest is sent."""
    with worlds.one() as world:
        wrong = must(world, "tick", "--as-of", ASKS_ON)
        for _ in range(3):
            other = world.start("deliver", "--as-of", ASKS_ON)
            kill_after(world, chance, "deliver", "--as-of", ASKS_ON)
            kill(other)
        return [*wrong, *delivered(world), *breaches(world)]


def twice_at_once(worlds: Worlds, chance: random.Random) -> list[str]:
    """Two schedulers start the same day at once, and two senders the same outbox."""
    wanted = wanted_of(worlds)
    with worlds.one() as world:
        wrong = []
        for words in (("tick", "--as-of", ASKS_ON), ("deliver", "--as-of", ASKS_ON)):
            both = [world.start(*words), world.start(*words)]
            for process in both:
                _, said = process.communicate(timeout=240)
                if process.returncode:
                    wrong.append(f"{words[0]} beside another ended with {process.returncode}: {said.strip()[-300:]}")
        return [*wrong, *same(world, wanted), *delivered(world), *breaches(world)]


def a_fortnight_away(worlds: Worlds, chance: random.Random) -> list[str]:
    """Nothing ran for two weeks; one tick catches up: nobody gets two mails, and nothing due is left."""
    with worlds.one() as world:
        wrong = must(world, "tick", "--as-of", "2026-11-17")
        first = len(told(world))
        again = world.run("tick", "--as-of", "2026-11-17", "--json")
        wrong += [] if len(told(world)) == first else ["The same day again told somebody something new."]
        wrong += [] if again.returncode == 0 else [again.stderr[-300:]]
        wrong += must(world, "deliver", "--as-of", "2026-11-17")
        arrived = [to for _, to in world.arrived()]
        wrong += ["Somebody got two mails after a fortnight."] if len(arrived) != len(set(arrived)) else []
        wrong += [] if arrived else ["Nobody was written to after a fortnight."]
        return [*wrong, *breaches(world)]


def the_clock_goes_back(worlds: Worlds, chance: random.Random) -> list[str]:
    """A machine's clock is a day early, then a day late, then right: nobody is told anything twice."""
    with worlds.one() as world:
        wrong = [w for day in (AFTER, ASKS_ON, AFTER) for w in must(world, "tick", "--as-of", day)]
        before = told(world)
        for day in ("2026-11-02", ASKS_ON, AFTER):
            wrong += must(world, "tick", "--as-of", day)
        wrong += [] if told(world) == before else ["A day done again told somebody something new."]
        return [*wrong, *delivered(world), *breaches(world)]


def clocks_change(worlds: Worlds, chance: random.Random) -> list[str]:
    """Day by day over both changes between winter and summer time: one run for all days says what a run a day says."""
    with worlds.one() as world:
        wrong = must(world, "tick", "--from", "2027-03-22", "--to", "2027-04-02")
        wrong += must(world, "tick", "--from", "2027-10-25", "--to", "2027-11-05")
        return [*wrong, *breaches(world)]


def the_mail_server_goes(worlds: Worlds, chance: random.Random) -> list[str]:
    """The mail server is not there at all, then stops in the middle, then is back: everybody's mail arrives once."""
    with worlds.one() as world:
        wrong = must(world, "tick", "--as-of", ASKS_ON)
        right = world.sink.url
        world.extra["SIB_SMTP_URL"] = "smtp://127.0.0.1:1"
        wrong += must(world, "deliver", "--as-of", ASKS_ON)
        wrong += ["Mail arrived without a mail server."] if world.arrived() else []
        world.extra["SIB_SMTP_URL"] = right
        return [*wrong, *delivered(world), *breaches(world)]


def stopped_and_woken(worlds: Worlds, chance: random.Random) -> list[str]:
    """A sender is stopped (a machine sleeps) while another goes on, then wakes: it sends nothing that was sent."""
    with worlds.one() as world:
        wrong = must(world, "tick", "--as-of", ASKS_ON)
        sleeper = world.start("deliver", "--as-of", ASKS_ON)
        time.sleep(chance.uniform(2, 8))
        os.killpg(sleeper.pid, signal.SIGSTOP)
        wrong += must(world, "deliver", "--as-of", ASKS_ON)
        os.killpg(sleeper.pid, signal.SIGCONT)
        sleeper.communicate(timeout=240)
        return [*wrong, *delivered(world), *breaches(world)]


def wanted_of(worlds: Worlds) -> set[str]:
    """What a round's first day tells, and whom, when nothing disturbs it."""
    with worlds.one() as undisturbed:
        undisturbed.run("tick", "--as-of", ASKS_ON)
        return told(undisturbed)


def kill_after(world: World, chance: random.Random, *words: str) -> None:
    """Start a command and kill it: at once, while it reads, or in the middle of its work."""
    process = world.start(*words)
    deadline = time.monotonic() + chance.uniform(1.0, 9.0)
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    kill(process)
    process.communicate()


def must(world: World, *words: str) -> list[str]:
    done = world.run(*words)
    return [] if done.returncode == 0 else [f"sib {' '.join(words)} ended with {done.returncode}: {done.stderr[-400:]}"]


def same(world: World, wanted: set[str]) -> list[str]:
    found = told(world)
    return [] if found == wanted else [f"{len(wanted - found)} are not told, {len(found - wanted)} are told too much."]


def delivered(world: World) -> list[str]:
    """Deliver on the days that follow, when every lease and pause has run out: nothing may be left waiting."""
    wrong = []
    day = date.fromisoformat(LATER)
    for _ in range(4):
        wrong += must(world, "deliver", "--as-of", day.isoformat())
        left = states(world)
        if not left["queued"] + left["retry"] + left["sending"]:
            return wrong
        day += timedelta(days=1)
    return [*wrong, f"Mail is left waiting: {dict(states(world))}."]


FAULTS: dict[str, Fault] = {
    "kill-tick": killed_while_deciding,
    "kill-deliver": killed_while_sending,
    "twice-at-once": twice_at_once,
    "fortnight": a_fortnight_away,
    "clock-back": the_clock_goes_back,
    "clocks-change": clocks_change,
    "mail-gone": the_mail_server_goes,
    "stopped": stopped_and_woken,
}
