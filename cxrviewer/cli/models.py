"""``cxrviewer models``: the bundles at hand."""

from __future__ import annotations

import json

import typer

from cxrviewer.domain import NOT_FOR_DIAGNOSIS
from cxrviewer.errors import BundleError
from cxrviewer.inference.bundle import available_bundles, load_bundle


def list_models(as_json: bool) -> None:
    """Print every shipped bundle; one that is damaged is named with what is wrong, and the exit status is 1."""
    rows: list[dict[str, object]] = []
    for folder in available_bundles():
        try:
            bundle = load_bundle(folder)
        except BundleError as error:
            rows.append({"folder": str(folder), "error": str(error)})
            continue
        metadata = bundle.metadata
        rows.append(
            {
                "name": metadata.name,
                "version": metadata.version,
                "sha256": bundle.sha256,
                "findings": list(metadata.findings),
                "engines": sorted(bundle.engines_at_hand),
                "description": metadata.description,
                "intended_use": metadata.intended_use,
                "not_intended_for": metadata.not_intended_for,
                "folder": str(folder),
            }
        )
    if as_json:
        typer.echo(json.dumps({"not_for_diagnosis": NOT_FOR_DIAGNOSIS, "bundles": rows}, indent=2))
    else:
        for row in rows:
            _print_bundle(row)
        typer.echo(NOT_FOR_DIAGNOSIS)
    if any("error" in row for row in rows):
        raise typer.Exit(1)


def _print_bundle(row: dict[str, object]) -> None:
    if "error" in row:
        typer.echo(f"{row['folder']}: {row['error']}\n")
        return
    findings, engines = row["findings"], row["engines"]
    assert isinstance(findings, list)
    assert isinstance(engines, list)
    typer.echo(f"{row['name']} {row['version']}: {row['description']}")
    typer.echo(f"  findings     {', '.join(findings)}")
    typer.echo(f"  engines      {', '.join(engines)}")
    typer.echo(f"  SHA-256      {row['sha256']} (its files verified)")
    typer.echo(f"  intended     {row['intended_use']}")
    typer.echo(f"  not for      {row['not_intended_for']}")
    typer.echo(f"  folder       {row['folder']}\n")
