"""How far an entry is, and where its text came from: the one `# pipeline: ...` comment and its digest.

The form is docs/po-format.md, "Where a translation came from". State is derived, never stored.
"""

from __future__ import annotations

import re
from hashlib import sha256

from pipeline.errors import ConfigError
from pipeline.model import Catalog, Key, Message, Provenance, State

_MARK = "pipeline: "
_SCORE = r"(?: score=(?P<score>[01]\.\d+))?"
_DIGEST = r" of=(?P<digest>[0-9a-f]{8})"
_STEP = r"(?: step=(?P<step>[a-z]+))?"
_MACHINE = re.compile(rf"machine (?P<engine>\S+) (?P<model>.*?){_STEP}{_SCORE}{_DIGEST}")
_TAKEN_OVER = re.compile(rf"(?P<origin>memory|import) (?P<model>.*?){_SCORE}{_DIGEST}")
_REFUSED = re.compile(r"refused (?P<engine>\S+) (?P<model>.*?): (?P<reason>.*)")

HUMAN = (State.fuzzy, State.reviewed)
"""States of messages that hold a person's work."""
POLICIES = ("reviewed", "machine")
"""What may be published: only approved entries, or machine drafts that still fit their source too."""


def digest(msgctxt: str | None, msgid: str, msgstr: str) -> str:
    """First 8 hexadecimal digits of the SHA-256 over the three, joined by U+0004, in UTF-8."""
    return sha256(f"{msgctxt or ''}\x04{msgid}\x04{msgstr}".encode("utf-8", "surrogatepass")).hexdigest()[:8]


def provenance(message: Message) -> Provenance | None:
    """What the entry's `# pipeline: ...` comment says; None without one, or with one in no known form."""
    for comment in message.translator_comments:
        if found := _parsed(comment):
            return found
    return None


def remarks(message: Message) -> tuple[str, ...]:
    """The translator comments but for the one about where the text came from: what people noted beside the entry."""
    return tuple(comment for comment in message.translator_comments if _parsed(comment) is None)


def with_provenance(message: Message, value: Provenance | None) -> Message:
    """The message with this provenance in place of any other; the digest is made when `value` has none.

    The comment is the last of the translator comments. A message that says so already is returned as it is.
    """
    others = remarks(message)
    comments = others if value is None else (*others, _MARK + _formatted(value, message))
    if set(comments) == set(message.translator_comments) and len(comments) == len(message.translator_comments):
        return message
    return message.changed(translator_comments=comments)


def state(message: Message) -> State:
    """How far the entry is; an obsolete one is judged by its text and flags like any other."""
    if not message.msgstr and not any(message.msgstr_plural):
        return State.untranslated
    if not message.fuzzy:
        return State.reviewed
    origin = provenance(message)
    # Imported text is a person's, even if a program chose its place: no draft replaces it, no merge drops it.
    return State.machine if origin and origin.origin != "import" and untouched(message, origin) else State.fuzzy


def without_fuzzy(message: Message) -> tuple[str, ...]:
    """The flags of a message but for `fuzzy`."""
    return tuple(flag for flag in message.flags if flag != "fuzzy")


def untouched(message: Message, origin: Provenance) -> bool:
    """True while the entry is as the program left it that wrote this comment."""
    return bool(origin.digest) and origin.digest == digest(message.msgctxt, message.msgid, message.msgstr)


def accepted(catalog: Catalog, policy: str = "reviewed") -> dict[Key, str]:
    """{(msgctxt, msgid): msgstr} of what a policy publishes.

    "reviewed": approved entries only. "machine": also drafts that nobody has touched. A person's
    fuzzy text, obsolete entries and empty ones never. Raises ConfigError for another policy.
    """
    if policy not in POLICIES:
        raise ConfigError(f"unknown policy {policy!r}", hint=f"one of {', '.join(POLICIES)}")
    result = catalog.accepted()
    if policy == "machine":
        result |= {
            message.key: message.msgstr
            for message in catalog.messages
            if message.fuzzy and not message.obsolete and state(message) is State.machine
        }
    return result


def _parsed(comment: str) -> Provenance | None:
    if not comment.startswith(_MARK):
        return None
    text = comment[len(_MARK) :].strip()
    if found := _MACHINE.fullmatch(text):
        return Provenance(
            origin="machine",
            engine=found["engine"],
            model=found["model"],
            step=found["step"] or "",
            score=float(found["score"]) if found["score"] else None,
            digest=found["digest"],
        )
    if found := _TAKEN_OVER.fullmatch(text):
        score = float(found["score"]) if found["score"] else None
        return Provenance(origin=found["origin"], model=found["model"], score=score, digest=found["digest"])
    if found := _REFUSED.fullmatch(text):
        return Provenance(origin="machine", engine=found["engine"], model=found["model"], reason=found["reason"])
    return None


def described(value: Provenance) -> str:
    """Engine, model, step and score as they stand in a comment; white space in them is one space."""
    model = " ".join(value.model.split())
    step = f" step={value.step}" if value.step else ""
    score = f" score={value.score:.2f}" if value.score is not None else ""
    return f"{value.engine} {model}{step}{score}" if value.origin == "machine" else f"{model}{step}{score}"


def _formatted(value: Provenance, message: Message) -> str:
    """The comment after its mark, on one line."""
    if value.reason:
        return f"refused {value.engine} {' '.join(value.model.split())}: {' '.join(value.reason.split())}"
    return (
        f"{value.origin} {described(value)} of={value.digest or digest(message.msgctxt, message.msgid, message.msgstr)}"
    )
