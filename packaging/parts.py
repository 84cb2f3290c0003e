"""Every part of the program with its licence, texts and source, from what the folder was found to hold."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from inventory import Inventory, LibraryKind, normalised
from licence_policy import judge
from platform_files import program_version

_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice|copyright|third.?party)", re.IGNORECASE)
_CLASSIFIERS: Final = {
    "MIT License": "MIT",
    "BSD License": "",  # which of them, it does not say
    "Apache Software License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


@dataclass(frozen=True)
class Part:
    """One part of the program; ``licence`` is what it offers, ``used`` what of that it is shipped under."""

    name: str
    version: str
    kind: str  # "distribution", "library" or "material"
    licence: str
    used: str
    source: str
    replace: str
    files: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Findings:
    """The parts of the program, and why it must not be shipped as it is, if so."""

    parts: tuple[Part, ...]
    objections: tuple[str, ...]


def find_parts(inventory: Inventory, folder: Path, licences: Path, root: Path) -> Findings:
    """Return every part in a folder (``_internal``) with its licence, judged by the policy.

    ``licences`` holds libraries.toml, distributions.toml and the texts; ``root`` is the checkout.
    """
    with (licences / "distributions.toml").open("rb") as stream:
        corrections: dict[str, dict[str, Any]] = tomllib.load(stream)
    parts = [_own_part(root)]
    parts += [
        distribution_part(metadata.distribution(name), corrections.get(name, {}), licences)
        for name in inventory.distributions
        if name != "cxrviewer"
    ]
    parts += [library_part(kind, files, licences) for kind, files in inventory.libraries.items()]
    parts += _materials(folder)
    objections = [f"{name}: expected a part that is known, got one that no table names" for name in inventory.unknown]
    objections += [f"{part.name}: {objection}" for part in parts for objection in _objections(part)]
    objections += [
        f"{name}: {word!r} stands in it, which {kind.name} has only where it may not be shipped"
        for kind, files in inventory.libraries.items()
        for name in files
        for word in forbidden_words(folder / name, kind)
    ]
    return Findings(tuple(parts), tuple(objections))


def distribution_part(distribution: metadata.Distribution, correction: dict[str, Any], licences: Path) -> Part:
    """Return an installed distribution as a part: what ``correction`` says goes before its own metadata."""
    name = normalised(distribution.metadata["Name"])
    expression = correction.get("licence") or stated_licence(distribution.metadata)
    files = [file for file in distribution.files or () if _is_licence_text(file.as_posix())]
    texts = [Path(str(distribution.locate_file(file))).read_text("utf-8", "replace") for file in files]
    texts += [(licences / "texts" / text).read_text("utf-8") for text in correction.get("texts", ())]
    replace = correction.get("replace", "")
    return Part(
        name,
        distribution.version,
        "distribution",
        expression,
        judge(expression, replaceable=bool(replace)).used,
        correction.get("source", f"https://pypi.org/project/{name}/{distribution.version}/"),
        replace,
        (),
        tuple(dict.fromkeys(texts)),
    )


def stated_licence(stated: Any) -> str:
    """Return the SPDX expression in a distribution's metadata, or "" where it says none that can be told for sure."""
    expression: str | None = stated.get("License-Expression")
    if expression:
        return expression
    written = (stated.get("License") or "").strip()
    if written and "\n" not in written and judge(written, replaceable=True).permitted:
        return str(written)
    lines = stated.get_all("Classifier") or []
    named = {line.rsplit(" :: ", 1)[-1] for line in lines if line.startswith("License ::")}
    known = [_CLASSIFIERS.get(name, "") for name in sorted(named)]
    return " AND ".join(known) if known and all(known) else ""


def library_part(kind: LibraryKind, files: tuple[str, ...], licences: Path) -> Part:
    """Return the libraries of one entry of the table as a part."""
    texts = tuple((licences / "texts" / name).read_text("utf-8") for name in kind.texts)
    used = judge(kind.licence, replaceable=bool(kind.replace)).used
    return Part(kind.name, "", "library", kind.licence, used, kind.source, kind.replace, files, texts)


def forbidden_words(path: Path, kind: LibraryKind) -> list[str]:
    """Return what stands in a library that must not: how it says itself that GPL parts were built into it."""
    if not kind.forbidden:
        return []
    content = path.read_bytes()
    return [word for word in kind.forbidden if word.encode() in content]


def _objections(part: Part) -> list[str]:
    found = list(judge(part.licence, replaceable=bool(part.replace)).objections)
    if not part.texts:
        found.append("expected the text of its licence, found none in the distribution nor in packaging/licences")
    return found


def _is_licence_text(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return bool(_LICENCE_FILE.match(name)) and not name.endswith((".py", ".pyi", ".so", ".pyd"))


def _own_part(root: Path) -> Part:
    text = (root / "LICENSE").read_text("utf-8")
    return Part("cxrviewer", program_version(root), "material", "Apache-2.0", "Apache-2.0", "", "", (), (text,))


def _materials(folder: Path) -> list[Part]:
    """Return the pictures, fonts and weights that come with licences of their own."""
    icons = folder / "resources" / "icons" / "LICENSE_LUCIDE.txt"
    font = folder / "resources" / "fonts" / "LICENSE_DEJAVU.txt"
    rows = [("Lucide icons", "ISC AND MIT", "https://lucide.dev", icons)]
    rows.append(("DejaVu Sans", "Bitstream-Vera", "https://dejavu-fonts.github.io", font))
    for text in sorted((folder / "models").glob("*/LICENSE")):
        rows.append((f"Bundle {text.parent.name}", "LicenseRef-cxrviewer-bundle", "", text))
    return [
        Part(name, "", "material", licence, licence, source, "", (text.parent.relative_to(folder).as_posix(),), (read,))
        for name, licence, source, text in rows
        if (read := text.read_text("utf-8"))
    ]
