"""The list of parts as a CycloneDX bill of materials, the same for the same parts."""

from __future__ import annotations

import datetime
import hashlib
import uuid
from collections.abc import Sequence
from pathlib import Path

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from parts import Part

_NAMESPACE = uuid.UUID("6fb2a1a3-6b0f-4a0c-9d6b-3c1b9c0c7c11")


def bill_of_materials(own: Part, parts: Sequence[Part], folder: Path, epoch: int) -> str:
    """Return CycloneDX 1.6 in JSON: the program, its parts, and the SHA-256 of every shared library in ``folder``.

    The date is that of the source, and the serial number is made of the content, so that two builds agree.
    """
    bom = Bom()
    bom.metadata.timestamp = datetime.datetime.fromtimestamp(epoch, datetime.UTC)
    bom.metadata.component = Component(
        name=own.name,
        version=own.version,
        type=ComponentType.APPLICATION,
        bom_ref=f"{own.name}@{own.version}",
        licenses=[LicenseExpression(own.used)],
    )
    components = [_component(part, folder) for part in parts]
    for component in components:
        bom.components.add(component)
    bom.register_dependency(bom.metadata.component, components)
    said = [f"{part.name} {part.version} {part.used} {part.files}" for part in (own, *parts)]
    bom.serial_number = uuid.uuid5(_NAMESPACE, "\n".join(said))
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"


def _component(part: Part, folder: Path) -> Component:
    libraries = [name for name in part.files if (folder / name).is_file()]
    is_python = part.kind == "distribution"
    return Component(
        name=part.name,
        version=part.version or None,
        type=ComponentType.DATA if part.kind == "material" else ComponentType.LIBRARY,
        bom_ref=f"{part.kind}:{part.name}@{part.version}",
        purl=PackageURL("pypi", None, part.name, part.version) if is_python else None,
        licenses=[LicenseExpression(part.used)],
        external_references=[ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=XsUri(part.source))]
        if part.source
        else [],
        components=[_file(folder / name, name, part.name) for name in libraries],
        properties=[Property(name="cxrviewer:how-to-replace", value=part.replace)] if part.replace else [],
    )


def _file(path: Path, name: str, part: str) -> Component:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest)]
    return Component(name=name, type=ComponentType.FILE, bom_ref=f"file:{part}:{name}", hashes=hashes)
