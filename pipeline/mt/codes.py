"""Language codes of Argos packages, which are neither BCP 47 nor ISO 639 everywhere."""

from __future__ import annotations

_FROM_ARGOS = {"zt": "zh-Hant", "zh": "zh-Hans", "pb": "pt-BR", "tl": "fil"}
_TO_ARGOS = {
    "zh-Hant": ("zt",),
    "zh": ("zh",),
    "pt-BR": ("pb", "pt"),
    "fil": ("tl", "fil"),
    "no": ("nb", "no"),
    "nb": ("nb", "no"),
}
_TRADITIONAL_REGIONS = frozenset({"TW", "HK", "MO"})


def argos_codes(tag: str) -> tuple[str, ...]:
    """Package codes that can serve a BCP 47 tag, best first; never another script.

    >>> argos_codes("zh-Hans-SG"), argos_codes("pt-BR"), argos_codes("ms")
    (('zh',), ('pb', 'pt'), ('ms',))
    """
    subtags = tag.split("-")
    language = subtags[0].lower()
    if language == "zh":
        traditional = "Hant" in subtags or ("Hans" not in subtags and bool(_TRADITIONAL_REGIONS & set(subtags)))
        return _TO_ARGOS["zh-Hant"] if traditional else _TO_ARGOS["zh"]
    if tag in _TO_ARGOS:
        return _TO_ARGOS[tag]
    return _TO_ARGOS.get(language, (language,))


def language_tag(code: str) -> str:
    """The BCP 47 tag of a package's code (`zt` is zh-Hant)."""
    return _FROM_ARGOS.get(code, code)
