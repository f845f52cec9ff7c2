"""The progress bar: on standard error or nowhere."""

from __future__ import annotations

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
