"""Prefect's server, our deployments and schedules on it, and whether a worker lives."""

from datetime import datetime, timedelta

import yaml

from cli.checks.finding import Finding
from cli.prefect_api import POOL, PrefectApi, RemoteServer
from config import clock
from config.settings import ROOT, settings

WORKER_SILENT = timedelta(minutes=2)


def server() -> list[Finding]:
    """It answers, has every deployment with its schedules switched on, and a worker that reports."""
    url = settings().prefect_api_url
    if url is None:
        return [Finding("Prefect", well=True, said="no server set; flows run in this process")]
    api = RemoteServer(url, settings().prefect_auth)
    version = api.ask("GET", "/admin/version", patience=5)
    return [Finding("Prefect", well=True, said=f"{url} answers, version {version}"), deployments(api), workers(api)]


def deployments(api: PrefectApi) -> Finding:
    """Each of prefect.yaml is there, and each schedule of it is on."""
    wanted = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    there = {one["name"]: one for one in api.ask("POST", "/deployments/filter", {})}
    wrong = []
    for one in wanted:
        found = there.get(one["name"])
        slugs = {schedule["slug"] for schedule in one.get("schedules", [])}
        if found is None:
            wrong.append(f"{one['name']} is missing")
        elif found["paused"] or slugs - {s["slug"] for s in found["schedules"] if s["active"]}:
            wrong.append(f"{one['name']} has a schedule that is missing or switched off")
    said = f"{len(wanted)} are there with their schedules" if not wrong else "; ".join(wrong) + ": `sib deploy`"
    return Finding("deployments", well=not wrong, said=said)


def workers(api: PrefectApi) -> Finding:
    """A worker of our pool has reported in the last minutes, and the pool takes work."""
    pools = {one["name"]: one for one in api.ask("POST", "/work_pools/filter", {})}
    if POOL not in pools:
        return Finding("workers", well=False, said=f"there is no work pool {POOL}: `sib deploy`")
    if pools[POOL]["is_paused"]:
        return Finding("workers", well=False, said=f"the work pool {POOL} is paused: `prefect work-pool resume {POOL}`")
    since = clock.now() - WORKER_SILENT
    found = api.ask("POST", f"/work_pools/{POOL}/workers/filter", {})
    alive = [one for one in found if datetime.fromisoformat(one["last_heartbeat_time"]) > since]
    if not alive:
        return Finding("workers", well=False, said="none reports: start one with `sib work`")
    return Finding("workers", well=True, said=f"{len(alive)} report")
