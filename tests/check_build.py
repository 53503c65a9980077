"""Check what was built: nothing in the wheel or sdist that does not belong, and nothing missing.

python tests/check_build.py dist
"""

import sys
import tarfile
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


def main() -> None:
    dist = Path(sys.argv[1])
    (wheel,) = dist.glob("*.whl")
    (sdist,) = dist.glob("*.tar.gz")
    check_wheel(wheel)
    check_sdist(sdist)
    print(f"{wheel.name} and {sdist.name} hold what they should")


if __name__ == "__main__":
    main()
