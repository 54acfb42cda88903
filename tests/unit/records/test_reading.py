"""A file is read line by line, twice, and must not change between."""

from pathlib import Path

import pytest

from clearinghouse.records.reading import LINE_BYTES, LineFile, UnreadableFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lines.jsonl"


def test_lines_are_numbered_as_an_editor_counts_them(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf{1}\r\n\n  \n{4}")
    assert list(LineFile(path).lines()) == [(1, b"{1}\r\n", 8), (4, b"{4}", 15)]


def test_a_line_too_long_comes_cut_and_the_next_ones_whole(path: Path) -> None:
    path.write_bytes(b"x" * (LINE_BYTES * 2 + 5) + b"\n{2}\n")
    (first, cut, _), (second, whole, done) = LineFile(path).lines()
    assert (first, len(cut), second, whole) == (1, LINE_BYTES, 2, b"{2}\n")
    assert done == path.stat().st_size


def test_a_change_between_two_readings_is_noticed(path: Path) -> None:
    path.write_bytes(b"{1}\n")
    file = LineFile(path)
    assert len(list(file.lines())) == 1
    path.write_bytes(b"{2}\n")
    with pytest.raises(UnreadableFile, match="changed"):
        list(file.lines())


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_only_files_are_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFile, match="no file"):
        LineFile(tmp_path / name)
