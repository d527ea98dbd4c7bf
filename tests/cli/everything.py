"""Reads all that a command may need, for tests/cli/forked.py."""

import importlib
import pkgutil

import cli
import flows

for room in (cli, flows):
    for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
        importlib.import_module(module.name)
