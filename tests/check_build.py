"""Check what was built: nothing in the wheel or sdist that does not belong, and nothing missing.

With SOURCE_DATE_EPOCH set, the same sources give the same bytes, wherever and whenever they are
built: in other directories, with other times and permissions of files, and from the sdist.

python tests/check_build.py dist
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def tracked_modules() -> set[str]:
    source = ROOT / "src"
    modules = {path.relative_to(source).as_posix() for path in source.rglob("*.py")}
    return modules | {"ws_handshake/py.typed"}


def check_wheel(path: Path) -> None:
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        (metadata,) = [name for name in names if name.endswith(".dist-info/METADATA")]
        text = wheel.read(metadata).decode()
    info = metadata.removesuffix("/METADATA")
    expected = tracked_modules() | {
        f"{info}/{name}"
        for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    }
    if names != expected:
        raise SystemExit(f"{path.name}: unexpected or missing: {sorted(names ^ expected)}")
    headers = text.partition("\n\n")[0].splitlines()
    for line in headers:
        if line.startswith("Requires-Dist:") and "extra ==" not in line:
            raise SystemExit(f"{path.name}: a runtime dependency: {line}")
    if "Requires-Python: >=3.11" not in headers:
        raise SystemExit(f"{path.name}: Requires-Python is not >=3.11")


def check_sdist(path: Path) -> None:
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    allowed = ("src/ws_handshake/", "tests/")
    files = {"CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}
    strangers = {
        name
        for name in names
        if (name not in files and not name.startswith(allowed))
        or "node_modules" in name
        or "__pycache__" in name
        or name.endswith(".pyc")
    }
    if strangers:
        raise SystemExit(f"{path.name}: does not belong: {sorted(strangers)[:10]}")
    missing = files - names | {f"src/{module}" for module in tracked_modules()} - names
    if missing:
        raise SystemExit(f"{path.name}: missing: {sorted(missing)}")


def build(source: Path, outdir: Path, kind: str) -> Path:
    command = [sys.executable, "-m", "build", f"--{kind}", "--outdir", str(outdir), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    (built,) = outdir.iterdir()
    return built


def copied_elsewhere(folder: Path) -> Path:
    """The sources of the wheel where nothing but their content is the same."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder)
    for path in folder.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        path.chmod(0o700 if path.is_dir() else 0o600)
    return folder


def check_reproducible(wheel: Path, sdist: Path) -> None:
    """Build all once more, and the wheel from the sdist and elsewhere; compare byte by byte."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        elsewhere = folder / "quite" / "another" / "directory"
        elsewhere.mkdir(parents=True)
        with tarfile.open(sdist) as archive:
            archive.extractall(folder / "unpacked", filter="data")
        (unpacked,) = (folder / "unpacked").iterdir()
        for what, expected, built in (
            ("the same sources", sdist, build(ROOT, folder / "1", "sdist")),
            ("the same sources", wheel, build(ROOT, folder / "2", "wheel")),
            ("the sdist's content", wheel, build(unpacked, folder / "3", "wheel")),
            ("a copy of them", wheel, build(copied_elsewhere(elsewhere), folder / "4", "wheel")),
        ):
            if (built.name, built.read_bytes()) != (expected.name, expected.read_bytes()):
                raise SystemExit(f"{expected.name}: other bytes when built again from {what}")


def main() -> None:
    dist = Path(sys.argv[1])
    (wheel,) = dist.glob("*.whl")
    (sdist,) = dist.glob("*.tar.gz")
    check_wheel(wheel)
    check_sdist(sdist)
    print(f"{wheel.name} and {sdist.name} hold what they should")
    if not os.environ.get("SOURCE_DATE_EPOCH"):
        raise SystemExit("SOURCE_DATE_EPOCH is not set: the bytes would depend on the time")
    check_reproducible(wheel, sdist)
    print("and are the same, byte by byte, when they are built again, elsewhere or from the sdist")


if __name__ == "__main__":
    main()
