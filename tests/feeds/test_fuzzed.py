"""However a file is damaged: rows and a report, or one sentence; nothing else escapes."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.reading import read_feed
from feeds.rows import ResultRow
from rules.errors import Refused
from tests.feeds import samples

SOURCES: dict[str, tuple[str, bytes]] = {
    kind: (name, text.encode()) for kind, (name, text) in samples.TEXT_SAMPLES.items()
} | {
    "ics": ("terms.ics", samples.ICS.encode()),
    "xlsx": ("england_school_information.xlsx", samples.SCHOOL_INFORMATION),
}
HOSTILE = st.sampled_from(
    [
        b"\0",
        b'"',
        b"\r",
        b"\n",
        b",",
        b"\xff",
        b"\x81",
        b"\xe2\x80\xa8",
        b"<script>",
        b"=1+1",
        b"-1",
        b"1e999",
        b"nan",
        b"SUPP",
        b"9" * 400,
        b"x" * 3000,
        b"{",
        b"\xef\xbb\xbf",
    ]
)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["cut", "insert", "replace", "drop", "double"]),
        st.floats(0, 1),
        st.one_of(HOSTILE, st.binary(max_size=8)),
    ),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    for what, where, extra in edits:
        at = int(where * len(data))
        if what == "cut":
            data = data[:at]
        elif what == "insert":
            data = data[:at] + extra + data[at:]
        elif what == "replace":
            data = data[:at] + extra + data[at + len(extra) :]
        elif what == "drop":
            data = data[:at] + data[at + len(extra) + 1 :]
        else:
            data = data[:at] + data
    return data


def check(path: Path, kind: str | None) -> None:
    try:
        feed = read_feed(path, kind)
    except Refused as refused:
        sentence = str(refused)
        assert sentence
        assert not any(character in sentence for character in "\r\n\0\x1b")
        assert len(sentence) < 2500
        return
    assert feed.report.taken + len(feed.report.skipped) == feed.report.read
    for row in feed.rows:
        if isinstance(row, ResultRow):
            assert (row.value is None) != (row.missing is None)


@pytest.mark.parametrize("source", SOURCES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS, asked=st.booleans())
def test_samples(source: str, edits: list[tuple[str, float, bytes]], asked: bool) -> None:
    name, data = SOURCES[source]
    kind = source if asked and source in samples.TEXT_SAMPLES else None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(damaged(data, edits))
        check(path, kind)


@pytest.mark.parametrize(
    "name",
    [
        "performance/2017-2018/england_ks4provisional.csv",
        "gias/grouplinks_edubaseallacademiesandfree20240329.csv",
        "calendar/term-dates-dorset.csv",
        "ofsted/england_ofsted-schools_20180731.xlsx",
    ],
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=EDITS)
def test_real_files(real_data: Path, name: str, edits: list[tuple[str, float, bytes]]) -> None:
    source = real_data / name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / source.parent.name / source.name
        path.parent.mkdir()
        path.write_bytes(damaged(source.read_bytes(), edits))
        check(path, None)
