"""Run many tasks, in this process or in several.

A worker gets what all tasks share once, when it starts, and then one task key at a time; it writes
its shard itself, so nothing large travels. Results depend on neither the number of workers nor
the order of the tasks, since a task is a pure function of its key.

Workers are spawned, never forked, and set up so that:

- a script needs no ``if __name__ == "__main__"`` and a notebook works, because a worker never
  imports the user's main module;
- Ctrl-C reaches the parent alone, which kills the workers and keeps what is finished;
- a worker that dies (killed, out of memory) costs no finished task: what was under way runs again
  one task at a time, and only a task that is alone when its worker dies is given up;
- none outlives its parent, and none starts threads of its own for linear algebra.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import TYPE_CHECKING, Any, TypeVar

from clustersim.errors import InputError, RunError
from clustersim.experiment.progress import Progress
from clustersim.experiment.task import Job
from clustersim.language import language, later, speaking, tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clustersim.experiment.plan import Task
    from clustersim.experiment.store import Store

__all__ = ["Outcome", "run_each", "run_missing", "run_tasks"]

T = TypeVar("T")
K = TypeVar("K")

DIED = later("The worker process died twice with this task: it was killed, or memory ran out.\n")

_MAIN: tuple[str, ...] = ("__file__", "__spec__")
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Outcome:
    """What became of the tasks a run still missed.

    Parameters
    ----------
    done
        Those that are stored now, sorted.
    failed
        Those that are not, sorted, with the reason: a traceback, mostly.
    """

    done: tuple[Task, ...]
    failed: dict[Task, str]


def run_missing(
    store: Store,
    tasks: Sequence[Task],
    work: str,
    payload: bytes,
    workers: int,
    *,
    progress: bool = False,
) -> Outcome:
    """Run those of the tasks that the store misses, tasks that failed before included.

    Parameters
    ----------
    store
        Where the shards go.
    tasks
        All tasks of the run.
    work
        The function that runs one, as ``module:function`` (`task.Work`).
    payload
        What it is given besides the task.
    workers
        How many processes; with 1 the tasks run in this one.
    progress
        Whether to show a bar on standard error.

    Raises
    ------
    InputError
        When there are fewer than 1 workers.
    RunError
        When no worker can be started.
    StoreError
        When the disk refuses.
    KeyboardInterrupt
        When interrupted; finished tasks are kept.
    """
    missing = [task for task in tasks if not store.has(task)]
    reasons: dict[Task, str] = {}
    with Progress(len(missing), shown=progress) as bar:

        def note(task: Task, reason: str) -> None:
            reasons[task] = reason
            bar.step(failed=bool(reason))

        try:
            job = Job(store.folder.absolute(), work, payload, language())
            run_tasks(job, missing, note, workers)
        finally:
            store.sweep()
    return Outcome(
        done=tuple(sorted(task for task, reason in reasons.items() if not reason)),
        failed={task: reason for task, reason in sorted(reasons.items()) if reason},
    )


def run_tasks(
    job: Job, tasks: Sequence[Task], on_done: Callable[[Task, str], None], workers: int
) -> None:
    """Run tasks and tell of each when it has ended, in whatever order that happens.

    Parameters
    ----------
    job
        What they share.
    tasks
        The tasks.
    on_done
        Called with each task and the reason why it failed (empty when it is done).
    workers
        How many processes; with 1 the tasks run in this one.
    """
    if workers < 1:
        raise InputError(
            tr("{what}: {number} is too few", what="workers", number=workers),
            tr("ask for at least 1"),
        )
    if workers == 1:
        for task in tasks:
            on_done(task, job.do(task))
        return
    queue = deque(tasks)
    while queue:
        # twice as many under way as workers, so that none waits for the parent
        suspects = deque(_in_processes(job, queue, on_done, workers, under_way=2 * workers))
        while suspects:  # one of these killed its worker; alone, the guilty one is known
            for task in _in_processes(job, suspects, on_done, workers=1, under_way=1):
                job.store.fail(task, tr(DIED))
                on_done(task, tr(DIED))


def run_each(work: Callable[[K], T], items: Sequence[K], workers: int) -> Iterator[T]:
    """Yield what a function returns for each item, in their order; nothing is stored.

    Parameters
    ----------
    work
        A function that workers can import by its name, and that depends on its item alone.
    items
        What it is given, one at a time.
    workers
        How many processes; with 1 it runs in this one.

    Raises
    ------
    InputError
        When there are fewer than 1 workers.
    RunError
        When a worker cannot be started or dies.
    """
    if workers < 1:
        raise InputError(
            tr("{what}: {number} is too few", what="workers", number=workers),
            tr("ask for at least 1"),
        )
    if workers == 1:
        yield from map(work, items)
        return
    try:
        with _pool(None, min(workers, len(items) or 1)) as pool:
            with _breakable():
                found = pool.map(partial(_spoken, language(), work), items)
            yield from found
    except BrokenProcessPool as error:
        raise RunError(
            tr("a worker process died or cannot be started: {error}", error=error),
            tr("use fewer --workers; with 1 nothing needs a process but this one"),
        ) from error


def _in_processes(
    job: Job,
    queue: deque[Task],
    on_done: Callable[[Task, str], None],
    workers: int,
    under_way: int,
) -> list[Task]:
    """Run tasks off a queue until it is empty or a worker dies; return those then under way."""
    running: dict[Future[str], Task] = {}
    begun: Future[int] | None = None
    try:
        with _pool(job, min(workers, len(queue))) as pool:
            begun = _submit(pool, os.getpid)  # something that only a worker that works can do
            while queue or running:
                while queue and len(running) < under_way:
                    running[_submit(pool, _do, queue[0])] = queue[0]
                    queue.popleft()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    on_done(running[future], future.result())
                    del running[future]
    except BrokenProcessPool as error:
        if begun is None or begun.cancelled() or begun.exception():
            raise RunError(
                tr("worker processes cannot be started: {error}", error=error),
                tr("use fewer --workers; with 1 the run needs no process but this one"),
            ) from error
    return list(running.values())


@contextmanager
def _pool(job: Job | None, workers: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool whose workers know the job; an error or Ctrl-C kills them at once."""
    context = _Context()
    with _breakable():
        # never max_tasks_per_child: it deadlocks on several releases of Python
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(job,))
    try:
        yield pool
    except BaseException:
        for worker in context.workers:
            if worker.is_alive():
                worker.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _submit(pool: ProcessPoolExecutor, work: Callable[..., T], *task: Task) -> Future[T]:
    with _breakable():  # a pool starts its workers as tasks come in
        return pool.submit(work, *task)


@contextmanager
def _breakable() -> Iterator[None]:
    """Take what the system refuses for a broken pool: it refuses, too, while a pool breaks.

    A ``ValueError`` is one of its refusals: a pool that breaks closes the pipes that the next
    worker is to be handed, and Windows has a limit of workers.
    """
    try:
        yield
    except (OSError, ValueError, ImportError, NotImplementedError) as error:
        raise BrokenProcessPool(str(error)) from error


# ---------------------------------------------------------------- starting a worker


class _Worker(SpawnProcess):
    """A worker process that knows nothing of the user's main module."""

    def start(self) -> None:
        with _plain_parent():
            super().start()


class _Context(SpawnContext):
    """Makes the workers of one pool and remembers them, so that they can be killed."""

    def __init__(self) -> None:
        self.workers: list[_Worker] = []

    def Process(self, *args: Any, **kwargs: Any) -> _Worker:  # type: ignore[override] # noqa: N802 - the pool's name for it
        worker = _Worker(*args, **kwargs)
        self.workers.append(worker)
        return worker


_one_at_a_time = threading.Lock()


@contextmanager
def _plain_parent() -> Iterator[None]:
    """Make this process, for a moment, what a worker should inherit from it.

    Spawning tells the worker to import the parent's main module by its spec or file; without
    them it does not. The environment and the signals that are blocked are inherited as they are.
    """
    main = sys.modules["__main__"]
    with _one_at_a_time:
        module: dict[str, Any] = {name: vars(main)[name] for name in _MAIN if name in vars(main)}
        environment = {name: os.environ.get(name) for name in _ONE_THREAD}
        blocked = _block_interrupt()
        try:
            vars(main).pop("__file__", None)
            vars(main)["__spec__"] = None
            os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
            yield
        finally:
            vars(main).update(module)
            for name, value in environment.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
            if blocked is not None:
                signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _block_interrupt() -> set[Any] | None:
    """Block Ctrl-C in this thread where that can be done; return what was blocked before."""
    if sys.platform == "win32":
        return None
    return signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


# ---------------------------------------------------------------- in a worker

_told: dict[str, Job | None] = {}
"""The job of this worker process."""


def _begin(job: Job | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it could not be blocked from the start
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _told["job"] = job


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _spoken(lang: str, work: Callable[[K], T], item: K) -> T:
    with speaking(lang):
        return work(item)


def _do(task: Task) -> str:
    job = _told["job"]
    if job is None:
        raise AssertionError  # tasks are given to workers that know a job
    return job.do(task)
