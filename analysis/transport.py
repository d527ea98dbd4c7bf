"""The transport problem: every row to at most one column, no column above its places, the total worth largest.

Solved exactly, row after row, by cheapest chains of moves (Busacker RG, Gowen PJ 1961; Edmonds J, Karp RM 1972, Journal
of the ACM 19:248–264: successive shortest paths). A chain passes a column once, so it is looked for among the columns
alone. scipy's `linear_sum_assignment` wants a column for every place, 5 GB for all schools of England, and its linear
programme took minutes for a tenth of them; neither knows who goes first. A test holds the answer to scipy's.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
_NOISE = 1e-9


def transport(worth: Floats, places: Places) -> Places:
    """The column of each row, −1 for nowhere. `worth` is −inf where a row may not go; `places`: rows a column takes.

    As many rows as possible have a column; where not all can, an earlier row goes before a later one (the sets of rows
    that can be served together are a matroid, so the two do not conflict: Edmonds J 1971, Mathematical Programming
    1:127–136). Given which rows are served, the sum of their worths is largest. Equal totals are settled by order, so
    the same arrays give the same answer.
    """
    work = _Work(worth, np.array(places, dtype=np.int64))
    for row in range(worth.shape[0]):
        work.add(row)
    return work.column


@dataclass(slots=True)
class _Work:
    """`members`: the rows of each column; `full`: the columns that took rows until they were full, and `step[n, b]` the
    least that a row loses by moving from the nth of them to b; `freeing`: the least lost by freeing a place in each
    column, `onto` the first move of that chain. Of a nation's providers a run fills a few: only theirs is kept."""

    worth: Floats
    spare: Places
    column: Places = field(init=False)
    members: list[list[int]] = field(init=False)
    full: dict[int, int] = field(init=False)
    step: Floats = field(init=False)
    freeing: Floats = field(init=False)
    onto: Places = field(init=False)

    def __post_init__(self) -> None:
        rows, columns = self.worth.shape
        self.column = np.full(rows, -1, dtype=np.int64)
        self.members = [[] for _ in range(columns)]
        self.full = {}
        self.step = np.empty((min(rows, columns), columns))
        self.freeing = np.where(self.spare > 0, 0.0, np.inf)
        self.onto = np.full(columns, -1, dtype=np.int64)

    def add(self, row: int) -> None:
        """Give a row the column that is best for all rows together, moving others along where it is full."""
        if not self.worth.shape[1]:
            return
        net = self.worth[row] - self.freeing
        here = int(np.argmax(net))
        if net[here] == -np.inf:
            return
        touched = []
        while self.spare[here] == 0:
            onto = int(self.onto[here])
            lost = self.worth[self.members[here], here] - self.worth[self.members[here], onto]
            place = int(np.argmin(lost))
            moved, self.members[here][place] = self.members[here][place], row
            self.column[row] = here
            touched.append(here)
            row, here = moved, onto
        self.members[here].append(row)
        self.column[row] = here
        self.spare[here] -= 1
        if self.spare[here] == 0:
            touched.append(here)
        for one in touched:
            rows = self.members[one]
            place = self.full.setdefault(one, len(self.full))
            self.step[place] = np.min(self.worth[rows, one][:, None] - self.worth[rows], axis=0)
        if touched:
            self._reckon()

    def _reckon(self) -> None:
        """Bellman's and Ford's shortest chains from the full columns to one with a place."""
        full = np.array(list(self.full), dtype=np.int64)
        self.freeing[:] = np.where(self.spare > 0, 0.0, np.inf)
        step = self.step[: full.size]
        for _ in range(full.size):
            through = step + self.freeing[None, :]
            best = np.argmin(through, axis=1)
            lost = through[np.arange(full.size), best]
            shorter = lost < self.freeing[full] - _NOISE
            if not shorter.any():
                break
            self.freeing[full[shorter]] = lost[shorter]
            self.onto[full[shorter]] = best[shorter]


def cost_of_moving(worth: Floats, column: Places, places: Places) -> Floats:
    """What the best total loses when a row must go to another column than the answer gave it, rows × columns.

    `inf` where it may not go, or where some other row would lose its place altogether; 0 where it is now. Exact: a
    place is freed by the cheapest chain of moves (Floyd's shortest paths between columns), which ends in a column with
    a free place or in the one that the row leaves.
    """
    rows, columns = worth.shape
    cost = np.full((rows, columns), np.inf)
    served = np.flatnonzero(column >= 0)
    if not served.size:
        return cost
    taken = np.bincount(column[served], minlength=columns)
    used, spare = np.flatnonzero(taken), taken < places
    step = _shortest(worth, column, used, spare & (taken == 0))
    freeing = np.where(spare, 0.0, np.inf)
    freeing[used] = step[:, np.append(spare[used], True)].min(axis=1)
    back = np.tile(freeing, (served.size, 1))
    place = np.searchsorted(used, column[served])
    back[:, used] = np.minimum(step[:, place].T, freeing[None, used])
    cost[served] = np.maximum(worth[served, column[served]][:, None] - worth[served] + back, 0.0)
    cost[served, column[served]] = 0.0
    return np.where(np.isfinite(worth), cost, np.inf)


def _shortest(worth: Floats, column: Places, used: Places, empty: NDArray[np.bool_]) -> Floats:
    """The least lost by moving one row out of each used column to each other, along any chain; in the last place, to
    whichever empty column with a place is best. A chain goes on from used columns alone: no others have rows to move.
    """
    step = np.full((used.size, used.size + 1), np.inf)
    for place, one in enumerate(used):
        here = np.flatnonzero(column == one)
        least = np.min(worth[here, one][:, None] - worth[here], axis=0)
        step[place] = np.append(least[used], least[empty].min(initial=np.inf))
    np.fill_diagonal(step, 0.0)
    for through in range(used.size):
        np.minimum(step, step[:, through, None] + step[None, through, :], out=step)
    return step
