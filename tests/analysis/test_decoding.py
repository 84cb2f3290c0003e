"""Pixels come from worker processes through shared memory, unchanged and read-only, and nothing of it is left over."""

import gc
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.analysis import decoding, shared_pixels
from cxrviewer.analysis.decoding import DecodedFile, DecodingTask, decode_source
from cxrviewer.analysis.pool import PoolSettings
from cxrviewer.analysis.waiting import WaitingItems
from cxrviewer.imaging.display import default_rendering
from cxrviewer.reading import read_radiograph
from tests.films import write_dicom, write_png

ROOT = Path(__file__).resolve().parents[2]
ONE = PoolSettings(workers=1, handed_out=1, seconds_per_file=20.0)
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists shared memory as files")


def shared_memories() -> set[str]:
    """The shared memories that were asked for by this process: tests of others may run at the same time."""
    return {entry for entry in os.listdir("/dev/shm") if entry.startswith(f"cxrviewer_{os.getpid():x}_")}  # noqa: PTH208


@pytest.fixture(autouse=True)
def no_shared_memory_is_left() -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    before = shared_memories()
    yield
    gc.collect()
    assert shared_memories() <= before


def decoded(tasks: list[DecodingTask], pool: PoolSettings = ONE) -> dict[int, DecodedFile]:
    source: WaitingItems[DecodingTask] = WaitingItems()
    source.put(enumerate(tasks))
    source.close()
    return {file.index: file for file in decode_source(source, pool)}


def test_a_radiograph_is_that_which_reading_gives(tmp_path: Path) -> None:
    films = [write_dicom(tmp_path / "a.dcm", size=300, bits=16), write_png(tmp_path / "b.png")]
    for index, file in decoded([DecodingTask(path) for path in films]).items():
        expected = read_radiograph(films[index])
        assert file.radiograph is not None
        assert file.error is None
        np.testing.assert_array_equal(file.radiograph.stored, expected.stored)
        assert file.radiograph.stored.dtype == expected.stored.dtype
        assert file.radiograph.facts == expected.facts
        assert file.radiograph.patient == expected.patient
        assert file.milliseconds > 0
        with pytest.raises(ValueError, match="read-only"):
            file.radiograph.stored[0, 0] = 1


def test_a_thumbnail_is_the_default_rendering_made_small(tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "a.dcm", size=400)
    thumbnail = decoded([DecodingTask(path, "thumbnail")])[0].thumbnail
    assert thumbnail is not None
    assert thumbnail.shape == (96, 96)
    assert thumbnail.dtype == np.uint8
    display = default_rendering(read_radiograph(path))
    assert abs(float(thumbnail.mean()) / 255 - float(display.mean())) < 0.01


def test_small_films_keep_their_size_as_thumbnails(tmp_path: Path) -> None:
    thumbnail = decoded([DecodingTask(write_png(tmp_path / "a.png", size=70), "thumbnail")])[0].thumbnail
    assert thumbnail is not None
    assert thumbnail.shape == (70, 70)


def test_what_cannot_be_read_comes_back_as_a_named_error(tmp_path: Path) -> None:
    bad = tmp_path / "bad.png"
    bad.write_bytes(write_png(tmp_path / "good.png").read_bytes()[:-200])
    text = tmp_path / "notes.txt"
    text.write_text("no image")
    files = decoded([DecodingTask(bad), DecodingTask(tmp_path / "missing.png"), DecodingTask(text, "thumbnail")])
    assert [files[i].error.code for i in range(3)] == ["corrupt", "missing", "not-an-image"]  # type: ignore[union-attr]
    assert all(file.radiograph is None and file.thumbnail is None for file in files.values())


def killed_after_writing(task: DecodingTask) -> object:
    """Stand for a worker that is lost between making its memory and saying so."""
    handed = shared_pixels.hand_over(np.ones((64, 64), np.uint16), task.memory)
    if task.path.name.startswith("killed"):
        os.kill(os.getpid(), signal.SIGKILL)
    radiograph = read_radiograph(task.path)
    return decoding._Decoded(radiograph, handed)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_lost_worker_is_its_files_error_and_leaves_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_decode", killed_after_writing)
    good = write_png(tmp_path / "good.png")
    files = decoded([DecodingTask(Path("killed-1")), DecodingTask(good), DecodingTask(Path("killed-2"))])
    assert files[0].error is not None
    assert files[0].error.code == files[2].error.code == "worker-crashed"  # type: ignore[union-attr]
    assert files[1].radiograph is not None
    assert files[1].radiograph.stored.shape == (64, 64)


def written_and_then_hanging(task: DecodingTask) -> object:
    shared_pixels.hand_over(np.ones((64, 64), np.uint16), task.memory)
    Path(task.path).touch()
    signal.pause()
    return None


@linux_only
def test_closing_stops_the_workers_and_removes_what_they_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_decode", written_and_then_hanging)
    source: WaitingItems[DecodingTask] = WaitingItems()
    source.put([(0, DecodingTask(tmp_path / "began"))])
    import threading
    import time

    def stop_when_begun() -> None:
        while not (tmp_path / "began").exists():
            time.sleep(0.02)
        source.stop()

    stopper = threading.Thread(target=stop_when_begun)
    stopper.start()
    before = time.monotonic()
    assert list(decode_source(source, ONE)) == []
    stopper.join()
    assert (tmp_path / "began").exists()
    assert time.monotonic() - before < 15


def test_where_shared_memory_is_full_pixels_travel_as_bytes() -> None:
    stored = np.arange(12, dtype=np.uint16).reshape(3, 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shared_pixels, "_fits", lambda size: False)
        handed = shared_pixels.hand_over(stored, shared_pixels.new_name())
    assert handed.content == stored.tobytes()
    taken = shared_pixels.take_over(handed)
    np.testing.assert_array_equal(taken, stored)
    assert not taken.flags.writeable


@linux_only
def test_memory_has_no_name_once_taken_and_goes_with_the_last_view() -> None:
    stored = np.arange(4_000_000, dtype=np.uint16).reshape(2000, 2000)
    handed = shared_pixels.hand_over(stored, shared_pixels.new_name())
    assert handed.name in shared_memories()
    taken = shared_pixels.take_over(handed)
    assert handed.name not in shared_memories()
    view = taken[10:20]
    del taken
    gc.collect()
    np.testing.assert_array_equal(view, stored[10:20])
    mapped = Path("/proc/self/maps").read_text
    assert handed.name in mapped()
    del view
    gc.collect()
    assert handed.name not in mapped()


@linux_only
def test_a_whole_program_ends_without_a_warning_of_leaked_memory(tmp_path: Path) -> None:
    """The resource tracker of multiprocessing complains at the end of a program about memory that nobody unlinked."""
    write_dicom(tmp_path / "a.dcm", size=500)
    script = tmp_path / "program.py"
    script.write_text(
        textwrap.dedent(
            f"""
            from pathlib import Path
            from cxrviewer.analysis.decoding import DecodingTask, decode_source
            from cxrviewer.analysis.pool import PoolSettings
            from cxrviewer.analysis.waiting import WaitingItems
            if __name__ == "__main__":
                source = WaitingItems()
                source.put((i, DecodingTask(Path({str(tmp_path / "a.dcm")!r}))) for i in range(6))
                kept = []
                for file in decode_source(source, PoolSettings(workers=2, handed_out=1)):
                    kept.append(file.radiograph.stored)
                    if len(kept) == 4:
                        source.stop()
                print(sum(int(stored[0, 0]) > 0 for stored in kept))
            """
        )
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.strip() == "4"
    assert done.stderr == ""
