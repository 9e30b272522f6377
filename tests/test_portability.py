"""What would fail on another system, found by reading every module: Linux, macOS and Windows run the same code."""

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "pipeline"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Modules and functions of one family of systems. They may stand where the code has asked for it first.
POSIX_MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
WINDOWS_MODULES = {"_winapi", "msvcrt", "winreg", "winsound"}
NOT_EVERYWHERE = {
    "os": {
        *(
            "O_DIRECTORY O_NOFOLLOW O_SYNC O_DSYNC chown chroot ctermid fchmod fchown fork forkpty getegid geteuid"
        ).split(),
        *(
            "getgid getgroups getloadavg getpgid getpgrp getpriority getresuid getsid getuid initgroups kill killpg"
        ).split(),
        *("lchown major mkfifo mknod nice openpty pathconf posix_spawn pread pwrite sched_getaffinity").split(),
        *(
            "sched_setaffinity setegid seteuid setgid setgroups setpgid setpriority setsid setuid startfile statvfs"
        ).split(),
        *("sync sysconf tcgetpgrp ttyname uname wait wait3 wait4 O_BINARY").split(),
    },
    "signal": {
        *"SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGUSR2 SIGWINCH".split(),
        *"alarm pause pthread_kill pthread_sigmask setitimer sigwait SIGBREAK CTRL_C_EVENT".split(),
    },
    "time": {"tzset"},
    "select": {"poll", "epoll", "kqueue"},
}
# Text is UTF-8 with \n on every system; what a program writes does not depend on where it runs.
TEXT_READERS = {"read_text": 1}
TEXT_WRITERS = {"write_text": 2}


@cache
def tree(path):
    module = ast.parse(path.read_bytes(), str(path))
    for parent in ast.walk(module):
        for child in ast.iter_child_nodes(parent):
            child.parent = parent
    return module


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def asks_first(node):
    """True inside of a branch whose condition names the system or asks whether the function is there."""
    below = node
    while (above := getattr(below, "parent", None)) is not None:
        if isinstance(above, ast.If | ast.IfExp) and below is not above.test:
            test = ast.unparse(above.test)
            if any(word in test for word in ("os.name", "sys.platform", "hasattr(", "TYPE_CHECKING")):
                return True
        if isinstance(above, ast.Try) and below in above.body:
            caught = {word for handler in above.handlers for word in ast.unparse(handler.type or above).split()}
            if caught & {"AttributeError", "ImportError", "(AttributeError,", "(ImportError,"}:
                return True
        if isinstance(above, ast.FunctionDef) and returns_first(above, below):
            return True
        below = above
    return False


def returns_first(function, statement):
    """True after `if not hasattr(...): ...; return` in the same function."""
    for earlier in function.body:
        if earlier is statement:
            return False
        if (
            isinstance(earlier, ast.If)
            and isinstance(earlier.body[-1], ast.Return | ast.Raise)
            and any(word in ast.unparse(earlier.test) for word in ("os.name", "sys.platform", "hasattr("))
        ):
            return True
    return False


def faults(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else {node.module}
            if names & (POSIX_MODULES | WINDOWS_MODULES) and not asks_first(node):
                yield node.lineno, f"imports {names}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module, name = node.value.id, node.attr
            if name in NOT_EVERYWHERE.get(module, ()) and not asks_first(node):
                yield node.lineno, f"uses {module}.{name}"
        if isinstance(node, ast.Call):
            yield from ((node.lineno, fault) for fault in call_faults(node))


def call_faults(node):
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    module = function.value.id if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) else ""
    given = {keyword.arg for keyword in node.keywords}
    if name == "rename" and len(node.args) < 3:
        yield "renames: Windows refuses where the target exists; use replace"
    if name in TEXT_READERS and len(node.args) < TEXT_READERS[name] and "encoding" not in given:
        yield f"{name} without an encoding"
    if name in TEXT_WRITERS:
        if len(node.args) < TEXT_WRITERS[name] and "encoding" not in given:
            yield f"{name} without an encoding"
        if "newline" not in given:
            yield f"{name} without newline"
    if name in ("open", "fdopen", "NamedTemporaryFile", "TemporaryFile") and not (module == "os" and name == "open"):
        mode = next((keyword.value for keyword in node.keywords if keyword.arg == "mode"), None)
        method = isinstance(function, ast.Attribute) and module not in ("io", "os")
        at = 0 if method and name != "fdopen" else 1
        mode = mode or (node.args[at] if len(node.args) > at else None)
        text = mode.value if isinstance(mode, ast.Constant) else "wb" if name.endswith("TemporaryFile") else "r"
        if isinstance(text, str) and set(text) <= set("rwxabt+") and "b" not in text and "encoding" not in given:
            yield f"{name} as text without an encoding"


# An opener of something that is no file, and a rename whose target cannot be there.
EXCEPTIONS = {
    ("mt/index.py", "open as text without an encoding"),
    ("mt/libretranslate.py", "open as text without an encoding"),
    ("mt/package.py", "open as text without an encoding"),
    ("mt/models.py", "renames: Windows refuses where the target exists; use replace"),
}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_runs_everywhere(path):
    found = [(line, fault) for line, fault in faults(path) if (name_of(path), fault) not in EXCEPTIONS]
    assert found == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("import fcntl", "imports"),
        ("if sys.platform != 'win32':\n    import fcntl", ""),
        ("try:\n    import resource\nexcept ImportError:\n    resource = None", ""),
        ("os.fork()", "os.fork"),
        ("if hasattr(os, 'fork'):\n    os.fork()", ""),
        ("def f():\n    if not hasattr(os, 'fork'):\n        return\n    os.fork()", ""),
        ("n = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else 1", ""),
        ("os.kill(1, signal.SIGKILL)", "SIGKILL"),
        ("signal.signal(signal.SIGINT, f)", ""),
        ("Path('a').rename('b')", "renames"),
        ("Path('a').read_text()", "encoding"),
        ("Path('a').read_text('utf-8')", ""),
        ("Path('a').write_text('x', encoding='utf-8')", "newline"),
        ("open('a')", "encoding"),
        ("open('a', 'rb')", ""),
        ("Path('a').open('w')", "encoding"),
        ("path.open('rb')", ""),
        ("os.fdopen(3, 'wb')", ""),
        ("tempfile.TemporaryFile()", ""),
    ],
)
def test_the_judge_sees_what_it_should(text, fault, tmp_path):
    path = tmp_path / "module.py"
    path.write_text(text, encoding="utf-8", newline="\n")
    found = " ".join(message for _, message in faults(path))
    assert fault in found if fault else not found
