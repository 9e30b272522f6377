"""Commands about translation models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.app import FINDINGS, OK
from pipeline.cli.commands import Group
from pipeline.cli.options import format_option, open_project, project_option
from pipeline.cli.output import Progress, counted, print_json, print_table

if TYPE_CHECKING:
    from pipeline.mt.package import Package

_STARTER_NOTE = (
    "A starter model comes with pipeline. It is very small: right on interface and statistics phrases, poor on prose."
)


@click.group(cls=Group)
def models() -> None:
    """List, install, verify and remove translation models (.argosmodel).

    Examples:
      pipeline models list
      pipeline models install ms
      pipeline models install ./translate-en_ms-1_9.argosmodel
    """


@models.command(name="list")
@format_option
def list_(output_format: str) -> int:
    """Show the models that this machine has, the best of a pair first.

    Examples:
      pipeline models list
      pipeline models list --format json
    """
    from pipeline.mt.models import list_models

    found = list_models()
    if output_format == "json":
        rows = [
            {
                "name": package.name,
                "label": package.label,
                "from": package.source,
                "to": package.target,
                "version": package.version,
                "origin": package.origin,
                "bytes": package.size,
                "sha256": package.sha256,
                "path": str(package.path),
            }
            for package in found
        ]
        print_json({"version": 1, "command": "models list", "models": rows})
        return OK
    print_table(
        ("model", "from", "to", "origin", "size"),
        [(p.label, p.source, p.target, p.origin, f"{p.size / 1e6:.1f} MB") for p in found],
    )
    if any(package.origin == "starter" for package in found):
        click.echo(_STARTER_NOTE)
    return OK


@models.command()
@click.argument("what", metavar="FILE|LANG")
@click.option(
    "--from", "source", default="en", show_default=True, metavar="TAG", help="The language to translate from."
)
@format_option
def install(what: str, source: str, output_format: str) -> int:
    """Install a model: a .argosmodel FILE, or the newest for LANG from the public Argos index (needs a network).

    Examples:
      pipeline models install ms
      pipeline models install ./translate-en_ms-1_9.argosmodel
    """
    from pipeline.langtag import parse

    if what.endswith(".argosmodel") or Path(what).is_file():
        from pipeline.mt.models import install as install_file

        package = install_file(Path(what))
    else:
        from pipeline.mt.index import install_language

        with Progress() as progress:
            package = install_language(
                parse(what), parse(source), progress=lambda done, total: progress("downloading", done, total or done)
            )
    form = _tried(package)
    if output_format == "json":
        print_json({"version": 1, "command": "models install", "name": package.name, "sha256": package.sha256})
    else:
        click.echo(f"installed {package.label}: {package.path}")
        if form is not None:
            click.echo(f"tried: it keeps the marker {form.format(1)}" if form else "tried: it keeps no marker")
        if package.sha256:
            click.echo(f"sha256 {package.sha256}")
    return OK


def _tried(package: Package) -> str | None:
    """The form of marker that the new model keeps, noted beside it; None where it cannot be loaded (drafting will say why)."""
    from pipeline.errors import EngineError
    from pipeline.mt.argos import ArgosEngine
    from pipeline.mt.markers import try_markers
    from pipeline.mt.record import NO_MARKER, record_marker

    try:
        marker = try_markers(ArgosEngine(package))
    except EngineError:
        return None
    form = marker.form if marker else NO_MARKER
    record_marker(package, form)
    return form


_STATES = {
    "ok": "as installed",
    "changed": "changed since it was installed",
    "other": "not the one that pipeline.toml asks for",
    "unrecorded": "nothing to compare with: not pinned, and no record of its installation",
    "missing": "asked for in pipeline.toml, and not here",
}


@models.command()
@format_option
@project_option
@click.pass_context
def verify(ctx: click.Context, output_format: str, folder: str | None) -> int:
    """Compare the models' files with what was installed, and with [mt.models] of pipeline.toml.

    The exit code is 1 when a model differs, or one that is asked for cannot be compared or is not here.

    Examples:
      pipeline models verify
      pipeline models verify --format json
    """
    from pipeline.stages.enginelist import verify_models

    checks = verify_models(open_project(ctx, folder).mt)
    if output_format == "json":
        print_json({"version": 1, "command": "models verify", "models": [check.to_dict() for check in checks]})
    else:
        print_table(
            ("model", "state", "sha256"),
            [
                (check.label, "; ".join([_STATES[check.state], *check.files[:3]]), check.sha256 or "not known")
                for check in checks
            ],
        )
    return FINDINGS if any(check.failed for check in checks) else OK


@models.command()
@click.argument("name")
@format_option
def remove(name: str, output_format: str) -> int:
    """Remove an installed model by its NAME.

    Examples:
      pipeline models remove translate-en_ms-1_9
    """
    from pipeline.mt.models import remove as run

    package = run(name)
    if output_format == "json":
        print_json({"version": 1, "command": "models remove", "name": package.name})
    else:
        click.echo(f"removed {package.label}, {counted(package.size, 'byte')}")
    return OK
