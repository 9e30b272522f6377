"""Timing curves: how the time of every regular expression and every parser grows with hostile input.

Every regular expression of the package is found (by importing all of its modules and by reading the calls of `re` in
their sources), attacked with strings made from its own parts (each repetition in it pumped, with a prefix that leads
there and an end that fails), and timed at growing sizes. Then whole parsers are attacked with repeated pieces of their
syntax. The exponent is the slope of log time over log size at the largest sizes: 1 is linear, 2 quadratic.

Exits 1 when an exponent is above the bar at a size where it matters.
"""

from __future__ import annotations

import argparse
import ast
import gc
import importlib
import inspect
import itertools
import math
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from common import table, tell
from linear_attacks import Attack, attacks, build
from syntax_pieces import JSON, MARKDOWN, NESTED, PO, TOML, YAML

import pipeline

BAR = 1.3
CALLED = {"document.keyrules._FILES": ("fullmatch",)}
"""How those in tables are called, where the source does not show it."""
BOUNDED = {
    "document.keyrules._FILES": 4_096,  # a path
    "document.frontmatter._FILE": 300,  # `_FILE_SIZE`
    "document.mask._DESTINATION_TITLE": 2_000,  # the bound in `_destinations`
}
"""Expressions that are not linear, with the longest text they are put to; their time there must not matter."""
LARGEST = 262_144
FIRST = 4_096
MATTERS = 0.02
"""Seconds: below this a curve says nothing."""
PATIENCE = 2.0
"""Seconds after which one run is given up and counts as a finding."""
EXHAUST = frozenset({"finditer", "findall", "sub", "subn", "split"})


class TooSlow(BaseException):
    """The alarm rang."""


def _alarm(*_: object) -> None:
    raise TooSlow


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A regular expression, where it stands, and how it is called."""

    place: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Times of one attack by size; the exponent of its last steps."""

    name: str
    attack: str
    times: tuple[tuple[int, float], ...]

    @property
    def exponent(self) -> float:
        """Slope over the last two doublings that took long enough to be measured; 0 when none did."""
        points = [(n, t) for n, t in self.times if t > 0.001][-3:]
        if len(points) < 2 or points[-1][1] < MATTERS:
            return 0.0
        (n0, t0), (n1, t1) = points[0], points[-1]
        return math.log(t1 / t0) / math.log(n1 / n0)

    @property
    def seconds_per_100k(self) -> float:
        """Of the largest size tried."""
        n, t = self.times[-1]
        return t * 100_000 / n


# -- finding them -------------------------------------------------------------------------------------------------


def modules() -> list[Any]:
    """Every module of the package."""
    names = [m.name for m in pkgutil.walk_packages(pipeline.__path__, "pipeline.") if not m.name.endswith("__main__")]
    return [importlib.import_module(name) for name in ["pipeline", *names]]


def expressions() -> list[Expression]:
    """Every compiled pattern that a module or class of the package holds, and every literal one in its calls of `re`."""
    places: dict[re.Pattern[Any], str] = {}
    methods: dict[re.Pattern[Any], set[str]] = {}
    inline: list[Expression] = []
    for module in modules():
        calls: dict[str, set[str]] = {}
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                calls.setdefault(node.value.id, set()).add(node.attr)
            if isinstance(node, ast.Call):
                inline += _literal_call(node, module)
        held = [pair for name, value in vars(module).items() for pair in _patterns(name, value, module.__name__)]
        named = {name for name, _ in held}
        # A pattern in a table is called by the name of a variable.
        others = set().union(*(attributes for name, attributes in calls.items() if name not in named))
        for name, pattern in held:
            places.setdefault(pattern, f"{module.__name__.removeprefix('pipeline.')}.{name}")
            methods.setdefault(pattern, set()).update(calls.get(name, others if "[" in name else ()))
    out = [
        Expression(place=place, pattern=p, methods=CALLED.get(place.partition("[")[0], tuple(_methods(methods[p]))))
        for p, place in places.items()
    ]
    return sorted(out + [e for e in inline if e.pattern not in places], key=lambda e: e.place)


def _patterns(name: str, value: Any, module: str, depth: int = 0) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, type) and value.__module__ == module:
        for key, inner in vars(value).items():
            yield from _patterns(f"{name}.{key}", inner, module, depth + 1)
    elif isinstance(value, dict | list | tuple | set | frozenset) and depth < 3 and not name.startswith("__"):
        items = value.values() if isinstance(value, dict) else value
        for n, inner in enumerate(items):
            yield from _patterns(f"{name}[{n}]", inner, module, depth + 1)


def _methods(attributes: set[str]) -> Iterator[str]:
    known = [a for a in ("match", "fullmatch", "search") if a in attributes]
    yield from known
    if attributes & EXHAUST:
        yield "finditer"
    if not known and not attributes & EXHAUST:
        yield from ("search", "fullmatch")


def _literal_call(node: ast.Call, module: Any) -> list[Expression]:
    """`re.search("…", text)` in a function: the pattern is compiled when it runs."""
    function = node.func
    if not (isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "re"):
        return []
    if not node.args or not isinstance(node.args[0], ast.Constant) or not isinstance(node.args[0].value, str | bytes):
        return []
    pattern: Any = node.args[0].value
    method = "finditer" if function.attr in EXHAUST else function.attr
    place = f"{module.__name__.removeprefix('pipeline.')}:{node.lineno}"
    flags = 0
    for name in ast.walk(node):
        if isinstance(name, ast.Attribute) and name.attr.isupper() and hasattr(re, name.attr):
            flags |= getattr(re, name.attr)
    methods = (method,) if method != "compile" else ("search", "fullmatch")
    return [Expression(place=place, pattern=re.compile(pattern, flags), methods=methods)]


# -- timing them ------------------------------------------------------------------------------------------------


def call(expression: Expression, method: str) -> Callable[[Any], object]:
    """A function that runs the pattern over a whole text."""
    run = getattr(expression.pattern, method)
    if method == "finditer":
        return lambda text: sum(1 for _ in run(text))
    return run  # type: ignore[no-any-return]


CACHES: list[Any] = []
"""What the package remembers by text: emptied after each run, or the second would not be one."""


def clock(function: Callable[[Any], object], text: Any) -> float:
    """Seconds of processor time; PATIENCE when the alarm rang first."""
    gc.collect()
    gc.disable()
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    started = time.process_time()
    try:
        function(text)
    except TooSlow:
        return PATIENCE
    except Exception:  # noqa: BLE001 - only its time is asked for here; bench/fuzz.py asks for the rest
        pass
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        gc.enable()
        for cached in CACHES:
            cached.cache_clear()
    return time.process_time() - started


def curve(name: str, shown: str, make: Callable[[int], Any], function: Callable[[Any], object], largest: int) -> Curve:
    """The curve of one attack; one that looks bad is drawn again, because a busy machine bends straight lines, too."""
    best = draw(name, shown, make, function, largest)
    for _ in range(2 if best.exponent > BAR else 0):
        best = min(best, draw(name, shown, make, function, largest), key=lambda c: c.exponent)
    return best


def draw(name: str, shown: str, make: Callable[[int], Any], function: Callable[[Any], object], largest: int) -> Curve:
    """Times at doubling sizes, up to the first that is clearly too slow."""
    times, n = [], min(FIRST, largest // 4)
    while n <= largest:
        text = make(n)
        taken = clock(function, text)
        for _ in range(2 if taken < PATIENCE / 4 else 0):  # other programs only ever add to it
            taken = min(taken, clock(function, text))
        times.append((n, taken))
        if taken > 4 * MATTERS and Curve(name=name, attack=shown, times=tuple(times)).exponent > 1.6 and len(times) > 2:
            break
        if taken >= PATIENCE / 2:
            break
        n *= 2
    return Curve(name=name, attack=shown, times=tuple(times))


def attack_expression(expression: Expression, rounds: int, largest: int, finalists: int) -> Curve:
    """The worst curve of one expression. All attacks run at two small sizes; the slowest go on to the largest."""
    as_bytes = isinstance(expression.pattern.pattern, bytes)
    ranked = []
    for method in expression.methods:
        run = call(expression, method)
        for attack in attacks(expression.pattern, rounds):
            small = clock(run, build(attack, FIRST // 8, as_bytes=as_bytes))
            large = clock(run, build(attack, FIRST // 2, as_bytes=as_bytes)) if small < MATTERS else PATIENCE
            ranked.append((large * (large / max(small, 2e-6)), method, attack))
    ranked.sort(key=lambda r: -r[0])
    largest = min(largest, BOUNDED.get(expression.place.partition("[")[0], largest))
    worst = Curve(name=expression.place, attack="", times=((1, 0.0),))
    for _, method, attack in ranked[:finalists]:
        run = call(expression, method)
        made = curve(
            expression.place,
            f"{method} {shown(attack)}",
            lambda n, attack=attack: build(attack, n, as_bytes=as_bytes),  # type: ignore[misc]
            run,
            largest,
        )
        if (made.exponent, made.seconds_per_100k) > (worst.exponent, worst.seconds_per_100k):
            worst = made
    return worst


def shown(attack: Attack) -> str:
    """An attack in short."""
    prefix, turn, end = (ascii(part)[1:-1] for part in attack)
    return f"{prefix[-20:]}({turn[:40]})*{end}"


# -- parsers ------------------------------------------------------------------------------------------------------


def parsers() -> Iterator[tuple[str, tuple[str, ...], str, str, Callable[[str], object]]]:
    """(name, pieces, what stands before, what stands after, how it is run)."""
    from pipeline.inline import elements, plain, signature

    def page(path: str) -> Callable[[str], object]:
        return lambda text: pipeline.parse_page(text.encode(), path=path)

    yield "page .md", MARKDOWN, "", "", page("a.md")
    yield "page .mdx", MARKDOWN, "", "", page("a.mdx")
    yield "page .html", MARKDOWN, "", "", page("a.html")
    yield "page .yml", YAML, "", "", page("a.yml")
    yield "front matter YAML", YAML, "---\nk: v\n", "\n---\n", page("a.md")
    yield "front matter YAML, no end", YAML, "---\nk: v\n", "", page("a.md")
    yield "front matter TOML", TOML, "+++\nk = 1\n", "\n+++\n", page("a.md")
    yield "front matter JSON", JSON, '{"k": ', "}\n", page("a.md")
    yield "inline Markdown", MARKDOWN, "", "", lambda text: (elements(text), signature(text), plain(text))
    yield "inline HTML", MARKDOWN, "", "", lambda text: (elements(text, "html"), signature(text, "html"))
    yield "inline MDX", MARKDOWN, "", "", lambda text: (elements(text, "mdx"), signature(text, "mdx"))
    yield "PO", PO, "", "", lambda text: pipeline.parse_po(text.encode())
    yield "PO in msgstr", PO, 'msgid "a"\nmsgstr ""\n', "", lambda text: pipeline.parse_po(text.encode())
    yield "PO after msgid", PO, 'msgid "a"\nmsgid_plural "b"\n', "", lambda text: pipeline.parse_po(text.encode())
    yield "page .md, rebuilt", MARKDOWN, "", "", _rebuilt("a.md")
    yield "page .html, rebuilt", MARKDOWN, "", "", _rebuilt("a.html")


def _rebuilt(path: str) -> Callable[[str], object]:
    def run(text: str) -> object:
        page = pipeline.parse_page(text.encode(), path=path)
        return pipeline.rebuild_page(page, {s.key: s.msgid + " x" for s in page.segments})

    return run


def pieces_of(pieces: tuple[str, ...], pairs: bool) -> Iterator[tuple[str, Callable[[int], str]]]:
    """Repetitions of each piece; of two side by side, and of one after another, when `pairs`."""
    for a in pieces:
        yield f"({a})*", lambda n, a=a: a * (n // len(a))  # type: ignore[misc]
        yield f"({a})*a", lambda n, a=a: a * (n // len(a)) + "a\n"  # type: ignore[misc]
        yield f"(a{a})*", lambda n, a=a: ("a" + a) * (n // (len(a) + 1))  # type: ignore[misc]
        if "\n" not in a:
            yield f"({a}\\n)*", lambda n, a=a: (a + "\n") * (n // (len(a) + 1))  # type: ignore[misc]
    for a, b in NESTED if pieces is MARKDOWN else ():
        yield f"({a})^n a ({b})^n", lambda n, a=a, b=b: _mirrored(n, a, b)  # type: ignore[misc]
    if pairs:
        for a, b in itertools.permutations(pieces, 2):
            yield f"({a}{b})*", lambda n, t=a + b: t * (n // len(t))  # type: ignore[misc]
            yield f"({a})*({b})*", lambda n, a=a, b=b: a * (n // 2 // len(a)) + b * (n // 2 // len(b))  # type: ignore[misc]


def _mirrored(size: int, a: str, b: str) -> str:
    times = max(size // (len(a) + len(b)), 1)
    return a * times + "a" + b * times


def attack_parser(
    name: str, pieces: tuple[str, ...], before: str, after: str, run: Callable[[str], object], *, pairs: bool,
    largest: int, finalists: int, share: tuple[int, int],
) -> list[Curve]:  # fmt: skip
    """The worst curves of one parser."""
    ranked = []
    for n, (what, make) in enumerate(pieces_of(pieces, pairs)):
        if n % share[1] != share[0]:
            continue
        small = clock(run, before + make(FIRST // 2) + after)
        large = clock(run, before + make(FIRST * 2) + after)
        ranked.append((large * (large / max(small, 1e-4)), what, make))
    ranked.sort(key=lambda r: -r[0])
    curves = [
        curve(name, ascii(what)[1:-1], lambda n, make=make: before + make(n) + after, run, largest)  # type: ignore[misc]
        for _, what, make in ranked[:finalists]
    ]
    return sorted(curves, key=lambda c: (-c.exponent, -c.seconds_per_100k))


def rows(curves: Iterable[Curve]) -> list[tuple[str, str, str, str, str]]:
    """For the table."""
    return [
        (
            c.name,
            c.attack.replace("|", "\\|"),
            f"{c.exponent:.2f}",
            f"{c.times[-1][0]:,}",
            f"{c.seconds_per_100k * 1000:.0f}",
        )
        for c in curves
    ]


def main() -> int:
    """Prints the worst exponents."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", choices=("expressions", "parsers"))
    options.add_argument("--name", default="", help="only those whose name holds this")
    options.add_argument("--rounds", type=int, default=6, help="random samples of each expression")
    options.add_argument("--finalists", type=int, default=3, help="attacks that go on to the largest size")
    options.add_argument("--largest", type=int, default=LARGEST, help="characters")
    options.add_argument("--pairs", action="store_true", help="also every two pieces together (slow)")
    options.add_argument("--share", default="0/1", help="with --pairs: only the Nth of M shares of the attacks, N/M")
    options.add_argument("--top", type=int, default=25, help="rows to show")
    args = options.parse_args()
    signal.signal(signal.SIGPROF, _alarm)
    CACHES.extend(value for module in modules() for value in vars(module).values() if hasattr(value, "cache_clear"))
    gc.freeze()  # collecting before each run is then quick
    part, of = map(int, args.share.split("/"))

    curves: list[Curve] = []
    if args.only != "parsers":
        every = [e for e in expressions() if args.name in e.place]
        for expression in every:
            curves.append(attack_expression(expression, args.rounds, args.largest, args.finalists))
            tell(f"{expression.place}: {curves[-1].exponent:.2f}")
        curves.sort(key=lambda c: (-c.exponent, -c.seconds_per_100k))
        print(
            table(["expression", "worst attack", "exponent", "characters", "ms per 100 kB"], rows(curves[: args.top]))
        )
        print(f"\n{len(every)} expressions, {sum(c.exponent > BAR for c in curves)} above {BAR}\n", flush=True)
    if args.only != "expressions":
        found = []
        for parser in parsers():
            if args.name in parser[0]:
                found += attack_parser(
                    *parser, pairs=args.pairs, largest=args.largest, finalists=args.finalists, share=(part, of)
                )
                tell(f"{parser[0]}: {max((c.exponent for c in found if c.name == parser[0]), default=0):.2f}")
        found.sort(key=lambda c: (-c.exponent, -c.seconds_per_100k))
        print(table(["parser", "worst attack", "exponent", "characters", "ms per 100 kB"], rows(found[: args.top])))
        print(f"\n{len(found)} curves, {sum(c.exponent > BAR for c in found)} above {BAR}")
        curves += found
    slow = [c for c in curves if c.exponent > BAR]
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
