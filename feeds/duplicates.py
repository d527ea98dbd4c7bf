"""One fact once: rows of a file that repeat a key."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from feeds.report import Ledger
from rules.errors import Refused


@dataclass(slots=True)
class Keys:
    """The keys seen in a file, with the row of each and what it said.

    `name` is what the key is called in the sentence that refuses: `URN`.
    """

    filename: str
    name: str
    ledger: Ledger
    _seen: dict[Hashable, tuple[int, int]] = field(default_factory=dict)

    def is_new(self, row: int, key: Hashable, content: Hashable) -> bool:
        """Whether a key comes for the first time; a repetition that says the same is skipped.

        Refuses the file when two rows of one key say different things: nothing tells which is right.
        """
        earlier = self._seen.get(key)
        if earlier is None:
            # The hash stands for the content: whole rows of a national file would double its memory.
            self._seen[key] = (row, hash(content))
            return True
        if earlier[1] != hash(content):
            shown = " and ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
            raise Refused(
                f"{self.filename} says different things of {self.name} {shown} in rows {earlier[0]} and {row}."
            )
        self.ledger.skip(row, f"repeats row {earlier[0]}")
        return False
