"""Sentence memory inside paragraph entries: of a text that turned fuzzy, only the changed sentences need a person.

At `update` what a person wrote is fitted to the new source (`catalog.patch`) and comments say where to look; at
`translate` the sentences that have no translation yet are drafted and put in at their places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from pipeline.catalog.carry import carried
from pipeline.catalog.hints import (
    everything,
    hints_of,
    is_hinted,
    replaced_words,
    trusted_hints,
    waits_for_draft,
    with_hints,
    without_hints,
)
from pipeline.catalog.patch import Patch, Whole, inserted, paired, patch
from pipeline.catalog.sentencepairs import Sentence, same_elements, sentences, split_alike
from pipeline.catalog.state import remarks, with_provenance
from pipeline.langtag import LanguageTag
from pipeline.model import Catalog, Key, Message
from pipeline.mt.sentences import between, split


def narrowed(known: Catalog, merged: Catalog, *, source: LanguageTag, target: LanguageTag) -> tuple[Catalog, int]:
    """(the merged catalog with its newly fuzzy texts fitted to their sources, how many say which sentences to look at).

    `known` is the catalog before the merge. Texts that were fuzzy before are left alone; approved ones lose the comments.
    `merged` itself is returned when nothing changes.
    """
    work = _Work(known, source, target)
    messages = tuple(map(work.settled, merged.messages))
    if all(one is other for one, other in zip(messages, merged.messages, strict=True)):
        return merged, 0
    return replace(merged, messages=messages), work.count


def missing_sentences(message: Message, source: LanguageTag, target: LanguageTag) -> tuple[str, ...]:
    """The sentences of the source to be drafted; none when somebody has touched the text since it was said."""
    whole = _waiting(message, source, target)
    return tuple(whole.source[place].text for place in whole.hints.wanted) if whole else ()


def with_drafts(
    message: Message, drafts: Mapping[str, tuple[str, str]], source: LanguageTag, target: LanguageTag
) -> Message:
    """The message with drafts {sentence: (its translation, the note on it)} put in at their places.

    It stays a person's fuzzy text. The words whose place a draft takes go into the comments.
    """
    whole = _waiting(message, source, target)
    if whole is None:
        return message
    places = {place: drafts[text] for place in whole.hints.wanted if (text := whole.source[place].text) in drafts}
    if not places:
        return message
    made = inserted(whole, places, between)
    if not _fits(made, whole.source, message.msgid) or (made.hints.wanted and not _reads_so(made, target)):
        return message
    changed = with_provenance(message.changed(msgstr=made.text), None)
    return with_hints(changed, made.hints, made.was)


class _Work:
    """The entries of one catalog."""

    def __init__(self, known: Catalog, source: LanguageTag, target: LanguageTag) -> None:
        self.count = 0
        self._known, self._source, self._target = known, source, target

    @cached_property
    def _keys(self) -> frozenset[Key]:
        return frozenset(message.key for message in self._known.messages)

    @cached_property
    def _retired(self) -> dict[Key, Message]:
        return {message.key: message for message in reversed(self._known.messages) if message.obsolete}

    @cached_property
    def _noted(self) -> dict[tuple[str, ...], Message]:
        """By their comments alone: the text may have followed a link."""
        return {remarks(message): message for message in reversed(self._known.messages) if is_hinted(message)}

    @cached_property
    def _hinted(self) -> dict[tuple[str, tuple[str, ...]], Message]:
        """By their text and comments, which a merge keeps: the texts that say which sentences to look at."""
        return {
            _name(message): message
            for message in reversed(self._known.messages)
            if message.fuzzy and message.translator_comments and hints_of(message)
        }

    def _before(self, message: Message) -> Message | None:
        """The entry as it was, where it said which sentences to look at."""
        return self._hinted.get(_name(message))

    def settled(self, message: Message) -> Message:
        """The message as it should be; the same object when that is how it is."""
        if message.obsolete:
            return message
        if not message.fuzzy or not message.msgstr:
            return without_hints(message) if message.translator_comments else message
        if message.key in self._keys or message.msgid_plural is not None:
            return message
        if followed := self._followed(message):
            return followed
        whole, stale = self._origin(message)
        made = self._patched(message, whole) if whole else None
        if made is not None:
            self.count += 1
            return made
        if stale:  # the hints are about another source
            known = self._before(message)
            hints = trusted_hints(known) if known else None
            total = len(_cut(message.msgid, self._source))
            return with_hints(message, everything(total, drafts=hints is not None and hints.has_drafts))
        return message

    def _followed(self, message: Message) -> Message | None:
        """The message with what was said of it, where nothing but a link, or white space, has changed; else None."""
        if not is_hinted(message) or self._before(message):
            return None
        known = self._noted.get(remarks(message))
        hints = hints_of(known) if known else None
        if known is None or hints is None or hints.total != len(_cut(message.msgid, self._source)):
            return None
        if carried(known.msgid, message.msgid, known.msgstr) != message.msgstr:
            return None
        return with_hints(message, hints) if hints.untouched else message

    def _origin(self, message: Message) -> tuple[Whole | None, bool]:
        """(the source that the translation is known to fit, with it; whether it has hints).

        That was approved, or says what of it was not.
        """
        key = (message.previous_msgctxt, message.previous_msgid or "")
        origin = self._known.get(key) or self._retired.get(key)
        if origin and not origin.fuzzy and origin.msgstr == message.msgstr and origin.msgid_plural is None:
            return paired(_cut(origin.msgid, self._source), _cut(origin.msgstr, self._target)), False
        if is_hinted(message):
            known = self._before(message)
            if known is None:
                return None, True
            source, translation = _cut(known.msgid, self._source), _cut(known.msgstr, self._target)
            return paired(source, translation, trusted_hints(known)), True
        return None, False

    def _patched(self, message: Message, whole: Whole) -> Message | None:
        new = _cut(message.msgid, self._source)
        made = patch(whole, new, between)
        known = self._before(message)
        if made and known and known.previous_msgid == message.msgid:
            made = _taken_back(message, made, new)
        if made is None or (not made.hints.places and made.text == message.msgstr):
            return None
        if len(new) == 1 and not made.was and made.text == message.msgstr:
            return None  # there is but one sentence to look at
        if not _fits(made, new, message.msgid) or not _reads_so(made, self._target):
            return None
        done = with_hints(message.changed(msgstr=made.text), made.hints, made.was, own=made.own)
        if not made.hints.places and replaced_words(done):  # words beside a text go when it is approved, by its hints
            done = with_hints(done, everything(len(new)))
        return done


def _name(message: Message) -> tuple[str, tuple[str, ...]]:
    """What of an entry stays the same through a merge."""
    return message.msgstr, remarks(message)


def _taken_back(message: Message, made: Patch, new: Sequence[Sentence]) -> Patch:
    """The approved text again, where its source is again what it was: with a person's words in their places."""
    words = [text for text in replaced_words(message) if text not in made.text]
    if len(words) != len(made.hints.missing):
        return made
    review = {**dict(made.hints.review), **dict.fromkeys(made.hints.stale, "")}
    hints = replace(made.hints, review=tuple(sorted(review.items())), removed=(), stale=())
    places = {place: (text, "") for place, text in zip(hints.missing, words, strict=True)}
    back = inserted(Whole(new, made.translation, hints), places, between)
    fits = split_alike(new, [sentence for sentence in back.translation if sentence])
    return back._replace(was=made.was) if fits and not back.hints.wanted else made


def _waiting(message: Message, source: LanguageTag, target: LanguageTag) -> Whole | None:
    hints = hints_of(message) if waits_for_draft(message) else None
    return paired(_cut(message.msgid, source), _cut(message.msgstr, target), hints) if hints else None


def _cut(text: str, language: LanguageTag) -> Sequence[Sentence]:
    return sentences(split(text, language))


def _fits(made: Patch, source: Sequence[Sentence], msgid: str) -> bool:
    """Whether a translation has the lines and elements of its source, as far as it is there."""
    if made.text.count("\n") != msgid.count("\n"):
        return False
    others = {*made.hints.stale, *made.hints.unlike}
    if not made.hints.wanted and not others:
        return same_elements(msgid, made.text)
    kept = [(place, sentence.text) for place, sentence in enumerate(made.translation) if sentence is not None]
    return all(same_elements(source[place].text, text) for place, text in kept if place not in others)


def _reads_so(made: Patch, target: LanguageTag) -> bool:
    """Whether sentences that were put side by side are read as these sentences again."""
    kept = [sentence.text for sentence in made.translation if sentence is not None]
    return [sentence.text for sentence in _cut(made.text, target)] == kept
