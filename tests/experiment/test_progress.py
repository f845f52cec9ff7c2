"""The progress bar: on standard error or nowhere."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

from clustersim.experiment.progress import Progress


def steps(missing, *, shown):
    with Progress(missing, shown=shown) as bar:
        for number in range(missing):
            bar.step(failed=number == 1)


def test_it_tells_how_many_are_done_and_how_many_failed(capsys):
    steps(3, shown=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "3/3" in err
    assert "failed=1" in err


def test_nothing_is_shown_when_not_wanted_or_nothing_is_missing(capsys):
    steps(3, shown=False)
    steps(0, shown=True)
    assert capsys.readouterr() == ("", "")


def notebook(monkeypatch):
    """Stand in for a notebook's kernel; return what its cell shows, one text after another."""
    shown = []

    def show(text, *, raw):
        assert raw
        shown.append(text["text/plain"])

    def display(text, *, raw, display_id):
        assert display_id
        show(text, raw=raw)
        return SimpleNamespace(update=show)

    ipython, its_display = ModuleType("IPython"), ModuleType("IPython.display")
    ipython.get_ipython = lambda: SimpleNamespace(kernel=None)
    its_display.display = display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", its_display)
    return shown


def test_in_a_notebook_it_is_one_output_that_is_written_over(monkeypatch, capsys):
    shown = notebook(monkeypatch)
    steps(3, shown=True)
    assert "0/3" in shown[0]
    assert "3/3" in shown[-1]
    assert "failed=1" in shown[-1]
    assert all("\n" not in text and "\r" not in text for text in shown)
    assert capsys.readouterr() == ("", "")


def test_in_a_notebook_nothing_is_shown_when_nothing_is_missing(monkeypatch):
    shown = notebook(monkeypatch)
    steps(0, shown=True)
    steps(3, shown=False)
    assert shown == []


def test_a_shell_without_a_kernel_is_a_terminal(monkeypatch, capsys):
    shown = notebook(monkeypatch)
    sys.modules["IPython"].get_ipython = SimpleNamespace
    steps(1, shown=True)
    assert shown == []
    assert "1/1" in capsys.readouterr().err
