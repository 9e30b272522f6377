"""Apertium's translation directions ("modes") and the BCP 47 tags they serve.

A mode is called `eng-spa`, `en-gl` (older pairs), `spa-eng_US` or `nno-nob_e` (a variant): ISO 639-3 or 639-1 codes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"([a-z]{2,3})(?:_(\w+))?-([a-z]{2,3})(?:_(\w+))?")
_FILE = re.compile(r"'([^']+)'|(?<=\s)(/\S+)")

_CODES = dict(
    pair.split(":")
    for pair in (
        "af:afr an:arg ar:ara ast:ast az:aze be:bel bg:bul bn:ben br:bre ca:cat crh:crh cs:ces cy:cym da:dan de:deu el:ell"
        " en:eng eo:epo es:spa et:est eu:eus fa:pes fi:fin fo:fao fr:fra ga:gle gd:gla gl:glg gv:glv he:heb hi:hin hr:hbs"
        " hy:hye id:ind is:isl it:ita ja:jpn ka:kat kk:kaz ko:kor ku:kmr ky:kir la:lat lt:lit lv:lvs mk:mkd ml:mal mr:mar"
        " ms:zlm mt:mlt nb:nob ne:npi nl:nld nn:nno no:nob oc:oci pa:pan pl:pol pt:por ro:ron ru:rus sc:srd scn:scn"
        " se:sme sk:slk sl:slv sq:sqi sr:hbs bs:hbs sh:hbs sv:swe sw:swa szl:szl ta:tam te:tel tg:tgk tr:tur tt:tat ug:uig"
        " uk:ukr ur:urd uz:uzb wa:wln zh:zho"
    ).split()
)
"""ISO 639-3 codes as Apertium uses them."""
_HBS = {"bs": "BS", "hr": "HR", "sr": "SR"}
"""Serbo-Croatian is one language there, with variants to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """An installed direction."""

    name: str
    file: Path
    """Where the pipeline of its programs is written; may be missing."""

    @staticmethod
    def fits(name: str) -> bool:
        """Whether this is the name of a direction from one language to another."""
        return _NAME.fullmatch(name) is not None

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """(source, its variant, target, its variant), as Apertium writes them."""
        found = _NAME.fullmatch(self.name)
        if found is None:
            raise ValueError(self.name)
        source, source_variant, target, target_variant = found.groups(default="")
        return source, source_variant, target, target_variant

    @property
    def data(self) -> list[Path]:
        """The dictionaries and rules that it runs."""
        try:
            written = self.file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        paths = [Path(quoted or bare) for quoted, bare in _FILE.findall(written)]
        return [path for path in dict.fromkeys(paths) if path.is_file()]

    def digest(self) -> str:
        """SHA-256 of the mode and all its data, in hexadecimal."""
        whole = hashlib.sha256()
        for path in (self.file, *self.data):
            try:
                whole.update(hashlib.sha256(path.read_bytes()).digest())
            except OSError:
                whole.update(path.name.encode())
        return whole.hexdigest()


def modes_for(source: str, target: str, modes: Sequence[Mode]) -> list[Mode]:
    """The modes that translate between two BCP 47 tags, the nearest first."""
    ranked = []
    for mode in modes:
        own_source, source_variant, own_target, target_variant = mode.parts
        if own_source not in _codes(source) or own_target not in _codes(target):
            continue
        misses = _miss(source, source_variant), _miss(target, target_variant)
        if None not in misses:
            ranked.append((misses, mode.name, mode))
    return [mode for _, _, mode in sorted(ranked, key=lambda item: item[:2])]


def language_tag(code: str, variant: str = "") -> str:
    """The BCP 47 tag for an Apertium code: `eng` is en, `hbs` with `HR` is hr."""
    if code in ("hbs", "sh"):
        return next((tag for tag, written in _HBS.items() if written == variant.upper()), "sr-Latn")
    tag = next((tag for tag, alpha3 in _CODES.items() if alpha3 == code), code)
    region = variant.upper()
    return f"{tag}-{region}" if len(region) == 2 and variant == region else tag


def _codes(tag: str) -> set[str]:
    language = tag.split("-", maxsplit=1)[0]
    codes = {language, _CODES.get(language, language)}
    return codes | {"sh"} if language in _HBS else codes


def _miss(tag: str, variant: str) -> int | None:
    """How far a mode's variant is from what a tag asks for; None when it is something else."""
    language, *subtags = tag.split("-")
    wanted = {subtag.upper() for subtag in subtags} | ({_HBS[language]} if language in _HBS else set())
    if not variant:
        return 1 if wanted else 0
    return 0 if variant.upper() in wanted else None
