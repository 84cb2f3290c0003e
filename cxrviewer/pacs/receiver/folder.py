"""The folder of a receiver: films as they came, result objects, and the queue."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cxrviewer.pacs.landing import disk_full, make_folder, object_path
from cxrviewer.pacs.query import is_uid

FOLDER_NAME: Final = "received"


def default_receiver_folder() -> Path:
    """Return where a receiver keeps its films unless told otherwise: in the user's data folder of this platform."""
    from platformdirs import user_data_path

    return user_data_path("cxrviewer", appauthor=False) / FOLDER_NAME


@dataclass(frozen=True)
class ReceiverFolder:
    """``films`` holds ``<SOP instance UID>.dcm``, ``results`` the objects that go back; room is kept on its disk."""

    folder: Path
    kept_free_bytes: int = 64 * 1024 * 1024

    @property
    def films(self) -> Path:
        """Where films lie."""
        return self.folder / "films"

    @property
    def results(self) -> Path:
        """Where result objects lie."""
        return self.folder / "results"

    def prepare(self) -> None:
        """Make the folders, and remove what a killed receiver left half written; raises where they cannot be made."""
        for folder in (self.folder, self.films, self.results):
            make_folder(folder)
        for folder in (self.films, self.results):
            for leftover in folder.glob(".*.part"):
                leftover.unlink(missing_ok=True)

    def film(self, uid: str) -> Path:
        """Return where a film lies; PeerAnswerError for a UID that is none."""
        return object_path(self.films, uid)

    def uids(self) -> list[str]:
        """Return the UIDs of all films that are there."""
        return sorted(path.stem for path in self.films.glob("*.dcm") if is_uid(path.stem))

    def check_room(self, size: int) -> None:
        """Raise DiskFullError where ``size`` bytes more would leave less than what is kept free."""
        if shutil.disk_usage(self.folder).free < size + self.kept_free_bytes:
            raise disk_full(self.folder)
