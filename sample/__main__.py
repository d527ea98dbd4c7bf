"""`python -m sample --to DIR --schools N --seed S --start DATE`: write the invented area's files to a folder."""

import argparse
from datetime import date
from pathlib import Path

from sample.area import generate_area
from sample.write import write_area


def main() -> None:
    """Write the files and say which."""
    parser = argparse.ArgumentParser(prog="python -m sample", description=__doc__)
    parser.add_argument("--to", type=Path, required=True, help="the folder to write to")
    parser.add_argument("--schools", type=int, default=155, help="how many open schools")
    parser.add_argument("--seed", type=int, default=2018)
    parser.add_argument("--start", type=date.fromisoformat, default=date(2025, 9, 1), help="the day it is")
    parser.add_argument("--la", type=int, default=838, help="the local authority's code")
    asked = parser.parse_args()
    area = generate_area(schools=asked.schools, seed=asked.seed, start=asked.start, la_code=asked.la)
    for file in write_area(area, asked.to):
        print(f"{file.kind:14}{file.year or '':10}{file.path}")


if __name__ == "__main__":
    main()
