"""Runs the tests against every mutant and tells which ones no test notices.

    python tests/mutants/run.py [--modules key,fields] [--seconds 8] [--thorough]

The tests are collected once. A first process runs each of them and notes which functions it calls;
then a process for each mutant runs the tests that call its function until one fails. The mutants
that survive must stand in equivalent/, with the reason why nothing can notice them.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

from mutants.making import PACKAGE, Mutant, make_copy  # noqa: E402
from mutants.patterns import Change, make_pattern_mutants, put_in  # noqa: E402

CORE = [
    *("key", "headers", "fields", "deciding", "wire", "request", "response", "body", "uri"),
    *("origins", "negotiation", "upgrade", "server", "client", "deflate", "display", "value"),
    *("errors", "state", "extensions", "pattern", "doors"),
]
DIAGNOSIS = ["diagnosis", "facts", "causes", "request_causes", "response_causes"]
COMMAND_LINE = [
    *("__main__", "closing", "conformance", "explain", "har", "log_lines", "network"),
    *("nginx_config", "probing", "report", "servers", "transcript"),
]
KIT = [  # of ws_handshake.testing
    *("cases", "clients", "handshake_tables", "http_tables", "judging", "requests"),
    *("responses", "running", "strategies", "tables"),
]
GROUPS = {
    "core": CORE,
    "diagnoses": DIAGNOSIS,
    "command-line": COMMAND_LINE,
    "kit": [f"testing.{name}" for name in KIT],
}
# These have no functions.
NO_FUNCTIONS = ["__init__", "grammar", "testing.__init__"]

# Modules with patterns of their own.
PATTERNS = [
    *("headers", "fields", "deciding", "wire", "request", "response", "body", "uri", "upgrade"),
    *("server", "deflate", "display", "doors"),
]

# What runs for every module of a group: tests that are quick. More belongs to some modules.
TESTS = {
    "core": [
        *("answers", "body", "client", "deciding", "display", "errors", "fields", "headers", "key"),
        *("messages", "negotiation", "origins", "request", "response", "server", "state"),
        *("upgrade", "uri", "value", "wire"),
        *("contract/test_builders.py", "contract/test_states.py"),
    ],
    "diagnoses": ["diagnosis", "redaction", "catalogue", "messages"],
    "command-line": ["cli", "main", "explain"],
    "kit": ["testing"],
}
ALSO = {
    "deflate": ["deflate"],
    "doors": ["doors", "contract/test_doors.py"],
    "fields": ["contract/test_fields.py"],
    "headers": ["doors"],
    "log_lines": ["diagnosis/test_log_lines.py"],
    "nginx_config": ["diagnosis/test_nginx_config.py"],
    "request": ["doors"],
    "response": ["doors"],
    "pattern": ["pattern"],
    "patterns": [
        *("grammar", "doors", "deflate", "redaction"),
        *("contract/test_doors.py", "contract/test_fields.py", "contract/test_uris.py"),
    ],
    "uri": ["contract/test_uris.py"],
}
# The quick tests of a module, where they have not its name.
NEAR = {"__main__": "test_commands.py", "testing": "tests/testing/"}
# With --thorough.
ALL_TESTS = [
    *("catalogue", "contract", "deflate", "doors", "limits", "pattern", "redaction"),
    *("resources", "security_rules"),
]
# These start programs, draw random examples or need what is not there.
LEFT_OUT = [
    "tests/oracle/test_oracle.py",
    "tests/diagnosis/test_properties.py",
    "tests/test_security_rules.py::test_r02_hostile_fields_are_judged_quickly",
    "tests/test_security_rules.py::test_r02_hostile_values_are_read_quickly",
    "tests/test_security_rules.py::test_r02_hostile_messages_are_read_quickly",
]
# What a function that is called while the package is imported can change.
AT_ONCE = [
    *("tests/test_wire.py", "tests/test_deciding.py", "tests/test_messages.py"),
    *("tests/test_errors.py", "tests/test_answers.py", "tests/contract"),
]
SLOW = 2.0  # seconds; a test that takes longer is not run for each mutant


def forget() -> None:
    """Empty the caches that were filled while the tests were collected."""
    for name, module in list(sys.modules.items()):
        if name.startswith("ws_handshake"):
            for each in vars(module).values():
                if hasattr(each, "cache_clear"):
                    each.cache_clear()


def mangled_names() -> dict[Any, str]:
    """The code of each function that has mutants, to its name."""
    import mutant_switch

    # The first name stored is that of the original, the last one that of a mutant.
    return {
        code: f"{mutants.module}.{list(mutants)[-1]}".rpartition("__mutmut_")[0]
        for code, mutants in mutant_switch.FUNCTIONS.items()
    }


def called_at_import(modules: list[str]) -> set[str]:
    """Import the modules; the functions with mutants that were called while they were imported."""
    called = set()

    def profile(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            called.add(frame.f_code)

    sys.setprofile(profile)
    for module in modules:
        importlib.import_module(f"ws_handshake.{module}")
    sys.setprofile(None)
    return {name for code, name in mangled_names().items() if code in called}


class Runner:
    """A plugin for pytest that runs the collected tests once for each mutant."""

    def __init__(
        self, mutants: list[Mutant], changes: dict[Mutant, Change], options: argparse.Namespace
    ) -> None:
        self.mutants = [*mutants, *changes]
        self.changes = changes
        self.options = options
        self.failed: list[str] = []
        self.survivors: list[Mutant] = []
        self.killed = 0
        self.timeouts = 0
        self.baseline: list[str] = []

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            sys.exit(f"{report.nodeid} cannot be collected: {report.longrepr}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: Any) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        # What the parent holds stays shared with its children, who need not copy it.
        gc.collect()
        gc.freeze()
        self.measure()
        self.attack()
        return True

    def run(self, items: list[Any]) -> str:
        """Run tests until one fails: its name, or nothing.

        A test that takes far longer than without the mutant ends the process.
        """
        for item, following in zip(items, [*items[1:], None], strict=True):
            signal.setitimer(signal.ITIMER_PROF, 2 + 10 * self.took[item.nodeid])
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                return self.failed[0]
        return ""

    def in_child(self, work: Any, cpu: float, wall: float) -> tuple[int, bytes]:
        """What a forked process returns, and its exit status; it ends when its time is over."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            limit = int(cpu) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
            resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
            signal.alarm(int(wall) + 1)
            status = 3
            with contextlib.suppress(BaseException):
                os.write(writing, work())
                status = 0
            os._exit(status)
        os.close(writing)
        chunks = []
        while chunk := os.read(reading, 1 << 16):
            chunks.append(chunk)
        os.close(reading)
        _, status = os.waitpid(child, 0)
        return status, b"".join(chunks)

    def survives_alone(self, mutant: Mutant) -> bool:
        """Whether no test notices a mutant that is there before anything is imported."""
        module = mutant.name.split(".")[1]
        near = Path(f"tests/test_{module}.py")
        tests = [str(near)] if near.exists() else []
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-x",
                "-q",
                "-p",
                "no:cacheprovider",
                *tests,
                *AT_ONCE,
            ],
            env={**os.environ, "MUTANT_UNDER_TEST": mutant.name},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=1200,
        )
        return done.returncode == 0

    def measure(self) -> None:
        """How long each test takes, and which functions with mutants it calls."""
        names = mangled_names()
        target = Path(self.options.build) / "measured.json"

        def work() -> bytes:
            found: dict[str, Any] = {}
            for nodeid, item in self.items.items():
                called: set[str] = set()

                def profile(frame: Any, event: str, _: Any, called: set[str] = called) -> None:
                    if event == "call" and frame.f_code in names:
                        called.add(names[frame.f_code])

                self.failed.clear()
                forget()
                start = time.process_time(), time.time()
                sys.setprofile(profile)
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                sys.setprofile(None)
                took = time.process_time() - start[0], time.time() - start[1]
                found[nodeid] = [*took, bool(self.failed), sorted(called)]
            target.write_text(json.dumps(found))
            return b""

        kept = Path(self.options.measured) if self.options.measured else None
        if kept is not None and kept.exists():
            measured = json.loads(kept.read_text())
            new = {nodeid: item for nodeid, item in self.items.items() if nodeid not in measured}
            everything, self.items = self.items, new
            if new:
                print(f"measuring {len(new)} new tests", flush=True)
                status, _ = self.in_child(work, 3000, 3000)
                if status:
                    sys.exit(f"the tests could not be measured: {status}")
                measured |= json.loads(target.read_text())
            self.items = everything
        else:
            print(f"measuring {len(self.items)} tests", flush=True)
            status, _ = self.in_child(work, 3000, 3000)
            if status:
                sys.exit(f"the tests could not be measured: {status}")
            measured = json.loads(target.read_text())
        if kept is not None:
            kept.write_text(json.dumps(measured))
        self.tests: dict[str, list[str]] = defaultdict(list)
        self.took: dict[str, float] = {}
        turn: Counter[str] = Counter()
        order: list[tuple[int, int, str]] = []
        for nodeid in self.items:
            took, _, failed, called = measured[nodeid]
            if failed:
                self.baseline.append(nodeid)
            if failed or took > SLOW:
                continue
            self.took[nodeid] = took
            base = nodeid.partition("[")[0]
            turn[base] += 1
            order.append((turn[base], len(called), nodeid))
        # One case of each test before the second of any, and first those that call the least.
        self.everything = [nodeid for _, _, nodeid in sorted(order)]
        for nodeid in self.everything:
            for name in measured[nodeid][3]:
                self.tests[name].append(nodeid)
        for nodeid in self.baseline:
            print("fails without a mutant:", nodeid)

    def attack(self) -> None:
        """Run the tests of each mutant."""
        killers: dict[str, list[str]] = defaultdict(list)
        start = time.time()
        called_at_import = self.options.called_at_import
        for number, mutant in enumerate(self.mutants):
            function = mutant.name.rpartition("__mutmut_")[0]
            module = mutant.function.partition(".")[0]
            near = NEAR.get(module, f"test_{module}.py")
            tests = self.everything if mutant in self.changes else self.tests[function]
            tests = sorted(tests, key=lambda nodeid: near not in nodeid)
            known = [*killers[mutant.function][-8:][::-1]]
            if mutant in self.changes:
                known += killers["patterns"][-20:][::-1]
            tests = list(dict.fromkeys([*known, *tests]))
            chosen: list[str] = []
            total = others = 0.0
            for nodeid in tests:
                if near not in nodeid:  # the module's own tests run in any case
                    if others > self.options.seconds:
                        continue
                    others += self.took[nodeid]
                total += self.took[nodeid]
                chosen.append(nodeid)

            def work(mutant: Mutant = mutant, chosen: list[str] = chosen) -> bytes:
                import mutant_switch

                if mutant in self.changes:
                    put_in(self.changes[mutant])
                    forget()
                    return self.run([self.items[nodeid] for nodeid in chosen]).encode()
                module, _, name = mutant.name.rpartition(".")
                os.environ["MUTANT_UNDER_TEST"] = mutant.name
                forget()
                for mutants in mutant_switch.FUNCTIONS.values():
                    if mutants.module == module and name in mutants:
                        mutants.switch(name)
                return self.run([self.items[nodeid] for nodeid in chosen]).encode()

            status, killer = (
                self.in_child(work, 3 * total + 5, 20 * total + 60) if chosen else (0, b"")
            )
            survived = status == 0 and not killer
            if survived and function in called_at_import and (self.options.alone or not chosen):
                survived = self.survives_alone(mutant)
            if survived:
                self.survivors.append(mutant)
                kind = "no test calls it" if not chosen else f"survived {len(chosen)} tests"
                print(f"\n{mutant.name}: {kind}\n{mutant}", flush=True)
            else:
                self.killed += 1
                self.timeouts += status != 0
                if killer:
                    name = killer.decode()
                    for key in (mutant.function, "patterns"):
                        killers[key] = [each for each in killers[key] if each != name] + [name]
            if number % 100 == 99:
                print(
                    f"  {number + 1} of {len(self.mutants)}, {time.time() - start:.0f} s",
                    flush=True,
                )


def selection(only: str) -> Callable[[str], bool]:
    """Which mutants are wanted, by their names."""
    if not only or not Path(only).is_file():
        return lambda name: only in name
    names = set(Path(only).read_text("utf-8").split())
    return lambda name: name in names


def read_equivalents(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Mutants, as they are printed, and the reason why no test can notice each."""
    reasons = {}
    for path in [folder / f"{name}.txt" for name in names]:
        for block in path.read_text("utf-8").split("\n\n") if path.exists() else []:
            *mutant, reason = block.strip().splitlines()
            if len(mutant) != 3 or not reason.startswith("= "):
                sys.exit(f"{path.name} has an entry that is not three lines and a reason:\n{block}")
            reasons["\n".join(mutant)] = reason
    return reasons


def selected(root: Path, names: list[str], thorough: bool) -> tuple[list[str], list[str]]:
    """The modules that these names stand for, and the tests that belong to them."""
    package = root / "src" / PACKAGE
    known = {*NO_FUNCTIONS, *(name for members in GROUPS.values() for name in members)}
    for path in sorted(package.rglob("*.py")):
        name = ".".join(path.relative_to(package).with_suffix("").parts)
        if name not in known:
            sys.exit(f"{name} belongs to no group")
    modules: list[str] = []
    for name in names:
        modules += [] if name == "patterns" else GROUPS.get(name, [name])
    tests: list[str] = []
    for group, members in GROUPS.items():
        if set(members) & set(modules) or (group == "core" and "patterns" in names):
            tests += TESTS[group]
    for name in [*modules, *names]:
        tests += ALSO.get(name, [])
    tests += ALL_TESTS if thorough else []
    paths = [root / "tests" / (name if "/" in name else f"test_{name}.py") for name in tests]
    paths = [path if path.exists() else root / "tests" / path.stem[5:] for path in paths]
    return modules, list(dict.fromkeys([str(path.relative_to(root)) for path in paths]))


def main(arguments: Iterable[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--modules", default="core")
    parser.add_argument("--only", default="", help="a file with names of mutants, or a part of one")
    parser.add_argument("--tests", default="", help="these instead of all that belong to them")
    parser.add_argument("--thorough", action="store_true", help="also with the slower tests")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--alone", action="store_true", help="try again whatever import has called")
    parser.add_argument(
        "--measured", default="", help="keeps which test calls what, for one set of modules"
    )
    parser.add_argument("--source", default=str(ROOT))
    options = parser.parse_args(list(arguments))
    root = Path(options.source)
    modules, tests = selected(root, options.modules.split(","), options.thorough)
    tests = options.tests.split() or tests
    with tempfile.TemporaryDirectory() as folder:
        options.build = folder
        os.chdir(root)
        mutants = make_copy(root / "src", Path(folder), modules)
        wanted = selection(options.only)
        mutants = [each for each in mutants if wanted(each.name)]
        print(f"{len(mutants)} mutants", flush=True)
        sys.path.insert(0, folder)
        os.environ["PYTHONPATH"] = folder
        sys.dont_write_bytecode = True
        options.called_at_import = called_at_import(modules)
        changes: dict[Mutant, Change] = {}
        if "patterns" in options.modules.split(","):
            made = make_pattern_mutants(root / "src", PATTERNS)
            changes = {each: made[each] for each in made if wanted(each.name)}
        runner = Runner(mutants, changes, options)
        ignored = [f"--deselect={path}" for path in LEFT_OUT]
        # The kit's strategies have imported hypothesis, which is a plugin, too.
        quietly = ["-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"]
        settings = ["-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:terminal", *quietly]
        status = pytest.main([*settings, *ignored, *tests], plugins=[runner])
    if status not in (0, 1):
        return int(status)
    explained = [*modules, "patterns"] if changes else modules
    reasons = read_equivalents(HERE / "equivalent", explained)
    return report(runner, reasons, everything=not options.only)


def report(runner: Runner, reasons: dict[str, str], everything: bool) -> int:
    """Print the score; 1 if a survivor has no reason, or a reason no survivor."""
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    unexplained = []
    for mutant in runner.mutants:
        row = rows[mutant.name.removeprefix(f"{PACKAGE}.").rpartition(".")[0]]
        row[0] += 1
        if mutant in runner.survivors:
            row[1] += 1
            if str(mutant) in reasons:
                row[2] += 1
            else:
                unexplained.append(mutant)
    print("\nmodule                mutants  killed  survived  explained   score")
    totals = [sum(column) for column in zip(*rows.values(), strict=True)]
    for module, (total, survived, explained) in [*rows.items(), ("all", totals)]:
        killed = total - survived
        score = 100 * killed / max(1, total - explained)
        print(f"{module:22}{total:7}{killed:8}{survived:10}{explained:11}{score:7.1f}%")
    for mutant in unexplained:
        print(f"\nunexplained: {mutant.name}\n{mutant}")
    # Two changes to one function may be alike in their lines: one entry is for both.
    surviving = {str(mutant) for mutant in runner.survivors}
    gone = [each for each in reasons if everything and each not in surviving]
    for each in gone:
        print(f"\nno survivor any more: {each}")
    return 1 if unexplained or gone or runner.baseline else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
