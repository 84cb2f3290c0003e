"""Worker processes that crash, hang or eat memory cost their own file and nothing else."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from multiprocessing import connection
from pathlib import Path

import numpy as np
import psutil
import pytest
from pebble.pool import process
from pebble.pool.channel import WorkerChannel

from cxrviewer.analysis.pool import PoolSettings, map_files
from cxrviewer.errors import EngineError, WorkerCrashedError, WorkerMemoryError, WorkerTimeoutError

FAST = PoolSettings(workers=2, seconds_per_file=20.0)


def named_task(path: Path) -> str:
    """Do what the file's name says; stands for a decoder that meets a file it cannot take."""
    word = path.name.split("-")[0]
    if word == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif word == "abort":
        os.abort()
    elif word == "exit":
        os._exit(7)
    elif word == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif word == "hang":
        time.sleep(3600)
    elif word == "nap":
        time.sleep(0.5)
    elif word == "greedy":
        return str(np.ones(6 * 1024**3 // 8).sum())
    elif word == "raise":
        raise EngineError("no engine")
    return f"done {path.name}"


def failing_start() -> None:
    os._exit(3)


def worker_pid(path: Path) -> int:
    return os.getpid()


def test_every_file_has_one_result_with_its_index() -> None:
    files = [Path(f"ok-{i}") for i in range(500)]
    results = list(map_files(named_task, files, FAST))
    assert sorted(r.index for r in results) == list(range(500))
    assert all(r.value == f"done {files[r.index].name}" and r.path == files[r.index] for r in results)


def test_crashes_cost_their_files_only() -> None:
    words = ["segfault", "ok", "abort", "ok", "exit", "killed", "ok", "ok"] * 6
    files = [Path(f"{word}-{i}") for i, word in enumerate(words)]
    results = {r.path.name: r for r in map_files(named_task, files, FAST)}
    assert len(results) == len(files)
    for file in files:
        result = results[file.name]
        if file.name.startswith("ok"):
            assert result.value == f"done {file.name}"
        else:
            assert isinstance(result.loss, WorkerCrashedError)
            assert "died" in str(result.loss)


def test_a_crash_is_called_a_crash_where_the_end_is_noticed_before_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pool reads in one thread what workers say, and sees in another that they ended; either may be late."""
    read_at_once = process.PoolManager.process_next_message

    def read_late(manager: process.PoolManager, timeout: float) -> None:
        time.sleep(0.25)
        read_at_once(manager, timeout)

    monkeypatch.setattr(process.PoolManager, "process_next_message", read_late)
    files = [Path(f"{word}-{i}") for i, word in enumerate(["ok", "exit", "ok", "segfault"] * 4)]
    started = time.monotonic()
    results = list(map_files(named_task, files, PoolSettings(workers=2, seconds_per_file=60.0)))
    assert Counter(type(r.loss) for r in results) == {WorkerCrashedError: 8, type(None): 8}
    assert time.monotonic() - started < 50  # no file waited for its time to be over


def test_a_file_taken_by_a_worker_that_is_stopped_for_an_earlier_one_is_handed_out_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopped: list[int] = []

    def stop_once(manager: process.PoolManager) -> None:
        for task in tuple(manager.task_manager.tasks.values()):
            if task.worker_id and not stopped and manager.worker_manager.maybe_stop_worker(task.worker_id):
                stopped.append(task.worker_id)

    monkeypatch.setattr(process.PoolManager, "update_tasks", stop_once)
    files = [Path(f"nap-{i}") for i in range(6)]
    results = list(map_files(named_task, files, FAST))
    assert stopped
    assert sorted(str(r.value) for r in results) == [f"done nap-{i}" for i in range(6)]


def test_a_worker_that_dies_at_once_after_another_loses_no_file() -> None:
    """Workers dying faster than the pool notices is what breaks pools as a whole; every file must still have a row."""
    files = [Path(f"exit-{i}") for i in range(40)]
    results = list(map_files(named_task, files, PoolSettings(workers=3, seconds_per_file=20.0)))
    assert Counter(type(r.loss) for r in results) == {WorkerCrashedError: 40}


def is_first(mark: Path) -> bool:
    """Return True in one process only."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def kill_this_process(*arguments: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_taking(mark: Path) -> None:
    """Let the first worker that takes a second file be killed before it says so: it has both directions' locks."""
    take, number = process.task_transaction, count()

    def take_or_die(channel: WorkerChannel) -> object:
        if next(number) and is_first(mark):
            channel.send = kill_this_process
        return take(channel)

    process.task_transaction = take_or_die


def die_sending(mark: Path, sent: int) -> None:
    """Let the first worker that has a result be killed when ``sent`` bytes of it are in the pipe."""
    send = process.send_result

    def send_part(self: connection.Connection, written: bytes, *arguments: object) -> None:
        os.write(self.fileno(), bytes(written)[:sent])
        kill_this_process()

    def send_or_die(channel: WorkerChannel, result: object) -> None:
        if is_first(mark):
            connection.Connection._send = send_part  # type: ignore[attr-defined]
        send(channel, result)

    process.send_result = send_or_die


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL, and writing to a pipe by its number")
@pytest.mark.parametrize(
    ("dying", "most_lost"), [(die_taking, 0), (partial(die_sending, sent=0), 1), (partial(die_sending, sent=7), 0)]
)
def test_a_worker_that_is_killed_while_it_has_the_pipe_to_itself_holds_nobody_up(
    tmp_path: Path, dying: Callable[[Path], None], most_lost: int
) -> None:
    """A lock of a dead process is never given back: without being told, the others would wait for it for ever."""
    files = [Path(f"nap-{i}") for i in range(12)]
    started = time.monotonic()
    results = list(map_files(named_task, files, FAST, start_worker=partial(dying, tmp_path / "died")))
    assert (tmp_path / "died").exists()
    assert sorted(r.index for r in results) == list(range(12))
    assert sum(r.loss is not None for r in results) <= most_lost
    assert time.monotonic() - started < 20
    assert not spawned_workers()


def test_a_hang_costs_its_file_only() -> None:
    files = [Path("hang-0"), *(Path(f"ok-{i}") for i in range(20))]
    started = time.monotonic()
    results = list(map_files(named_task, files, PoolSettings(workers=2, seconds_per_file=2.0)))
    assert time.monotonic() - started < 15
    (lost,) = [r for r in results if r.loss]
    assert lost.path.name == "hang-0"
    assert isinstance(lost.loss, WorkerTimeoutError)
    assert "2 s" in str(lost.loss)
    assert sum(r.value is not None for r in results) == 20


@pytest.mark.skipif(
    sys.platform != "linux", reason="the kernel refuses memory only on Linux; elsewhere a watchdog ends the process"
)
def test_memory_beyond_the_limit_is_refused_in_the_worker() -> None:
    files = [Path("greedy-0"), *(Path(f"ok-{i}") for i in range(10))]
    settings = PoolSettings(workers=1, seconds_per_file=30.0, memory_bytes=1024**3)
    with pytest.raises(MemoryError):  # the task of this test does not catch it; analyze_file does
        list(map_files(named_task, files, settings))


def watched_greedy_task(path: Path) -> str:
    from cxrviewer.analysis.worker_limits import _watch_resident_size

    if path.name.startswith("greedy"):
        import threading

        threading.Thread(target=_watch_resident_size, args=(100 * 1024**2,), daemon=True).start()
        blocks = []
        for _ in range(200):
            blocks.append(np.ones(2 * 1024**2))
            time.sleep(0.02)
    return "done"


def test_the_watchdog_of_other_systems_names_memory_as_the_cause() -> None:
    results = list(map_files(watched_greedy_task, [Path("greedy"), Path("ok")], FAST))
    by_name = {r.path.name: r for r in results}
    assert isinstance(by_name["greedy"].loss, WorkerMemoryError)
    assert by_name["ok"].value == "done"


def test_an_error_of_the_engine_ends_the_run() -> None:
    with pytest.raises(EngineError, match="no engine"):
        list(map_files(named_task, [Path("raise-0")], FAST))


def test_workers_that_cannot_start_end_the_run_with_a_named_error() -> None:
    with pytest.raises(EngineError, match="worker processes were started"):
        list(map_files(named_task, [Path("ok-0")], FAST, start_worker=failing_start))


def test_workers_are_recycled() -> None:
    settings = PoolSettings(workers=1, files_per_worker=5)
    pids = Counter(r.value for r in map_files(worker_pid, [Path(str(i)) for i in range(20)], settings))
    assert len(pids) == 4
    assert set(pids.values()) == {5}


def test_closing_stops_the_workers() -> None:
    results = map_files(named_task, [Path("ok"), Path("hang-0"), Path("hang-1")], FAST)
    assert next(results).value == "done ok"
    workers = spawned_workers()
    assert workers
    results.close()
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive
    assert not spawned_workers()


def test_a_pool_that_ends_while_workers_start_says_nothing(tmp_path: Path) -> None:
    """A worker whose pool is gone before it has started finds nothing to start with, and would say so at length."""
    script = tmp_path / "program.py"
    script.write_text(
        textwrap.dedent(
            """
            from pathlib import Path
            from cxrviewer.analysis.pool import PoolSettings, map_files
            from tests.analysis.test_pool import worker_pid
            if __name__ == "__main__":
                for _ in range(3):
                    print(len(list(map_files(worker_pid, [Path("a")], PoolSettings(workers=6)))))
            """
        )
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, timeout=120)
    assert done.stdout.split() == ["1", "1", "1"]
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal's Ctrl-C, which goes to a group of processes")
def test_ctrl_c_while_workers_start_is_the_programs_business_alone(tmp_path: Path) -> None:
    script, starting = tmp_path / "program.py", tmp_path / "starting"
    script.write_text(
        textwrap.dedent(
            f"""
            import time
            from pathlib import Path
            from cxrviewer.analysis.pool import PoolSettings, map_files
            from tests.analysis.test_pool import worker_pid
            if __name__ == "__mp_main__":
                Path({str(starting)!r}).touch()
                time.sleep(3)
            if __name__ == "__main__":
                try:
                    list(map_files(worker_pid, [Path("a")], PoolSettings(workers=2)))
                except KeyboardInterrupt:
                    print("stopped")
            """
        )
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, script], env=environment, start_new_session=True, **pipes) as program:
        deadline = time.monotonic() + 30
        while not starting.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(program.pid, signal.SIGINT)
        said, complaints = program.communicate(timeout=30)
    assert said == "stopped\n"
    assert complaints == ""


def spawned_workers() -> list[psutil.Process]:
    def is_worker(process: psutil.Process) -> bool:
        try:
            return "spawn_main" in " ".join(process.cmdline())
        except psutil.NoSuchProcess:
            return False

    return [process for process in psutil.Process().children(recursive=True) if is_worker(process)]


def test_workers_end_when_the_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent(
            """
            from pathlib import Path
            from cxrviewer.analysis.pool import PoolSettings, map_files
            from tests.analysis.test_pool import worker_pid
            if __name__ == "__main__":
                for result in map_files(worker_pid, (Path(str(i)) for i in range(10**9)), PoolSettings(workers=2)):
                    print(result.value, flush=True)
            """
        )
    )
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, env=environment) as parent:
        assert parent.stdout is not None
        pids = {int(parent.stdout.readline()) for _ in range(200)}
        parent.kill()
    workers = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert not alive
