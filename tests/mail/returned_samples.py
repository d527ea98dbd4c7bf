"""What servers and people send back, in the forms of the common servers: files of `tests/mail/returned/`."""

from pathlib import Path

FOLDER = Path(__file__).parent / "returned"
NAMES = tuple(sorted(file.stem for file in FOLDER.glob("*.eml")))


def sample(
    name: str,
    to: str = "board+17.abcdefghijklmnop@bounces.council.example",
    about: str = "<sib.17.20261120@bounces.council.example>",
    recipient: str = "head@st-marys.example",
) -> bytes:
    """One of them, sent back to a return address about a message of ours."""
    text = (FOLDER / f"{name}.eml").read_text("utf-8")
    for mark, value in {"@@RETURN@@": to, "@@MESSAGE_ID@@": about, "@@RECIPIENT@@": recipient}.items():
        text = text.replace(mark, value)
    return text.replace("\n", "\r\n").encode()
