"""Run the benchmarks that were named, or all; one line of JSON a figure."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable

import click

import benchmarks
from benchmarks.wanted import Figures, Wanted
from config.settings import one_thread


def found() -> dict[str, Callable[..., Figures]]:
    """Every benchmark by its module's name."""
    names = sorted(one.name for one in pkgutil.iter_modules(benchmarks.__path__) if one.name != "__main__")
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in names}
    return {name: module.measure for name, module in modules.items() if hasattr(module, "measure")}


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME ...]")
@click.option("--n", "sizes", type=click.IntRange(1), multiple=True, help="A size; may be said several times.")
@click.option(
    "--database", "databases", type=click.Choice(["sqlite", "postgres"]), multiple=True, help="Both unless said."
)
@click.option("--only", multiple=True, metavar="FIGURE", help="This figure of a benchmark; may be said several times.")
@click.option("--rounds", type=click.IntRange(1), default=1, show_default=True, help="Measure so often; medians.")
def main(
    names: tuple[str, ...], sizes: tuple[int, ...], databases: tuple[str, ...], only: tuple[str, ...], rounds: int
) -> None:
    """Measure, and print one line of JSON for each figure."""
    one_thread()
    known = found()
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise click.UsageError(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(known) or 'none'}.")
    wanted = Wanted(sizes, databases or ("sqlite", "postgres"), only, rounds)
    for name in names or known:
        measure = known[name]
        for figure in measure(wanted) if inspect.signature(measure).parameters else measure():
            click.echo(json.dumps(figure, default=str))


if __name__ == "__main__":
    main()
