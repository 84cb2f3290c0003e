"""The fields of one node, as its kind needs them, each with what is wrong with it below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.gui.pacs.file_field import FileField
from cxrviewer.gui.pacs.node_draft import NodeDraft
from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel
from cxrviewer.gui.theme import meanings

_DICOM: Final = ("host", "port", "called_ae_title", "calling_ae_title", "retrieve_by", "tls")
_MOVE: Final = ("move_destination", "move_address", "move_port")
_WEB: Final = ("url", "user", "password")
_TLS: Final = ("ca_file", "client_certificate", "client_key", "key_passphrase")


class NodeForm(ColumnPanel):
    """Edits a NodeDraft. ``changed`` follows every key; problems are shown by ``show_problems``."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("NodeForm", "Fields of the node"), parent)
        self._draft = NodeDraft()
        self.fields: dict[str, QWidget] = {}
        self.problems: dict[str, WrappedLabel] = {}
        self.hints: dict[str, WrappedLabel] = {}
        self._rows: dict[str, tuple[QWidget, QWidget]] = {}
        # A QFormLayout keeps heights of rows that were hidden while their sentences wrapped otherwise.
        self._grid = QGridLayout()
        self._grid.setColumnStretch(1, 1)
        self._add_rows()
        self._show_rows()
        self.column.addLayout(self._grid)
        self.column.addStretch(1)

    # Made once

    def _add_rows(self) -> None:
        self._row("name", self.tr("&Name"), QLineEdit(), self.tr("What you call it."))
        kinds = (("dicom", self.tr("DICOM")), ("dicomweb", self.tr("DICOMweb")))
        self._row("kind", self.tr("&Kind"), _choice(kinds), self.tr("Which protocol the PACS speaks here."))
        self._row("host", self.tr("&Host"), QLineEdit(), self.tr("Host name or IP address of the PACS."))
        self._row("port", self.tr("&Port"), _number(1, 65535), self.tr("Usually 104 or 11112."))
        self._row("called_ae_title", self.tr("&AE title of the PACS"), QLineEdit(), self.tr("As it calls itself."))
        self._row(
            "calling_ae_title",
            self.tr("AE title of this &program"),
            QLineEdit(),
            self.tr("As the PACS knows this program; many only answer to titles that they know."),
        )
        by = (("c-get", self.tr("C-GET")), ("c-move", self.tr("C-MOVE")))
        self._row(
            "retrieve_by",
            self.tr("&Fetch by"),
            _choice(by),
            self.tr("C-GET needs nothing set up at the PACS; some can only do C-MOVE."),
        )
        self._add_move_rows()
        self._row("tls", self.tr("&Encrypted"), QCheckBox(self.tr("Connect with TLS")), "")
        self._row("url", self.tr("Add&ress"), QLineEdit(), self.tr("Such as https://pacs.example.org/dicom-web."))
        self._row("user", self.tr("&User"), QLineEdit(), self.tr("Empty where the server asks for none."))
        self._row(
            "password", self.tr("Pass&word"), _secret(), self.tr("Kept in the system's keyring, and nowhere else.")
        )
        self._add_tls_rows()
        seconds = QDoubleSpinBox()
        seconds.setRange(0.5, 3600)
        seconds.setDecimals(1)
        seconds.setSuffix(self.tr(" s"))
        self._row("timeout_seconds", self.tr("T&ime-out"), seconds, self.tr("For each answer of the PACS."))

    def _add_move_rows(self) -> None:
        self._row(
            "move_destination",
            self.tr("&Destination of C-MOVE"),
            QLineEdit(),
            self.tr(
                "The AE title under which the PACS knows this machine; empty for that of this program. It has to know "
                "address and port, too. The window listens only while it fetches; what is sent here unasked is for the "
                "program of the command line: cxrviewer receive."
            ),
        )
        self._row(
            "move_address",
            self.tr("&Listen at"),
            QLineEdit(),
            self.tr("The address of this machine that the PACS sends to; 127.0.0.1 is for a PACS on this machine."),
        )
        port = _number(0, 65535)
        port.setSpecialValueText(self.tr("Any free port"))
        self._row("move_port", self.tr("Listen at p&ort"), port, "")

    def _add_tls_rows(self) -> None:
        patterns = self.tr("Certificates and keys (*.pem *.crt *.cer *.key);;All files (*)")
        for name, label, hint in (
            (
                "ca_file",
                self.tr("A&uthorities"),
                self.tr("PEM file of those that are trusted instead of the system's."),
            ),
            ("client_certificate", self.tr("&Certificate"), self.tr("PEM file that is shown to the PACS.")),
            ("client_key", self.tr("Ke&y"), self.tr("PEM file of the certificate's key, where it is not in the same.")),
        ):
            self._row(name, label, FileField(label.replace("&", ""), patterns), hint)
        hint = self.tr("Where the key has one. Kept in the system's keyring, and nowhere else.")
        self._row("key_passphrase", self.tr("Passphrase of the key"), _secret(), hint)

    def _row(self, name: str, label: str, field: QWidget, hint: str) -> None:
        named = field.line if isinstance(field, FileField) else field
        named.setAccessibleName(label.replace("&", ""))
        named.setAccessibleDescription(hint)
        named.setToolTip(hint)
        text = QLabel(label)
        text.setBuddy(named)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(2)
        column.addWidget(field)
        words = WrappedLabel(hint, is_selectable=False)
        words.setForegroundRole(self.palette().ColorRole.PlaceholderText)
        words.setVisible(bool(hint))
        column.addWidget(words)
        problem = WrappedLabel()
        problem.setVisible(False)
        column.addWidget(problem)
        self.fields[name], self.hints[name], self.problems[name] = field, words, problem
        self._rows[name] = text, box
        text.setContentsMargins(0, 4, 0, 0)  # on the line of the field
        self._grid.addWidget(text, len(self._rows), 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(box, len(self._rows), 1)
        _changed(field).connect(self._take_change)

    # Values

    def show_draft(self, draft: NodeDraft, secret_hint: str) -> None:
        """Show a node; ``secret_hint`` stands in the empty fields of secrets that may be kept already."""
        self._draft = draft
        for name, field in self.fields.items():
            with QSignalBlocker(field):
                if name in ("password", "key_passphrase"):
                    field.setText(getattr(draft, name) or "")
                    field.setPlaceholderText(secret_hint)
                else:
                    _show(field, draft.fields.get(name, _DEFAULTS.get(name, "")))
        self.hints["password"].say(self.tr("Kept in the system's keyring, and nowhere else."))
        self._show_rows()

    def draft(self) -> NodeDraft:
        """Return the node as the fields have it."""
        fields = {name: _value(field) for name, field in self.fields.items() if name not in _SECRETS}
        if fields["kind"] == "dicom":  # what is not shown does not count
            fields |= {"url": "", "user": ""}
            shown = (*_TLS,) if fields["tls"] else ()
        else:
            fields |= {"host": "", "tls": False, "retrieve_by": "c-get"}
            shown = _TLS if fields["url"].lower().startswith("https:") else ()
        fields |= {name: "" for name in ("ca_file", "client_certificate", "client_key") if name not in shown}
        if fields["retrieve_by"] != "c-move":
            fields |= {"move_destination": ""}
        return replace(
            self._draft,
            fields=fields,
            password=self._secret("password"),
            key_passphrase=self._secret("key_passphrase"),
        )

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say below each field what is wrong with it."""
        colour = meanings(self.palette()).error
        for name, label in self.problems.items():
            words = problems.get(name, "")
            label.say(words[:1].upper() + words[1:] + "." if words else "")
            palette = label.palette()
            palette.setColor(label.foregroundRole(), colour)
            label.setPalette(palette)
            label.setVisible(bool(words))

    def _secret(self, name: str) -> str | None:
        """Return what was typed; an empty field leaves a secret as it is."""
        return self.fields[name].text() or getattr(self._draft, name)

    def _take_change(self) -> None:
        self._show_rows()
        self.changed.emit()

    def _show_rows(self) -> None:
        web = _value(self.fields["kind"]) == "dicomweb"
        encrypted = (
            self.fields["url"].text().strip().lower().startswith("https:") if web else self.fields["tls"].isChecked()
        )
        moves = not web and _value(self.fields["retrieve_by"]) == "c-move"
        for names, shown in ((_DICOM, not web), (_WEB, web), (_MOVE, moves), (_TLS, encrypted)):
            for name in names:
                for part in self._rows[name]:
                    part.setVisible(shown)


_SECRETS: Final = ("password", "key_passphrase")
_DEFAULTS: Final[Mapping[str, Any]] = {
    "kind": "dicom", "port": 104, "called_ae_title": "ANY-SCP", "calling_ae_title": "CXRVIEWER",
    "retrieve_by": "c-get", "move_address": "127.0.0.1", "move_port": 0, "tls": False, "timeout_seconds": 30.0,
}  # fmt: skip


def _choice(entries: tuple[tuple[str, str], ...]) -> QComboBox:
    field = QComboBox()
    for value, text in entries:
        field.addItem(text, value)
    return field


def _number(least: int, most: int) -> QSpinBox:
    field = QSpinBox()
    field.setRange(least, most)
    return field


def _secret() -> QLineEdit:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


def _changed(field: QWidget) -> Any:
    if isinstance(field, QCheckBox):
        return field.toggled
    if isinstance(field, QComboBox):
        return field.currentIndexChanged
    return field.valueChanged if isinstance(field, QSpinBox | QDoubleSpinBox) else field.textChanged


def _value(field: QWidget) -> Any:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QComboBox):
        return field.currentData()
    return field.value() if isinstance(field, QSpinBox | QDoubleSpinBox) else field.text()


def _show(field: QWidget, value: Any) -> None:
    if isinstance(field, QCheckBox):
        field.setChecked(bool(value))
    elif isinstance(field, QComboBox):
        field.setCurrentIndex(field.findData(value))
    elif isinstance(field, QSpinBox | QDoubleSpinBox):
        field.setValue(value)
    else:
        field.setText(str(value))
