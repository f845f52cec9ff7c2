"""A results folder: one run's shards on disk, readable while the run goes on.

::

    run.json                                                the header: what was run
    tasks/<arm>--<reference>/d<draw>-l<luck>/<table>.parquet    one folder per finished task
    tasks/<arm>--<reference>/d<draw>-l<luck>.failed.txt         why a task failed

A task's folder appears whole or not at all: it is written under another name beside its place,
flushed to the disk and renamed. Nothing else says that a task is done, so a run that was stopped
anywhere is continued by running the tasks whose folders are not there.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clustersim.errors import InputError, StoreError
from clustersim.experiment.plan import Task
from clustersim.experiment.shard import SCHEMAS, as_tables
from clustersim.files import because
from clustersim.language import language, speaking, tr
from clustersim.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import numpy.typing as npt
    import pandas as pd

__all__ = ["FORMAT", "Store", "made_otherwise"]

FORMAT = 1
"""The version of the layout above; a folder of another one is refused."""

_FAILED = ".failed.txt"
_PART = ".part."  # begins the name of what is being written; process and machine follow
_STALE = 86_400.0  # seconds after which another machine's leftovers are nobody's


class Store:
    """A results folder.

    Made by `Store.create` or `Store.open`, never directly.

    Parameters
    ----------
    folder
        The folder.
    header
        What was run, as stored in ``run.json``.
    """

    def __init__(self, folder: Path, header: dict[str, Any]) -> None:
        self.folder = folder
        self.header = header

    def __repr__(self) -> str:
        return f"Store({str(self.folder)!r})"

    # ------------------------------------------------------------ opening

    @classmethod
    def create(cls, folder: str | os.PathLike[str], header: Mapping[str, Any]) -> Store:
        """Make a results folder, or continue the one there if it is of the same run.

        Parameters
        ----------
        folder
            Its path; folders above it are made.
        header
            Plain data, with at least ``digest`` and ``seed``. A run that is continued keeps the
            header it began with.

        Raises
        ------
        StoreError
            When the folder holds another run or something else, or cannot be written.
        """
        place = Path(folder)
        wanted = {"format": FORMAT, **header}
        with _disk(place):
            there = {path.name for path in place.iterdir()} if place.is_dir() else set()
            if "run.json" not in there:
                # a dot begins what file managers leave behind, and what is half written
                if any(not name.startswith(".") for name in there):
                    raise StoreError(
                        tr("{place}: there is something else in this folder", place=place),
                        tr("give the run a folder of its own with --out"),
                    )
                _make(place)
                text = json.dumps(wanted, ensure_ascii=False, allow_nan=False, indent=1)
                _publish_text(place / "run.json", text)
        store = cls.open(place)
        asked = ((tr("digest"), "digest"), (tr("seed"), "seed"))
        differences = [
            _differs(what, store.header[name], wanted[name])
            for what, name in asked
            if store.header[name] != wanted[name]
        ]
        differences += made_otherwise(store.header, wanted)
        if differences:
            raise StoreError(
                tr(
                    "{place}: this folder holds another run: {differences}",
                    place=place,
                    differences="; ".join(differences),
                ),
                tr("give this run a folder of its own with --out, or delete that one"),
            )
        store.sweep()
        return store

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Store:
        """Open a results folder that is there, finished or not.

        Raises
        ------
        StoreError
            When there is no such folder, it is not a results folder, it is of another format,
            or its header is damaged.
        """
        place = Path(folder)
        try:
            text = (place / "run.json").read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            what = (
                tr("{place}: not a results folder (no run.json)", place=place)
                if place.exists()
                else tr("{place}: no such folder", place=place)
            )
            raise StoreError(what, tr("give a folder that `clustersim run` made")) from None
        except OSError as error:
            raise StoreError(
                tr("{path}: cannot be read: {why}", path=place, why=because(error)),
                tr("ask its owner for access"),
            ) from error
        except UnicodeDecodeError:
            text = ""
        try:
            header = json.loads(text)
        except ValueError:
            header = None
        if not isinstance(header, dict) or not {"format", "digest", "seed"} <= header.keys():
            raise StoreError(
                tr("{path}: damaged", path=place / "run.json"),
                tr("delete the folder and run the scenario again"),
            )
        if header["format"] != FORMAT:
            raise StoreError(
                tr(
                    "{place}: results of format {there}; this clustersim reads {here}",
                    place=place,
                    there=header["format"],
                    here=FORMAT,
                ),
                tr("use the version that made them, or run the scenario again with another --out"),
            )
        return cls(place, header)

    # ------------------------------------------------------------ tasks

    def tasks(self) -> list[Task]:
        """Return the tasks that are done, sorted."""
        return sorted(self._listed(""))

    def has(self, task: Task) -> bool:
        """Tell whether a task is done."""
        return self._folder_of(task).is_dir()

    def write(self, task: Task, shard: Mapping[str, Mapping[str, npt.ArrayLike]]) -> None:
        """Store the shard of a task whole; a task that is done already is left as it is.

        Raises
        ------
        TaskError
            When the shard lacks a column or has one of the wrong type.
        StoreError
            When the disk is full or read-only. Nothing half written is left.
        """
        tables = as_tables(shard)
        target = self._folder_of(task)
        with _disk(target):
            _make(target.parent)
            with _part(target) as part:
                part.mkdir()
                for name, table in tables.items():
                    _write_table(part / f"{name}.parquet", table)
                _flush(part)
                try:
                    part.rename(target)
                except OSError:
                    if not target.is_dir():  # somebody else did the same task: the same bytes
                        raise
            _flush(target.parent)
            self._failure_of(task).unlink(missing_ok=True)

    def fail(self, task: Task, text: str) -> None:
        """Note why a task failed; the note goes when the task is done after all."""
        note = self._failure_of(task)
        with _disk(note):
            _make(note.parent)
            _write_text(note, text)

    def failures(self) -> dict[Task, str]:
        """Return the tasks that failed and have not been done since, sorted, with the reason."""
        reasons = {}
        for task in sorted(self._listed(_FAILED)):
            with suppress(FileNotFoundError):  # done since it was listed
                reasons[task] = self._failure_of(task).read_text(encoding="utf-8")
        return {task: reason for task, reason in reasons.items() if not self.has(task)}

    def sweep(self) -> None:
        """Delete what killed processes left half written."""
        for pattern in (f"{_PART}*", f"tasks/*/{_PART}*"):
            for path in self.folder.glob(pattern):
                if _abandoned(path):
                    _remove(path)

    # ------------------------------------------------------------ reading

    def read(
        self,
        table: str,
        arms: Iterable[str] | None = None,
        tasks: Iterable[Task] | None = None,
    ) -> pd.DataFrame:
        """Return one table over all tasks, in the order of the tasks.

        Parameters
        ----------
        table
            A name in `shard.TABLES`.
        arms
            Only these arms; all by default.
        tasks
            Only these tasks, each of which must be done; all that are done by default.

        Returns
        -------
        pandas.DataFrame
            Columns arm, reference (categorical), draw, luck, then those of the table.

        Raises
        ------
        InputError
            When there is no such table.
        StoreError
            When a task asked for is not done, or a file is damaged or lacking.
        """
        if table not in SCHEMAS:
            raise InputError(tr("no table {name}", name=repr(table)), did_you_mean(table, SCHEMAS))
        wanted = self.tasks() if tasks is None else sorted(set(tasks))
        if arms is not None:
            chosen = set(arms)
            wanted = [task for task in wanted if task.arm in chosen]
        for task in wanted if tasks is not None else ():
            if not self.has(task):
                raise StoreError(
                    tr("{place}: task {task} is not done", place=self.folder, task=task),
                    tr("give the `clustersim run` that began it again, to finish it"),
                )
        spoken = language()  # a thread speaks English unless told

        def read_one(task: Task) -> pa.Table:
            with speaking(spoken):
                return self._read_one(table, task)

        with ThreadPoolExecutor() as threads:
            parts = list(threads.map(read_one, wanted))
        whole = pa.concat_tables([SCHEMAS[table].empty_table(), *parts])
        rows = [part.num_rows for part in parts]
        keys = {
            "arm": _repeated([task.arm for task in wanted], rows),
            "reference": _repeated([task.reference for task in wanted], rows),
            "draw": np.repeat(np.array([task.draw for task in wanted], dtype=np.int64), rows),
            "luck": np.repeat(np.array([task.luck for task in wanted], dtype=np.int64), rows),
        }
        columns = keys | dict(zip(whole.column_names, whole.columns, strict=True))
        frame: pd.DataFrame = pa.table(columns).to_pandas()
        return frame

    def _read_one(self, table: str, task: Task) -> pa.Table:
        path = self._folder_of(task) / f"{table}.parquet"
        try:
            with pq.ParquetFile(path, page_checksum_verification=True) as file:
                part = file.read(use_threads=False)
        except (OSError, ValueError, pa.ArrowException) as error:  # also text that is no UTF-8
            lacks = isinstance(error, FileNotFoundError)
            what = tr("{path}: lacking", path=path) if lacks else tr("{path}: damaged", path=path)
            raise self._damaged(path, what) from error
        if not part.schema.equals(SCHEMAS[table]):
            what = tr("{path}: damaged: its columns are not those of a shard", path=path)
            raise self._damaged(path, what)
        return part

    @staticmethod
    def _damaged(path: Path, what: str) -> StoreError:
        hint = tr(
            "delete {folder} and give the `clustersim run` that made it again", folder=path.parent
        )
        return StoreError(what, hint)

    # ------------------------------------------------------------ places

    def _folder_of(self, task: Task) -> Path:
        return self.folder / "tasks" / str(task)

    def _failure_of(self, task: Task) -> Path:
        return self.folder / "tasks" / f"{task}{_FAILED}"

    def _listed(self, suffix: str) -> Iterator[Task]:
        for path in self.folder.glob(f"tasks/*/*{suffix}"):
            name = f"{path.parent.name}/{path.name.removesuffix(suffix)}"
            task = Task.named(name)
            if task is not None:
                yield task


def made_otherwise(header: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Tell by what else a run was made than it would be now, in words; the bits may differ.

    Parameters
    ----------
    header, now
        Headers: ``versions`` by name, and ``instruments`` of other packages by name.
    """
    there, here = header.get("versions", {}), now.get("versions", {})
    unknown = tr("of unknown version")
    pairs = [(name, there.get(name, unknown), version) for name, version in here.items()]
    pairs.append((tr("added instruments"), _added(header), _added(now)))
    return [_differs(*pair) for pair in pairs if pair[1] != pair[2]]


def _differs(what: str, there: object, here: object) -> str:
    return tr("{what} {there}, not {here}", what=what, there=there, here=here)


def _added(header: Mapping[str, Any]) -> str:
    """Return the instruments of other packages, each with what it is made of."""
    found = header.get("instruments", {})
    told = (tr("{name} of {package}", name=n, package=where) for n, where in sorted(found.items()))
    return ", ".join(told) or tr("none")


def _repeated(names: list[str], rows: list[int]) -> pa.DictionaryArray:
    """Return each name as often as its task has rows, as a categorical."""
    known, codes = np.unique(np.array(names, dtype=str), return_inverse=True)
    return pa.DictionaryArray.from_arrays(
        np.repeat(codes.astype(np.int32), rows), pa.array(known.tolist(), pa.string())
    )


# ---------------------------------------------------------------- the disk


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into an error that says how to go on."""
    try:
        yield
    except (FileExistsError, NotADirectoryError) as error:
        raise StoreError(
            tr("{path}: cannot be written: {why}", path=path, why=because(error)),
            tr("a file stands where a folder is to be: choose another folder with --out"),
        ) from error
    except OSError as error:
        raise StoreError(
            tr("{path}: cannot be written: {why}", path=path, why=because(error)),
            tr("make room or choose another folder with --out; the same command goes on from here"),
        ) from error


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """Yield a path beside the target to write under; nothing is left of it in the end."""
    who = f"{os.getpid()}.{secrets.token_hex(4)}@{platform.node()}"
    part = target.with_name(f"{_PART}{who}")
    try:
        yield part
    finally:
        _remove(part)


def _abandoned(part: Path) -> bool:
    """Tell whether the process that was writing under this path is gone."""
    who, _, host = part.name.removeprefix(_PART).partition("@")
    pid = who.partition(".")[0]
    try:
        if host == platform.node() and os.name == "posix" and pid.isdecimal():
            os.kill(int(pid), 0)  # signal 0 only asks whether there is such a process
            return False
        return time.time() - part.stat().st_mtime > _STALE
    except PermissionError:
        return False  # somebody else's process
    except OSError:
        return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _make(folder: Path) -> None:
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        _flush(folder.parent)


def _write_text(path: Path, text: str) -> None:
    """Write a file whole, in the place of what there is."""
    with _text_part(path, text) as part:
        part.replace(path)
    _flush(path.parent)


def _publish_text(path: Path, text: str) -> None:
    """Write a file whole, unless somebody else was quicker."""
    with _text_part(path, text) as part, suppress(FileExistsError):
        try:
            os.link(part, path)
        except FileExistsError:
            raise
        except OSError:  # a file system without links: take the name first
            path.open("x").close()
            part.replace(path)
    _flush(path.parent)


@contextmanager
def _text_part(path: Path, text: str) -> Iterator[Path]:
    """Yield a path beside another under which a text is on the disk."""
    with _part(path) as part:
        with part.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        yield part


def _write_table(path: Path, table: pa.Table) -> None:
    kinds = {field.name: field.type for field in table.schema}
    with path.open("xb") as file:
        pq.write_table(
            table,
            file,
            compression="zstd",
            use_dictionary=[name for name, kind in kinds.items() if kind == pa.string()],
            use_byte_stream_split=[name for name, kind in kinds.items() if kind == pa.float64()],
            write_page_checksum=True,
        )
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """Make new names in a folder survive a loss of power."""
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
