"""highdicom's table of which attribute belongs to which module, cut down to the objects that the program handles.

The table of the whole standard weighs 22.7 MB, for radiation plans and microscopes as well. highdicom looks up the
modules of the films that it copies from and of the objects that it makes; these stay, to the letter.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

_TABLES: Final = Path("highdicom", "_standard")
_ATTRIBUTES: Final = "module_attribute_map.json"

# DICOM PS3.4, annex B.5.
_SOP_CLASSES: Final = (
    "1.2.840.10008.5.1.4.1.1.1",  # Computed Radiography
    "1.2.840.10008.5.1.4.1.1.1.1",  # Digital X-Ray, for presentation
    "1.2.840.10008.5.1.4.1.1.1.1.1",  # Digital X-Ray, for processing
    "1.2.840.10008.5.1.4.1.1.7",  # Secondary Capture
    "1.2.840.10008.5.1.4.1.1.7.2",  # Multi-frame Grayscale Byte Secondary Capture
    "1.2.840.10008.5.1.4.1.1.7.3",  # Multi-frame Grayscale Word Secondary Capture
    "1.2.840.10008.5.1.4.1.1.7.4",  # Multi-frame True Color Secondary Capture
    "1.2.840.10008.5.1.4.1.1.88.22",  # Enhanced SR
    "1.2.840.10008.5.1.4.1.1.88.33",  # Comprehensive SR
    "1.2.840.10008.5.1.4.1.1.30",  # Parametric Map
)


def cut_down_dicom_tables(internal: Path) -> int:
    """Rewrite the table in a program's folder (``_internal``) and return the bytes saved, 0 without highdicom."""
    path = internal / _TABLES / _ATTRIBUTES
    if not path.exists():
        return 0
    attributes: dict[str, Any] = json.loads(path.read_text("utf-8"))
    classes: dict[str, str] = json.loads((path.with_name("sop_class_iod_map.json")).read_text("utf-8"))
    modules: dict[str, list[dict[str, str]]] = json.loads((path.with_name("iod_module_map.json")).read_text("utf-8"))
    kept = {module["key"] for sop_class in _SOP_CLASSES for module in modules[classes[sop_class]]}
    before = path.stat().st_size
    remaining = {name: rows for name, rows in attributes.items() if name in kept}
    path.write_text(json.dumps(remaining, separators=(",", ":")), "utf-8")
    return before - path.stat().st_size
