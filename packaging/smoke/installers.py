"""What people download, opened or installed, so that the program in it can be tested."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from smoke.verdicts import Check, CheckFailedError, CheckNotRunError


@contextmanager
def opened(target: Path, scratch: Path) -> Iterator[Path]:
    """Hand over the folder of the program in a build's folder, a .tar.gz, .zip, .deb, .exe (Inno Setup) or .dmg.

    What was unpacked or installed for it is gone afterwards.
    """
    place = scratch / "installed"
    if target.is_dir():
        yield program_folder(target)
    elif target.name.endswith((".tar.gz", ".tar.xz")):
        # Python 3.11.0 to 3.11.3 have no filters; what is unpacked here was packed by this checkout.
        filters: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        with tarfile.open(target) as archive:
            archive.extractall(place, **filters)
        yield program_folder(place)
    elif target.suffix == ".zip":
        shutil.unpack_archive(target, place)
        yield program_folder(place)
    elif target.suffix == ".deb":
        _run("dpkg-deb", "--extract", str(target), str(place))
        yield program_folder(place)
    elif target.suffix == ".exe":
        yield from _installed_by_inno(target, place)
    elif target.suffix == ".dmg":
        yield from _copied_from_image(target, place)
    else:
        raise CheckFailedError(
            f"expected the folder of a build, a .tar.gz, .zip, .deb, .exe or .dmg, got {target.name}."
        )


def program_folder(place: Path) -> Path:
    """Return the folder at or below a place that both programs lie in; for macOS the .app."""
    suffix = ".exe" if sys.platform == "win32" else ""
    for console in sorted(place.rglob(f"cxrviewer-cli{suffix}"), key=lambda path: len(path.parts)):
        folder = console.parent
        # The two may be one file; a command in /usr/bin leads elsewhere.
        leads_elsewhere = console.resolve().parent != folder.resolve()
        if leads_elsewhere or not (folder / f"cxrviewer{suffix}").is_file():
            continue
        return folder.parent.parent if folder.parts[-2:] == ("Contents", "MacOS") else folder
    raise CheckFailedError(f"expected the programs cxrviewer and cxrviewer-cli in {place}, found no such pair.")


def package_check(target: Path, asked: bool) -> Check:
    """Return the check that a .deb installs into the system, runs there, and leaves nothing once it is removed."""

    def run() -> str:
        if target.suffix != ".deb":
            raise CheckNotRunError("only a .deb is installed into the system")
        if not asked or os.geteuid() != 0:
            raise CheckNotRunError("installing into this system has to be asked for with --install, by root")
        name = _run("dpkg-deb", "--field", str(target), "Package").strip()
        if shutil.which("cxrviewer") or _is_installed(name):
            raise CheckNotRunError(f"{name} is installed already; remove it first")
        try:
            _install(target)
            files = [line for line in _run("dpkg", "--listfiles", name).splitlines() if Path(line).is_file()]
            said = _run("/usr/bin/env", "-i", "PATH=/usr/bin", "HOME=/nonexistent", "cxrviewer", "--version").strip()
            _run("/usr/bin/env", "-i", "PATH=/usr/bin", "HOME=/nonexistent", "cxrviewer-cli", "--version")
        finally:
            if _is_known(name):
                _run("dpkg", "--purge", name)
        left = [path for path in files if os.path.lexists(path)]
        if left:
            raise CheckFailedError(f"expected nothing after the removal, found {left[:8]}")
        return f"{name}: {len(files)} files installed, said {said}, all removed"

    return Check("the package installs, runs and is removed", run)


def _install(target: Path) -> None:
    try:
        _run("dpkg", "--install", str(target))
    except CheckFailedError as error:
        if "lock was locked by another process" in str(error):
            raise CheckNotRunError("another program is installing packages; try again when it is done") from error
        raise


def _is_installed(name: str) -> bool:
    asked = subprocess.run(["dpkg", "--status", name], check=False, capture_output=True, text=True)
    return "Status: install ok installed" in asked.stdout


def _is_known(name: str) -> bool:
    """Return whether dpkg has anything of a package, be it half installed."""
    return subprocess.run(["dpkg", "--status", name], check=False, capture_output=True).returncode == 0


def _installed_by_inno(target: Path, place: Path) -> Iterator[Path]:
    quiet = ("/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART")
    _run(str(target.resolve()), *quiet, "/CURRENTUSER", f"/DIR={place}")
    yield program_folder(place)
    _run(str(place / "unins000.exe"), *quiet)
    end = time.monotonic() + 60  # the uninstaller goes on in a copy of itself
    while any(place.rglob("*.exe")):
        if time.monotonic() > end:
            raise CheckFailedError(f"expected the uninstaller to remove {place}, it is still there after 60 s")
        time.sleep(0.5)


def _copied_from_image(target: Path, place: Path) -> Iterator[Path]:
    mounted = place.with_name("mounted")
    mounted.mkdir()
    _run("hdiutil", "attach", "-nobrowse", "-readonly", "-mountpoint", str(mounted), str(target))
    try:
        shutil.copytree(mounted / "cxrviewer.app", place / "cxrviewer.app", symlinks=True)
    finally:
        _run("hdiutil", "detach", str(mounted))
    yield program_folder(place)


def _run(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600)
    if done.returncode != 0:
        raise CheckFailedError(
            f"{' '.join(command)} ended with status {done.returncode}: {(done.stderr or done.stdout)[-600:]}"
        )
    return done.stdout
