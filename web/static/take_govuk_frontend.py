"""Take GOV.UK Frontend's stylesheet out of its npm package, without what a council may not use: typeface and crown.

npm pack govuk-frontend@6.3.0 && tar xzf govuk-frontend-6.3.0.tgz
python web/static/take_govuk_frontend.py package/dist/govuk/govuk-frontend.min.css
"""

import re
import sys
from pathlib import Path

# Not `system-ui`: where a desktop has no typeface of its own for windows, it is whatever comes first, and wide.
STACK = "-apple-system,Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif"


def taken(css: str) -> str:
    """The stylesheet without its font faces, source map and crown colours' typeface: a system font stack instead."""
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    css = re.sub(r"url\(/assets/images/govuk-crest.svg\)", "none", css)  # the crown is the government's
    css = re.sub(r"font-family:GDS Transport,arial,sans-serif", f"font-family:{STACK}", css)
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    (here / "govuk-frontend-6.3.0.css").write_text(taken(Path(sys.argv[1]).read_text("utf-8")), "utf-8")
