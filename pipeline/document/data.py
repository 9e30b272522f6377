"""YAML data files (navigation, footer, `_config.yml`): what of them is for translators."""

from __future__ import annotations

from pipeline.document.frontmatter import malformed, text_segments
from pipeline.document.keyrules import KeyRules
from pipeline.document.yamltext import MalformedError, scan_yaml
from pipeline.model import Finding, Segment


def data_segments(data: bytes, rules: KeyRules, *, path: str) -> tuple[list[Segment], list[Finding]]:
    """The texts of a whole YAML file, by the rules for `path`; a malformed file gives a finding and nothing else."""
    try:
        scalars = scan_yaml(data, 0, len(data))
    except MalformedError as error:
        return [], [malformed("data file", error, path=path, line=error.line + 1)]
    return text_segments(data, scalars, rules, path=path, label="data file")
