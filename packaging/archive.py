"""Archives and sums that are the same for the same files: sorted, of one date, owned by root."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import tarfile
import time
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_EARLIEST_ZIP = 315532800  # 1980-01-01: what zip can say first
_XZ_PRESET = 2


@dataclass(frozen=True)
class Member:
    """One member of an archive: a file of the disk, bytes, or a link; folders come by themselves."""

    name: str
    file: Path | None = None
    content: bytes = b""
    link: str | None = None
    mode: int = 0o644


def folder_members(folder: Path, prefix: str) -> list[Member]:
    """Return everything below a folder, to be put under ``prefix``; links stay links."""
    members = []
    for path in sorted(folder.rglob("*")):
        name = f"{prefix}/{path.relative_to(folder).as_posix()}"
        if path.is_symlink():
            members.append(Member(name, link=path.readlink().as_posix(), mode=0o777))
        elif path.is_file():
            members.append(Member(name, file=path, mode=_mode(path)))
    return members


def _mode(path: Path) -> int:
    return 0o755 if path.stat().st_mode & 0o100 else 0o644


def write_tar_gz(members: Iterable[Member], path: Path, epoch: int) -> None:
    """Write a compressed tar archive."""
    with path.open("wb") as stream:
        write_tar_gz_into(members, stream, epoch)


def write_tar_gz_into(members: Iterable[Member], stream: IO[bytes], epoch: int) -> None:
    """Write a compressed tar archive into an open file; neither its name nor the time of writing gets in."""
    with gzip.GzipFile(filename="", mode="wb", fileobj=stream, compresslevel=9, mtime=epoch) as packed:
        _write_tar(members, packed, epoch)


def write_tar_xz_into(members: Iterable[Member], stream: IO[bytes], epoch: int) -> None:
    """Write a tar archive into an open file by xz: a fifth smaller than by gzip, in about twice the time."""
    with lzma.LZMAFile(stream, "wb", preset=_XZ_PRESET) as packed:
        _write_tar(members, packed, epoch)


def _write_tar(members: Iterable[Member], stream: IO[bytes] | gzip.GzipFile, epoch: int) -> None:
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for member in _with_folders(members):
            _add(archive, member, epoch)


def _with_folders(members: Iterable[Member]) -> list[Member]:
    by_name = {member.name: member for member in members}
    for name in list(by_name):
        parts = name.split("/")[:-1]
        for count in range(1, len(parts) + 1):
            folder = "/".join(parts[:count])
            if folder not in (".", ""):
                by_name.setdefault(folder, Member(f"{folder}/", mode=0o755))
    return [by_name[name] for name in sorted(by_name)]


def _add(archive: tarfile.TarFile, member: Member, epoch: int) -> None:
    info = tarfile.TarInfo(member.name.rstrip("/"))
    info.mtime, info.mode, info.uname, info.gname = epoch, member.mode, "root", "root"
    if member.link is not None:
        info.type, info.linkname = tarfile.SYMTYPE, member.link
        archive.addfile(info)
    elif member.name.endswith("/"):
        info.type = tarfile.DIRTYPE
        archive.addfile(info)
    elif member.file is not None:
        info.size = member.file.stat().st_size
        with member.file.open("rb") as content:
            archive.addfile(info, content)
    else:
        info.size = len(member.content)
        archive.addfile(info, io.BytesIO(member.content))


def write_zip(members: Iterable[Member], path: Path, epoch: int) -> None:
    """Write a zip archive. Raises ValueError for a link, which Windows would unpack as a file of text."""
    moment = time.gmtime(max(epoch, _EARLIEST_ZIP))[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member in sorted(members, key=lambda member: member.name):
            if member.link is not None:
                raise ValueError(f"expected no link in a zip archive, got {member.name} -> {member.link}.")
            info = zipfile.ZipInfo(member.name, moment)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            info.external_attr = (0o100000 | member.mode) << 16
            content = member.file.read_bytes() if member.file is not None else member.content
            archive.writestr(info, content, compresslevel=9)


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sums_text(sums: Mapping[str, str]) -> str:
    """Return names with their SHA-256 as ``sha256sum --check`` reads them."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
