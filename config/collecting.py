"""What Python looks through for what refers to itself and can go, and how often."""

import gc

OBJECTS, YOUNG, MIDDLE = 50_000, 20, 100


def collect_seldom() -> None:
    """Look through new objects after fifty thousand instead of seven hundred, through older ones as seldom.

    Prefect, SQLAlchemy and their models leave four hundred thousand objects that stay. Looking through them time and
    again took a fifth of a demo's processor and a tenth of a command's start; some megabytes more wait to be let go.
    """
    gc.set_threshold(OBJECTS, YOUNG, MIDDLE)


def keep_what_was_read() -> None:
    """What is here by now, modules above all, stays for good and is not looked through again."""
    gc.collect()
    gc.freeze()
