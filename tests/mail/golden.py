"""The golden files: each sample e-mail as a person last read and approved it.

After a change of words run `python -m tests.mail.golden`, read the difference, and commit it with the change.
"""

from pathlib import Path

from mail.rendering import Rendered, render
from mail.samples import SAMPLES

FOLDER = Path(__file__).parent / "golden"


def as_files(template: str, rendered: Rendered) -> dict[Path, str]:
    """The files of one e-mail and what stands in them."""
    return {
        FOLDER / f"{template}.txt": f"Subject: {rendered.subject}\n\n{rendered.text}",
        FOLDER / f"{template}.html": rendered.html + "\n",
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file in FOLDER.iterdir():
        file.unlink()
    for name, context in SAMPLES.items():
        for path, text in as_files(name, render(context)).items():
            path.write_text(text, "utf-8")
