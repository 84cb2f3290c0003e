"""The one place that shows what went wrong: sentences, newest first, with details to open and to copy."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cxrviewer.errors import CxrViewerError
from cxrviewer.gui.panels.column import ColumnPanel, WrappedLabel, copy_text
from cxrviewer.gui.panels.warning_lines import Level, signed_line

_MOST: Final = 200
_MOST_SHOWN: Final = 50  # each is some widgets; all are copied


@dataclass(frozen=True)
class Notice:
    """One thing to say: a whole sentence, details for whoever reports it, when, and how often it came in a row."""

    text: str
    level: Level = "error"
    details: str = ""
    at: datetime | None = None
    times: int = 1


class Notices(QObject):
    """Keeps the notices so far, newest first, at most 200; ``changed`` follows each one."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None, now: Callable[[], datetime] = datetime.now) -> None:
        super().__init__(parent)
        self._now = now
        self._notices: list[Notice] = []

    @property
    def notices(self) -> tuple[Notice, ...]:
        """All notices, newest first."""
        return tuple(self._notices)

    def add(self, text: str, *, level: Level = "error", details: str = "") -> None:
        """Say something; the same again only counts up, so that a failing disk does not bury the rest."""
        notice = Notice(text, level, details, self._now())
        last = self._notices[0] if self._notices else None
        if last is not None and (last.text, last.level, last.details) == (text, level, details):
            self._notices[0] = replace(notice, times=last.times + 1)
        else:
            self._notices.insert(0, notice)
            del self._notices[_MOST:]
        self.changed.emit()

    def add_error(self, error: BaseException) -> None:
        """Say what an exception says; one that this program did not raise on purpose is called a fault of its own."""
        if isinstance(error, CxrViewerError):
            self.add(str(error), details=f"{type(error).__name__} ({error.code})")
            return
        said = QCoreApplication.translate(
            "Notices", "Something failed that should not have: {error}. Please report it with the details."
        )
        self.add(said.format(error=type(error).__name__), details="".join(traceback.format_exception(error)))

    def clear(self) -> None:
        """Forget all notices."""
        self._notices.clear()
        self.changed.emit()


class NoticesPanel(QWidget):
    """Shows the notices; it is part of the window and never in the way of anything."""

    def __init__(self, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Notices"))
        self._notices = notices
        self._page = ColumnPanel(self.tr("Notices"))
        self._page.column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._summary = QLabel()
        self.copy_button = QPushButton(self.tr("Copy All"))
        self.copy_button.clicked.connect(lambda: copy_text(self.as_text()))
        self.clear_button = QPushButton(self.tr("Clear"))
        self.clear_button.clicked.connect(notices.clear)
        head = QHBoxLayout()
        head.addWidget(self._summary, 1)
        head.addWidget(self.copy_button)
        head.addWidget(self.clear_button)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self._page, 1)
        self._cards: list[NoticeCard] = []
        notices.changed.connect(self._show)
        self._show()

    @property
    def cards(self) -> tuple[NoticeCard, ...]:
        """What is shown, from the top down."""
        return tuple(self._cards)

    def as_text(self) -> str:
        """Return every notice with its details."""
        return "\n\n".join(notice_text(notice) for notice in self._notices.notices)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Make up for what came while nobody could see the panel."""
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        if not self.isVisible():  # a burst of errors must not make cards that nobody sees
            self._say_count(len(self._notices.notices))
            return
        known = {id(card.notice): card for card in self._cards}
        opened = {card.notice.text for card in self._cards if card.details_button.isChecked()}
        cards = []
        for row, notice in enumerate(self._notices.notices[:_MOST_SHOWN]):
            card = known.pop(id(notice), None)
            if card is None:
                card = NoticeCard(notice)
                card.details_button.setChecked(notice.text in opened)
                self._page.column.insertWidget(row, card)
            cards.append(card)
        for card in known.values():
            self._page.column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = cards
        self._say_count(len(self._notices.notices))

    def _say_count(self, count: int) -> None:
        words = self.tr("Notices: {count}").format(count=count) if count else self.tr("Nothing to report.")
        self._summary.setText(words)
        self.copy_button.setEnabled(count > 0)
        self.clear_button.setEnabled(count > 0)


class NoticeCard(QFrame):
    """One notice: its sign, its sentence, when, and its details on demand."""

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(notice.text)
        layout = QVBoxLayout(self)
        layout.addWidget(signed_line(notice.level, notice.text))
        when = notice.at.strftime("%H:%M:%S") if notice.at else ""
        if notice.times > 1:
            when = self.tr("{time}, {number} times in a row").format(time=when, number=notice.times)
        self.when = QLabel(when)
        self.details_button = QPushButton(self.tr("Details"))
        self.details_button.setCheckable(True)
        if not notice.details:
            self.details_button.hide()  # to show it, without a parent yet, would make it a window
        self.copy_button = QPushButton(self.tr("Copy"))
        self.copy_button.clicked.connect(lambda: copy_text(notice_text(self.notice)))
        foot = QHBoxLayout()
        foot.addWidget(self.when, 1)
        foot.addWidget(self.details_button)
        foot.addWidget(self.copy_button)
        layout.addLayout(foot)
        self.details = WrappedLabel(notice.details)
        self.details.setVisible(False)
        self.details_button.toggled.connect(self.details.setVisible)
        layout.addWidget(self.details)


def notice_text(notice: Notice) -> str:
    """Return a notice as text to paste in a report."""
    when = f"{notice.at:%Y-%m-%d %H:%M:%S} " if notice.at else ""
    times = f" (x {notice.times})" if notice.times > 1 else ""
    return f"{when}{notice.level}: {notice.text}{times}" + (f"\n{notice.details}" if notice.details else "")
