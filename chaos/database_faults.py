"""Faults of the database and of the disk under it, of answers while processes die, and of an upgrade in mid-round."""

import json
import os
import random
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import make_url

from casework.links import token_of
from chaos.faults import Fault, NotHere, delivered, kill_after, must, same, wanted_of
from chaos.invariants import breaches
from chaos.world import AFTER, ASKS_ON, World, Worlds
from config.database import reading_scope
from config.migrations import downgrade
from models.links import Link, LinkPurpose
from models.plans import Plan, PlanMeasure
from models.rounds import ImpactUpdate, UpdateState


def the_database_dies(worlds: Worlds, chance: random.Random) -> list[str]:
    """kill -9 of PostgreSQL in the middle of a tick and of a delivery; it starts again, and so do they."""
    server = worlds.postgres
    if server is None:
        raise NotHere("SQLite has no server that could be killed")
    wanted = wanted_of(worlds)
    with worlds.one() as world:
        wrong = []
        for words in (("tick", "--as-of", ASKS_ON), ("deliver", "--as-of", ASKS_ON)):
            process = world.start(*words)
            time.sleep(chance.uniform(1.5, 7))
            server.kill()
            _, said = process.communicate(timeout=240)
            wrong += [f"{words[0]} died with a traceback."] if "Traceback" in said else []
            server.start_again()
            wrong += must(world, *words)
        return [*wrong, *same(world, wanted), *delivered(world), *breaches(world)]


def the_disk_is_full(worlds: Worlds, chance: random.Random) -> list[str]:
    """The disk under a SQLite database fills up in the middle of a tick, and again while its mail is sent; room is
    made, and each is run again.
    """
    if worlds.server is not None or os.geteuid() != 0 or shutil.which("mount") is None:
        raise NotHere("A disk of a size needs root, mount and a database in a file")
    wanted = wanted_of(worlds)
    with worlds.one() as world:
        file = make_url(world.url).database or ""
        small = world.folder / "small"
        small.mkdir()
        size = Path(file).stat().st_size + chance.randrange(60_000, 250_000)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(small)], check=False).returncode:
            raise NotHere("A disk of a size cannot be mounted here")
        try:
            shutil.move(file, small / "sib.sqlite")
            world.url = f"sqlite:///{small / 'sib.sqlite'}"
            wrong = _without_room(world, "tick")
            subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
            wrong += must(world, "tick", "--as-of", ASKS_ON)
            filler = small / "filler"
            _fill(filler)
            wrong += _without_room(world, "deliver")
            filler.unlink()
            return [*wrong, *same(world, wanted), *delivered(world), *breaches(world)]
        finally:
            subprocess.run(["umount", str(small)], check=False)


def _without_room(world: World, command: str) -> list[str]:
    full = world.run(command, "--as-of", ASKS_ON)
    wrong = [] if full.returncode == 1 else [f"A full disk ended {command} with {full.returncode}."]
    return [*wrong, "A full disk is not said in a sentence."] if "Traceback" in full.stderr else wrong


def _fill(filler: Path) -> None:
    """Write until the disk takes no more."""
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"\0" * 65_536):
            pass


def answers_while_dying(worlds: Worlds, chance: random.Random) -> list[str]:
    """Answers given by processes of which some are killed: every one that was acknowledged is there, once."""
    with worlds.one() as world:
        wrong = [*must(world, "tick", "--as-of", ASKS_ON), *must(world, "deliver", "--as-of", ASKS_ON)]
        acknowledged = []
        for update, token, measure in _open_updates(world, 6):
            file = world.folder / f"answer-{update}.json"
            figure = {"measure": measure, "value": 58, "cohort": 30, "rag": "green", "reason": "r", "changed": "c"}
            file.write_text(json.dumps({"name": "Ada Head", "measures": [{**figure, "next": "n"}]}))
            words = ("answer", token, "--file", str(file), "--as-of", AFTER)
            if chance.random() < 0.5:
                kill_after(world, chance, *words)
            done = world.run(*words)
            if done.returncode == 0:
                acknowledged.append(update)
            else:
                wrong.append(f"An answer was refused: {done.stderr.strip()[-200:]}")
        engine = world.engine()
        with reading_scope(engine) as session:
            wrong += [
                f"The answer of update {update} was acknowledged and is lost."
                for update in acknowledged
                if session.get_one(ImpactUpdate, update).state is not UpdateState.ANSWERED
            ]
        engine.dispose()
        return [*wrong, *delivered(world), *breaches(world)]


def upgraded_in_mid_round(worlds: Worlds, chance: random.Random) -> list[str]:
    """The schema is brought up to date again and again while a round is chased and sent."""
    wanted = wanted_of(worlds)
    with worlds.one() as world:
        wrong = []
        for words in (("tick", "--as-of", ASKS_ON), ("deliver", "--as-of", ASKS_ON)):
            working = world.start(*words)
            time.sleep(chance.uniform(0.5, 4))
            wrong += must(world, "db", "upgrade")
            _, said = working.communicate(timeout=240)
            wrong += [f"{words[0]} failed beside an upgrade: {said[-300:]}"] if working.returncode else []
        return [*wrong, *must(world, "db", "check"), *same(world, wanted), *delivered(world), *breaches(world)]


def upgraded_from_an_older_version(worlds: Worlds, chance: random.Random) -> list[str]:
    """In the middle of a round the new version starts on the schema of one to four revisions ago, before anybody has
    brought it up to date: it does its work or says in a sentence what is to be done, and the upgrade loses nothing.
    """
    wanted = wanted_of(worlds)
    with worlds.one() as world:
        wrong = must(world, "tick", "--as-of", ASKS_ON)
        kill_after(world, chance, "deliver", "--as-of", ASKS_ON)
        engine = world.engine()
        downgrade(engine, f"-{chance.randint(1, 4)}")
        engine.dispose()
        for command in ("tick", "deliver"):
            early = world.run(command, "--as-of", ASKS_ON)
            if "Traceback" in early.stderr or (early.returncode and "sib db upgrade" not in early.stderr):
                wrong.append(f"{command} on an older schema ended with {early.returncode}: {early.stderr[-300:]}")
        wrong += [*must(world, "db", "upgrade"), *must(world, "db", "check")]
        return [
            *wrong,
            *must(world, "tick", "--as-of", ASKS_ON),
            *same(world, wanted),
            *delivered(world),
            *breaches(world),
        ]


def restored_in_mid_round(worlds: Worlds, chance: random.Random) -> list[str]:
    """A copy made while mail goes out is put back afterwards: it is whole."""
    with worlds.one() as world:
        wrong = must(world, "tick", "--as-of", ASKS_ON)
        copy = str(world.folder / "copy")
        working = world.start("deliver", "--as-of", ASKS_ON)
        time.sleep(chance.uniform(0.5, 5))
        wrong += must(world, "db", "backup", copy)
        working.communicate(timeout=240)
        wrong += must(world, "db", "restore", copy, "--yes")
        return [*wrong, *must(world, "db", "check")]


def _open_updates(world: World, most: int) -> list[tuple[int, str, int]]:
    """Awaited updates with the token of their link and a measure of their plan."""
    engine = world.engine()
    key = world.environment()["SIB_SECRET_KEY"].encode()
    with reading_scope(engine) as session:
        rows = session.execute(
            sa.select(ImpactUpdate.id, Link.nonce, PlanMeasure.id)
            .join(Link, sa.and_(Link.subject_id == ImpactUpdate.id, Link.purpose == LinkPurpose.UPDATE))
            .join(Plan, Plan.commission_id == ImpactUpdate.commission_id)
            .join(PlanMeasure, PlanMeasure.plan_id == Plan.id)
            .where(ImpactUpdate.state == UpdateState.AWAITED)
            .order_by(ImpactUpdate.id)
            .limit(most)
        )
        found = [(update, token_of(nonce, key), measure) for update, nonce, measure in rows]
    engine.dispose()
    return found


DATABASE_FAULTS: dict[str, Fault] = {
    "database-dies": the_database_dies,
    "disk-full": the_disk_is_full,
    "answers": answers_while_dying,
    "upgrade": upgraded_in_mid_round,
    "older-version": upgraded_from_an_older_version,
    "restore": restored_in_mid_round,
}
