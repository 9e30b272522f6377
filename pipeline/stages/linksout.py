"""No stage writes through a symbolic link that leads out of the project.

Git keeps links, so a translator can commit `ms/LC_MESSAGES/index.md.po -> ../../../../../.bashrc`, and a link stays one
when its file is written. Links within the project are nobody's attack. Pages and editions have guards of their own
(`source`, `publish.writer`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import WriteError
from pipeline.names import printable
from pipeline.project import Project
from pipeline.stages.places import manifest_dir, shown


def refuse_links_out(project: Project) -> None:
    """WriteError, before anything is written, for a link out among the catalogs, manifests, caches and their folders."""
    inside = Path(os.path.realpath(project.root))
    own = project.root / ".pipeline"
    for top in (project.locales_dir, project.output_dir, manifest_dir(project), own):
        for link in (*_links_to(top, project.root), *(() if top == project.output_dir else _links_below(top))):
            if not Path(os.path.realpath(link)).is_relative_to(inside):
                raise WriteError(
                    "a symbolic link that leads out of the project; nothing is read or written through it",
                    path=printable(shown(project, link)),
                    hint="replace it by the file or folder itself",
                )


def _links_to(folder: Path, root: Path) -> Iterator[Path]:
    """Links on the way from `root` to the folder, itself among them."""
    parts = folder.relative_to(root).parts
    for n in range(1, len(parts) + 1):
        if (path := root.joinpath(*parts[:n])).is_symlink():
            yield path


def _links_below(folder: Path) -> Iterator[Path]:
    pending = [os.fspath(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        yield Path(entry.path)
                    elif entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
        except OSError:  # whoever needs it says so
            continue
