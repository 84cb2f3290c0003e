"""Build the program for the platform that this runs on: ``python packaging/build.py``.

Makes ``OUTPUT/cxrviewer`` (the program, with THIRD_PARTY_NOTICES.txt and a bill of materials in it), the archives and
packages of the platform, and SHA256SUMS. Fails where a part has no licence that is known and permitted, a library that
it needs is missing, or the standard build is heavier than it may be. Needs ``pip install '.[package]'``, and on Linux
binutils (readelf, strip).
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import archive
import deb
import elf
import size_table
from dicom_tables import cut_down_dicom_tables
from inventory import frozen_modules, library_kinds, take_inventory
from notices import notices_text
from parts import Findings, find_parts
from platform_files import program_version
from sbom import bill_of_materials
from stripping import strip_libraries

ROOT = Path(__file__).resolve().parent.parent
LICENCES = ROOT / "packaging" / "licences"
NOTICES = "THIRD_PARTY_NOTICES.txt"
SUMS = "SHA256SUMS"


class BuildError(Exception):
    """Why there is no program: what was expected, what came, what to do."""


@dataclass(frozen=True)
class Order:
    """What is to be built, and where."""

    output: Path
    work: Path
    with_tensorflow: bool
    archives: bool
    epoch: int
    version: str

    @property
    def program(self) -> Path:
        """The folder of the program."""
        return self.output / "cxrviewer"

    @property
    def internal(self) -> Path:
        """The folder of everything but the two programs."""
        return self.program / "_internal"

    @property
    def label(self) -> str:
        """What its archives are called."""
        system = {"linux": "linux", "win32": "windows", "darwin": "macos"}[sys.platform]
        variant = "-tensorflow" if self.with_tensorflow else ""
        return f"cxrviewer-{self.version}{variant}-{system}-{platform.machine().lower()}"


def build(order: Order) -> None:
    """Build what is ordered; raises BuildError."""
    _say("freezing")
    _freeze(order)
    _say(f"saved {cut_down_dicom_tables(order.internal) / 1e6:.1f} MB of DICOM tables")
    if sys.platform == "linux":
        _say("stripping, and keeping each library once")
        with tempfile.TemporaryDirectory(dir=order.work) as scratch:
            stripping = strip_libraries(order.internal, Path(scratch))
        shared = link_duplicates(order.program)
        _say(f"saved {stripping.saved_bytes / 1e6:.1f} MB of symbols and {shared / 1e6:.1f} MB of duplicates")
        _say(f"left as they came: {', '.join(path.name for path in stripping.left)}")
        _check_libraries(order.internal)
    _say("licences")
    findings = _write_licences(order)
    _check_version(order)
    _set_times(order.program, order.epoch)
    made = _write_archives(order, findings) if order.archives else []
    sizes = size_table.weights(order.program)
    print("\n" + size_table.table(sizes, made) + "\n")  # noqa: T201
    if not order.with_tensorflow:
        compressed = max((path.stat().st_size for path in made), default=0)
        too_much = size_table.over_the_limits(sum(sizes.values()), compressed)
        if too_much:
            raise BuildError("\n".join(too_much))


def _freeze(order: Order) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),  # the program of this checkout, whichever is installed
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "SOURCE_DATE_EPOCH": str(order.epoch),
        "CXRVIEWER_WITH_TENSORFLOW": "1" if order.with_tensorflow else "0",
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"]
    command += ["--distpath", str(order.output), "--workpath", str(order.work)]
    command.append(str(ROOT / "packaging" / "cxrviewer.spec"))
    order.work.mkdir(parents=True, exist_ok=True)
    if subprocess.run(command, env=environment, check=False, cwd=ROOT).returncode:
        raise BuildError("expected PyInstaller to freeze the program, but it failed: see what it says above.")


def link_duplicates(folder: Path) -> int:
    """Replace files that are byte for byte like one before by links to that, and return the bytes saved.

    Two wheels bring the same OpenSSL, and on Linux the two programs are the same file: it is its name that differs.
    """
    first: dict[str, Path] = {}
    saved = 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()):
        size = path.stat().st_size
        if size < 100_000:  # empty markers and the like, which packages look for
            continue
        original = first.setdefault(archive.sha256_of(path), path)
        if original != path:
            path.unlink()
            path.symlink_to(os.path.relpath(original, path.parent))
            saved += size
    return saved


def _check_libraries(internal: Path) -> None:
    dangling = [path for path in internal.rglob("*") if path.is_symlink() and not path.exists()]
    facts = {path: elf.elf_facts(path) for path in elf.elf_files(internal)}
    missing = elf.missing_libraries(facts, internal, deb.SYSTEM_LIBRARIES)
    lines = [
        f"{path.relative_to(internal)} needs {name}, which is neither here nor the system's" for path, name in missing
    ]
    lines += [f"{path.relative_to(internal)} leads nowhere" for path in dangling]
    if lines:
        raise BuildError("expected every library at hand:\n" + "\n".join(lines))


def _write_licences(order: Order) -> Findings:
    suffix = ".exe" if sys.platform == "win32" else ""
    modules = frozen_modules(order.program / f"cxrviewer-cli{suffix}")
    inventory = take_inventory(order.internal, modules, library_kinds(LICENCES / "libraries.toml"))
    findings = find_parts(inventory, order.internal, LICENCES, ROOT)
    if findings.objections:
        raise BuildError(
            "expected a permitted licence for everything in the folder; leave out what is not, or say in "
            "packaging/licences what it is:\n" + "\n".join(findings.objections)
        )
    (order.program / NOTICES).write_text(notices_text(findings.parts), encoding="utf-8", newline="\n")
    own, *others = findings.parts
    materials = bill_of_materials(own, others, order.internal, order.epoch)
    (order.program / "cxrviewer.cdx.json").write_text(materials, encoding="utf-8", newline="\n")
    shutil.copyfile(ROOT / "LICENSE", order.program / "LICENSE.txt")
    _say(f"{len(findings.parts)} parts, every one under a licence that is permitted")
    return findings


def _check_version(order: Order) -> None:
    suffix = ".exe" if sys.platform == "win32" else ""
    command = [str(order.program / f"cxrviewer-cli{suffix}"), "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode or order.version not in run.stdout:
        raise BuildError(
            f"expected the frozen program to say {order.version}, got exit status {run.returncode}, "
            f"{run.stdout.strip()!r} and {run.stderr.strip()!r}."
        )


def _set_times(folder: Path, epoch: int) -> None:
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (epoch, epoch), follow_symlinks=os.utime not in os.supports_follow_symlinks)


def _write_archives(order: Order, findings: Findings) -> list[Path]:
    _say("archives")
    if sys.platform == "linux":
        made = [order.output / f"{order.label}.tar.gz"]
        archive.write_tar_gz(archive.folder_members(order.program, "cxrviewer"), made[0], order.epoch)
        made.append(_write_deb(order, findings))
    elif sys.platform == "win32":
        made = [order.output / f"{order.label}.zip"]
        archive.write_zip(archive.folder_members(order.program, "cxrviewer"), made[0], order.epoch)
    else:
        return []  # the .app is signed before it is packed: macos/
    sums = {path.name: archive.sha256_of(path) for path in made}
    (order.output / SUMS).write_text(archive.sums_text(sums), encoding="utf-8", newline="\n")
    return made


def _write_deb(order: Order, findings: Findings) -> Path:
    facts = [elf.elf_facts(path) for path in elf.elf_files(order.program)]
    shipped = {path.name for path in order.internal.rglob("*")}
    needed = {name for fact in facts for name in fact.needed} - shipped
    depends, recommends = deb.package_relations(needed, max(fact.newest_glibc for fact in facts))
    architecture = deb.ARCHITECTURES[platform.machine()]
    members = deb.package_members(order.program, ROOT, notices_text(findings.parts))
    kib = sum(size_table.weights(order.program).values()) // 1024
    path = (
        order.output / f"cxrviewer{'-tensorflow' if order.with_tensorflow else ''}_{order.version}_{architecture}.deb"
    )
    deb.write_deb(path, deb.PackageFacts(order.version, architecture, kib, depends, recommends), members, order.epoch)
    return path


def source_date() -> int:
    """Return SOURCE_DATE_EPOCH, or else when the last commit was made, as seconds since 1970; raises BuildError."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    if said is None:
        run = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        said = run.stdout.strip()
    if not said.isdigit():
        raise BuildError(
            f"expected SOURCE_DATE_EPOCH (seconds since 1970) or a git checkout to take the date from, got {said!r}."
        )
    return int(said)


def _say(line: str) -> None:
    print(f"build: {line}", flush=True)  # noqa: T201


def main() -> None:
    """Build what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--output", type=Path, default=ROOT / "dist", help="where the program goes (default: dist)")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "frozen", help="for intermediate files")
    parser.add_argument("--with-tensorflow", action="store_true", help="add the engine keras")
    parser.add_argument("--no-archives", action="store_true", help="only the folder")
    given = parser.parse_args()
    try:
        order = Order(
            given.output.resolve(),
            given.work.resolve(),
            given.with_tensorflow,
            not given.no_archives,
            source_date(),
            program_version(ROOT),
        )
        build(order)
    except BuildError as error:
        sys.exit(f"build: {error}")


if __name__ == "__main__":
    main()
