"""A page of text is the same wherever it is made."""

from __future__ import annotations

import rich.console

from clustersim.evaluation.page import Page


def written():
    page = Page(40)
    page.title("A title")
    table = page.table("what", ">how many")
    table.add_row("firms", "1,260")
    page.show(table)
    return page.text()


def test_in_a_notebook_it_is_returned_and_not_shown(monkeypatch, capsys):
    plain = written()
    assert "firms" in plain
    monkeypatch.setattr(rich.console, "_is_jupyter", lambda: True)
    assert written() == plain
    assert capsys.readouterr() == ("", "")
