"""The Debian package: the program in /usr/lib, its commands, menu entry, file types, icons, and what it needs."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from archive import Member, folder_members, write_tar_gz_into, write_tar_xz_into
from icon_files import ICON, LINUX_SIDES, drawn

PREFIX: Final = "./usr/lib/cxrviewer"
COMMANDS: Final = ("cxrviewer", "cxrviewer-cli")
MAINTAINER: Final = "The cxrviewer authors <authors@cxrviewer.invalid>"
ARCHITECTURES: Final = {"x86_64": "amd64", "aarch64": "arm64"}

# Libraries that the program takes from the system, and the packages that have them: those that fit the system's kernel
# and graphics driver, which a copy would not.
_C_LIBRARY: Final = "libc6"
SYSTEM_LIBRARIES: Final = {
    "libc.so.6": _C_LIBRARY,
    "libm.so.6": _C_LIBRARY,
    "libdl.so.2": _C_LIBRARY,
    "librt.so.1": _C_LIBRARY,
    "libpthread.so.0": _C_LIBRARY,
    "ld-linux-x86-64.so.2": _C_LIBRARY,
    "ld-linux-aarch64.so.1": _C_LIBRARY,
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxcb.so.1": "libxcb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
# Only a window under Wayland asks for the first; fonts and keyboard tables are what every desktop has.
_RECOMMENDED: Final = ("libwayland-client0", "libwayland-cursor0", "libwayland-egl1")
_RECOMMENDED_BESIDES: Final = ("fontconfig-config", "fonts-dejavu-core", "xkb-data")


@dataclass(frozen=True)
class PackageFacts:
    """What the control file says."""

    version: str
    architecture: str
    installed_kib: int
    depends: tuple[str, ...]
    recommends: tuple[str, ...]


def package_relations(needed: Iterable[str], newest_glibc: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (Depends, Recommends) for the system libraries that the program's files need.

    Raises ValueError for a library that no known package has.
    """
    packages = set()
    for name in needed:
        if name not in SYSTEM_LIBRARIES:
            raise ValueError(
                f"expected a library of {', '.join(SYSTEM_LIBRARIES)}, got {name}: name its Debian package in deb.py, "
                "or let the program carry it."
            )
        packages.add(SYSTEM_LIBRARIES[name])
    recommended = tuple(name for name in _RECOMMENDED if name in packages)
    required = sorted(packages - {*recommended, _C_LIBRARY})
    libc = f"{_C_LIBRARY} (>= {'.'.join(str(number) for number in newest_glibc)})"
    return (libc, *required), (*recommended, *_RECOMMENDED_BESIDES)


def control_text(facts: PackageFacts) -> str:
    """Return the control file."""
    fields = {
        "Package": "cxrviewer",
        "Version": facts.version,
        "Architecture": facts.architecture,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(facts.installed_kib),
        "Depends": ", ".join(facts.depends),
        "Recommends": ", ".join(facts.recommends),
        "Section": "science",
        "Priority": "optional",
        "Description": "viewer and classifier for chest radiographs",
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value]
    lines += [
        " Opens chest radiographs as a diagnostic viewer would and classifies them on this",
        " machine, with a heatmap for every finding. It makes no network call.",
        " .",
        " Research use only. Not for diagnosis.",
    ]
    return "\n".join(lines) + "\n"


def package_members(program: Path, root: Path, notices: str) -> list[Member]:
    """Return every file of the package: the built folder and what makes a Linux desktop know it."""
    linux = root / "packaging" / "linux"
    members = folder_members(program, PREFIX)
    members += [Member(f"./usr/bin/{name}", link=f"../lib/cxrviewer/{name}", mode=0o777) for name in COMMANDS]
    members += [
        Member("./usr/share/applications/cxrviewer.desktop", file=linux / "cxrviewer.desktop"),
        Member("./usr/share/mime/packages/cxrviewer.xml", file=linux / "cxrviewer.xml"),
        Member("./usr/share/icons/hicolor/scalable/apps/cxrviewer.svg", file=root / ICON),
        Member("./usr/share/doc/cxrviewer/copyright", content=notices.encode()),
    ]
    for side in LINUX_SIDES:
        picture = io.BytesIO()
        drawn(root / ICON, side).save(picture, "PNG", optimize=True)
        place = f"./usr/share/icons/hicolor/{side}x{side}/apps/cxrviewer.png"
        members.append(Member(place, content=picture.getvalue()))
    return members


def write_deb(path: Path, facts: PackageFacts, members: Sequence[Member], epoch: int) -> None:
    """Write the package; it has no scripts: menus, file types and icons are what dpkg's triggers are for."""
    control = [
        Member("./control", content=control_text(facts).encode()),
        Member("./md5sums", content=_md5sums(members).encode()),
    ]
    with tempfile.TemporaryFile() as packed_control, tempfile.TemporaryFile() as packed_data:
        write_tar_gz_into(control, packed_control, epoch)
        write_tar_xz_into(members, packed_data, epoch)
        with path.open("wb") as stream:
            stream.write(b"!<arch>\n")
            _add_to_ar(stream, "debian-binary", io.BytesIO(b"2.0\n"), epoch)
            _add_to_ar(stream, "control.tar.gz", packed_control, epoch)
            _add_to_ar(stream, "data.tar.xz", packed_data, epoch)


def _add_to_ar(stream: IO[bytes], name: str, content: IO[bytes], epoch: int) -> None:
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    stream.write(f"{name:<16}{epoch:<12}{0:<6}{0:<6}{100644:<8}{size:<10}`\n".encode("ascii"))
    while block := content.read(1 << 20):
        stream.write(block)
    if size % 2:
        stream.write(b"\n")


def _md5sums(members: Iterable[Member]) -> str:
    lines = []
    for member in sorted(members, key=lambda member: member.name):
        if member.link is None:
            content = member.file.read_bytes() if member.file is not None else member.content
            digest = hashlib.md5(content, usedforsecurity=False).hexdigest()  # what dpkg --verify reads
            lines.append(f"{digest}  {member.name.removeprefix('./')}\n")
    return "".join(lines)
