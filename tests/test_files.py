"""A file appears whole or not at all, and what stood there stays when it cannot be written."""

from __future__ import annotations

import pytest

from clustersim.errors import StoreError
from clustersim.files import put


def test_a_file_and_its_folders_appear(tmp_path):
    path = put(tmp_path / "new" / "x.csv", b"a\n")
    assert path.read_bytes() == b"a\n"
    assert [each.name for each in path.parent.iterdir()] == ["x.csv"]


def test_an_interrupted_write_leaves_what_was_there(tmp_path, monkeypatch):
    path = put(tmp_path / "x.csv", b"old")

    def full(self, data):
        with self.open("wb") as file:
            file.write(data[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", full)
    with pytest.raises(StoreError) as caught:
        put(path, b"new")
    assert str(caught.value).splitlines() == [
        f"{path}: cannot be written (No space left on device)",
        "choose a folder that can be written, and see that the disk is not full",
    ]
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["x.csv"]
