"""What a user may call a cluster, and what is refused before anything is asked over a network."""

import socket
import sys
from typing import Any

import pytest

from cxrviewer.cluster.addresses import ClusterAddress, parse_address
from cxrviewer.cluster.connection import open_client
from cxrviewer.errors import ClusterError, MissingExtraError, UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp://10.0.0.1:8786", ClusterAddress("address", "tcp://10.0.0.1:8786")),
        ("tls://scheduler.dask.svc.cluster.local:8786", ClusterAddress("address", "tls://scheduler.dask.svc.cluster.local:8786")),
        ("tcp://[::1]:8786", ClusterAddress("address", "tcp://[::1]:8786")),
        ("local", ClusterAddress("local")),
        ("local:3", ClusterAddress("local", workers=3)),
        ("slurm", ClusterAddress("slurm")),
        ("slurm:40", ClusterAddress("slurm", workers=40)),
    ],
)  # fmt: skip
def test_addresses(text: str, expected: ClusterAddress) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "10.0.0.1:8786", "tcp://host", "tcp://host:0", "tcp://host:70000", "http://host:80", "inproc://x", "local:0",
     "local:x", "slurm:-1", "pbs", "tcp://a b:1", "tcp://host:1/path", "ucx://host:1"],
)  # fmt: skip
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="address of a scheduler"):
        parse_address(text)


def test_nobody_at_the_address_is_said_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cxrviewer.cluster.connection.SECONDS_TO_CONNECT", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens at this port
        address = ClusterAddress("address", f"tcp://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(ClusterError, match="no Dask scheduler answers"), open_client(address):
            pass


def test_tls_without_certificates_says_what_is_missing() -> None:
    with (
        pytest.raises(UsageError, match=r"distributed\.comm\.tls"),
        open_client(ClusterAddress("address", "tls://127.0.0.1:9")),
    ):
        pass


def test_slurm_without_slurm_is_said_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="sbatch"), open_client(ClusterAddress("slurm")):
        pass


def test_without_the_extra_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str, *rest: Any) -> None:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr("cxrviewer.extras.importlib.import_module", absent)
    with (
        pytest.raises(MissingExtraError, match=r"pip install 'cxrviewer\[cluster\]'"),
        open_client(ClusterAddress("local")),
    ):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="Slurm's commands are stood for by shell scripts")
# In one run of five, on an overloaded machine, dask-jobqueue's cluster stood still for 300 s before its first job.
@pytest.mark.timeout(900)
def test_slurm_jobs_are_submitted_as_the_configuration_describes_them(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script in place of sbatch runs the job here; all else, the scheduler, the worker and dask-jobqueue, is real."""
    import os

    import dask
    import dask_jobqueue  # brings the defaults of its part of the configuration

    assert dask_jobqueue
    sbatch, scancel = tmp_path / "sbatch", tmp_path / "scancel"
    sbatch.write_text(
        f'#!/bin/bash\ncp "$1" {tmp_path}/job.sh\nsetsid bash {tmp_path}/job.sh >{tmp_path}/job.log 2>&1 &\n'
        f"echo $! > {tmp_path}/pid\necho Submitted batch job 7\n"
    )
    scancel.write_text(f"#!/bin/bash\nkill -- -$(cat {tmp_path}/pid)\n")
    sbatch.chmod(0o755)
    scancel.chmod(0o755)
    monkeypatch.chdir(tmp_path)  # where the jobs find the run's certificate
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    slurm = {"cores": 1, "processes": 1, "memory": "2GB", "queue": "films", "python": sys.executable, "interface": "lo"}
    with (
        dask.config.set({f"jobqueue.slurm.{name}": value for name, value in slurm.items()}),
        open_client(ClusterAddress("slurm", workers=1)) as client,
    ):
        client.wait_for_workers(1, timeout=60)
        assert client.submit(pow, 2, 10).result(timeout=30) == 1024
        assert client.scheduler.address.startswith("tls://"), "others on Slurm's network reach it"
        assert "#SBATCH -p films" in (tmp_path / "job.sh").read_text()
