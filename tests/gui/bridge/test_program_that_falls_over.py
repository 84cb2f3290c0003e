"""A program that ends without closing its services ends all the same, and leaves no process and no memory behind."""

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from tests.films import write_dicom

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists shared memory as files")
def test_it_ends_and_leaves_nothing(tmp_path: Path) -> None:
    write_dicom(tmp_path / "a.dcm", size=1500)
    script = tmp_path / "program.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import multiprocessing
            from pathlib import Path

            def main():
                from PySide6.QtCore import QCoreApplication
                from cxrviewer.analysis.job import AnalysisJob
                from cxrviewer.gui.bridge.analysis_runner import AnalysisRunner, window_pool
                from cxrviewer.gui.bridge.decoder import DecoderService
                from cxrviewer.inference.bundle import find_bundle
                from cxrviewer.results.store import ResultKey, ResultStore
                from cxrviewer.results.study_list_changes import FilmRecorder, open_films

                application = QCoreApplication([])
                film = Path({str(tmp_path)!r}) / "a.dcm"
                store = ResultStore(film.with_name("results.sqlite"))
                (number,) = open_films(store, [film]).identifiers
                bundle = find_bundle("cxr_mobilenetv2", verify=False)
                runner, decoder = AnalysisRunner(), DecoderService()
                runner.start(
                    AnalysisJob(bundle.folder, bundle.sha256, "litert"), bundle, window_pool(),
                    lambda: FilmRecorder(store.path, ResultKey(bundle.sha256, "s")),
                )
                runner.outcomes.connect(application.quit)
                runner.append([(number, film)])
                decoder.show([film])
                application.exec()
                runner.append([(number, film)] * 50, fresh=True)
                decoder.forget(film)
                decoder.show([film])
                print(*[child.pid for child in multiprocessing.active_children()], flush=True)
                raise RuntimeError("fell over")

            if __name__ == "__main__":
                main()
            """
        )
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT) + os.pathsep + os.environ.get("PYTHONPATH", "")}
    started = time.monotonic()
    program = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    out, err = program.communicate(timeout=40)
    assert program.returncode == 1
    assert time.monotonic() - started < 30
    assert err.strip().endswith("RuntimeError: fell over")
    workers = [int(word) for word in out.split()]
    assert workers
    assert not [pid for pid in workers if psutil.pid_exists(pid)]
    assert not [name for name in os.listdir("/dev/shm") if f"cxrviewer_{program.pid:x}_" in name]  # noqa: PTH208
