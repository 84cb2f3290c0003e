"""Help > About: versions, hashes, licences, where releases are, and what the program is not for."""

from __future__ import annotations

import platform
import re
from importlib import metadata
from typing import Final

from PySide6.QtCore import qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QTabWidget, QVBoxLayout, QWidget

from cxrviewer.gui.document_dialog import LocalBrowser
from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel, copy_text
from cxrviewer.gui.panels.not_for_diagnosis import NotForDiagnosisLine, not_for_diagnosis
from cxrviewer.resources import models_folder, resources_folder
from cxrviewer.version import __version__

# What a person who reports a fault is asked for first; "cxrviewer doctor" tells the rest.
_PACKAGES: Final = (
    ("LiteRT", "ai-edge-litert"),
    ("TensorFlow", "tensorflow"),
    ("Keras", "keras"),
    ("NumPy", "numpy"),
    ("OpenCV", "opencv-python-headless"),
    ("pydicom", "pydicom"),
    ("Pillow", "pillow"),
    ("PySide6", "PySide6-Essentials"),
)


class AboutDialog(QDialog):
    """Tells what this program is made of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About cxrviewer"))
        title = QLabel(self.tr("cxrviewer {version}").format(version=__version__))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        self.versions = version_lines()
        self.bundles = bundle_lines()
        tabs = QTabWidget()
        tabs.setAccessibleName(self.windowTitle())
        tabs.addTab(
            _page(self.tr("Versions"), [f"{name}: {version}" for name, version in self.versions]), self.tr("Versions")
        )
        tabs.addTab(_page(self.tr("Bundles"), [f"{name}: {said}" for name, said in self.bundles]), self.tr("Bundles"))
        self.licences = LocalBrowser()
        self.licences.setAccessibleName(self.tr("Licences"))
        self.licences.setPlainText(licence_text())
        tabs.addTab(self.licences, self.tr("Licences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy Versions and Hashes"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: copy_text(self.as_text()))
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for part in (title, NotForDiagnosisLine(), WrappedLabel(self._description()), tabs, buttons):
            layout.addWidget(part)
        self.resize(620, 520)

    def _description(self) -> str:
        return self.tr(
            "Opens chest radiographs and classifies them on this machine; nothing leaves it. "
            "Releases are published where you have this program from, with their changes in CHANGELOG.md. "
            "The program never looks for them by itself. SHA256SUMS beside a release holds the sums of its files; "
            "where they lie together, “sha256sum -c SHA256SUMS” checks them "
            "(Windows: “certutil -hashfile FILE SHA256” gives one to compare)."
        )

    def as_text(self) -> str:
        """Return versions and hashes for a report."""
        lines = [f"{name}: {said}" for name, said in (*self.versions, *self.bundles)]
        return "\n".join((*lines, not_for_diagnosis()))


def version_lines() -> list[tuple[str, str]]:
    """Return the name and version of the program, Python, Qt, the system and what runs the networks."""
    fixed = [
        ("cxrviewer", __version__),
        ("Python", platform.python_version()),
        ("Qt", qVersion()),
        ("System", platform.platform()),
    ]
    return fixed + [(name, _version(package)) for name, package in _PACKAGES]


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "-"


def bundle_lines() -> list[tuple[str, str]]:
    """Return the name of every bundle at hand with its version and SHA-256, or with what is wrong with it."""
    from cxrviewer.errors import BundleError
    from cxrviewer.inference.bundle import available_bundles, load_bundle

    lines: list[tuple[str, str]] = []
    for folder in available_bundles():
        try:
            bundle = load_bundle(folder)
        except BundleError as error:
            lines.append((folder.name, str(error)))
            continue
        lines.append((folder.name, f"{bundle.metadata.version}, SHA-256 {bundle.sha256}"))
        for engine in sorted(bundle.engines_at_hand):
            entry = bundle.metadata.engines[engine]
            lines.append((f"{folder.name}/{entry.file} ({engine})", f"SHA-256 {entry.sha256}"))
    return lines


def _required() -> list[str]:
    """Return the names of the distributions that this program needs, tests and packaging left out."""
    needed = metadata.requires("cxrviewer") or []
    names = (re.match(r"[\w.-]+", entry) for entry in needed if "extra ==" not in entry)
    return sorted((name.group() for name in names if name), key=str.lower)


def _licence(package: str) -> str:
    """Return the licence that an installed distribution names."""
    try:
        said = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return "-"
    classifiers = [line.split(" :: ")[-1] for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
    whole = (said.get("License") or "").strip().splitlines()
    return said.get("License-Expression") or ", ".join(classifiers) or (whole[0] if whole else "-")


def licence_text() -> str:
    """Return which part has which licence, and in full those of the parts whose licences ask for it."""
    parts = [f"{name}: {_licence(name)}" for name in ("cxrviewer", *_required())]
    files = (
        ("Icons (Lucide)", resources_folder() / "icons" / "LICENSE_LUCIDE.txt"),
        ("DejaVu Sans", resources_folder() / "fonts" / "LICENSE_DEJAVU.txt"),
        *((f"Bundle {path.parent.name}", path) for path in sorted(models_folder().glob("*/LICENSE"))),
    )
    texts = [f"{'=' * 60}\n{name}\n{'=' * 60}\n{path.read_text('utf-8')}" for name, path in files]
    return "\n".join(parts) + "\n\n" + "\n\n".join(texts)


def _page(name: str, lines: list[str]) -> QWidget:
    page = ColumnPanel(name)
    for line in lines:
        page.column.addWidget(WrappedLabel(line))
    page.column.addStretch(1)
    return page
