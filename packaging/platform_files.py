"""What each platform wants beside the program: icon, version information, the bundle's Info.plist."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Final

from icon_files import ICON, write_icns, write_ico

IDENTIFIER: Final = "org.cxrviewer.cxrviewer"
TITLE: Final = "cxrviewer"
SUMMARY: Final = "Chest radiographs: viewing and classification. Research use only, not for diagnosis."
COPYRIGHT: Final = "The cxrviewer authors; Apache License 2.0"
# Formats that the program opens, by what macOS calls them.
_MAC_TYPES: Final = (
    "org.nema.dicom",
    "public.png",
    "public.jpeg",
    "public.tiff",
    "com.microsoft.bmp",
    "org.webmproject.webp",
)

_WINDOWS_VERSION = """VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1,
                    subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [{strings}])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def program_version(root: Path) -> str:
    """Return the version in cxrviewer/version.py, without importing the program.

    Raises ValueError where the file does not say one.
    """
    path = root / "cxrviewer" / "version.py"
    found = re.search(r'^__version__ = "([^"]+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f'expected a line __version__ = "..." in {path}, got none.')
    return found.group(1)


def version_numbers(version: str) -> tuple[int, int, int, int]:
    """Return the four numbers that Windows wants: those of the release, and 0.

    Raises ValueError for a version that does not begin with three numbers.
    """
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if found is None:
        raise ValueError(f"expected a version that begins with three numbers, as 1.2.3 does, got {version!r}.")
    major, minor, patch = (int(number) for number in found.groups())
    return major, minor, patch, 0


def windows_version_text(version: str, name: str) -> str:
    """Return the version information of one program of the folder, in PyInstaller's notation."""
    entries = {
        "CompanyName": TITLE,
        "FileDescription": SUMMARY,
        "FileVersion": version,
        "InternalName": name,
        "LegalCopyright": COPYRIGHT,
        "OriginalFilename": f"{name}.exe",
        "ProductName": TITLE,
        "ProductVersion": version,
    }
    strings = ", ".join(f"StringStruct({key!r}, {value!r})" for key, value in entries.items())
    return _WINDOWS_VERSION.format(numbers=version_numbers(version), strings=strings)


def windows_version_file(version: str, name: str, scratch: Path) -> str | None:
    """Write the version information of a program on Windows and return its path; elsewhere there is none."""
    if sys.platform != "win32":
        return None
    path = scratch / f"{name}-version.txt"
    path.write_text(windows_version_text(version, name), encoding="utf-8")
    return str(path)


def application_icon(root: Path, scratch: Path) -> str | None:
    """Draw the icon that is built into the program and return its path; Linux has none there."""
    if sys.platform == "win32":
        write_ico(root / ICON, scratch / "cxrviewer.ico")
        return str(scratch / "cxrviewer.ico")
    if sys.platform == "darwin":
        write_icns(root / ICON, scratch / "cxrviewer.icns")
        return str(scratch / "cxrviewer.icns")
    return None


def mac_bundle_info(version: str) -> dict[str, Any]:
    """Return what PyInstaller's BUNDLE needs: identifier, version and Info.plist.

    The program views what it opens and is nobody's default: the system's own programs keep pictures and folders.
    """
    kinds = {"Radiograph": list(_MAC_TYPES), "Folder of radiographs": ["public.folder"]}
    plist = {
        "CFBundleDisplayName": TITLE,
        "CFBundleShortVersionString": version,
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": name,
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Alternate",
                "LSItemContentTypes": types,
            }
            for name, types in kinds.items()
        ],
        "UTImportedTypeDeclarations": [
            {
                "UTTypeIdentifier": "org.nema.dicom",
                "UTTypeDescription": "DICOM image",
                "UTTypeConformsTo": ["public.image"],
                "UTTypeTagSpecification": {
                    "public.filename-extension": ["dcm", "dicom"],
                    "public.mime-type": ["application/dicom"],
                },
            }
        ],
        "LSMinimumSystemVersion": "12.0",
        "LSApplicationCategoryType": "public.app-category.medical",
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": COPYRIGHT,
    }
    return {"bundle_identifier": IDENTIFIER, "version": version, "info_plist": plist}
