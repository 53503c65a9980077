"""Take the code away that each rule is about, in a copy, and want the named tests to fail.

    run.py            every edit of the table
    run.py R3 R14     those of two rules

The status is 1 if a test that should fail passes, or does not run at all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if __name__ == "__main__":
    sys.path[0] = str(ROOT / "tests")

from rules.table import RULES, Edit  # noqa: E402

LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__", ".hypothesis")


def copy_to(folder: Path) -> None:
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)


def run_tests(folder: Path, tests: tuple[str, ...]) -> tuple[str, str]:
    """What pytest says of these tests with the code of the copy: FAILED lines, and all of it."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rf"),
            *("--tb=line", "--no-header", *tests),
        ],
        cwd=folder,
        env={
            # In CI a missing peer would fail; the recipes' tests need none here.
            **{name: value for name, value in os.environ.items() if name != "CI"},
            "PYTHONPATH": str(folder / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "COLUMNS": "300",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    failed = "\n".join(re.findall(r"(?m)^FAILED (\S+)", done.stdout))
    return failed, done.stdout + done.stderr


def try_edit(edit: Edit, folder: Path) -> list[str]:
    """The tests that should have failed and did not; with the original code, all must pass."""
    path = folder / edit.path
    text = path.read_text("utf-8")
    edited = text
    for old, new in edit.changes:
        if edited.count(old) != 1:
            raise SystemExit(f"{edit.what}: {edited.count(old)} times in {edit.path}: {old}")
        edited = edited.replace(old, new)
    path.write_text(edited, "utf-8")
    try:
        failed, told = run_tests(folder, edit.fail)
    finally:
        path.write_text(text, "utf-8")
    survivors = [test for test in edit.fail if test not in failed]
    if survivors:
        print(told[-2000:])
    return survivors


def main() -> int:
    wanted = sys.argv[1:] or list(RULES)
    began, edits, survivors = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_to(folder)
        tests = {test for rule in wanted for edit in RULES[rule].edits for test in edit.fail}
        failed, told = run_tests(folder, tuple(sorted(tests)))
        if failed or " passed" not in told:
            raise SystemExit(f"without any edit these should pass:\n{failed or told}")
        for rule in wanted:
            for edit in RULES[rule].edits:
                left = try_edit(edit, folder)
                edits, survivors = edits + 1, survivors + len(left)
                said = f"NOT noticed by {', '.join(left)}" if left else "noticed"
                print(f"{rule}: {edit.what}: {said}", flush=True)
    print(f"{edits} edits, {survivors} not noticed, {time.monotonic() - began:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
