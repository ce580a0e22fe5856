"""What each notebook was built from, so that a build runs only what has changed; derived, never in git."""

import hashlib
import json
from pathlib import Path

from mlsd_course.grading.authoring.source import Source

PACKAGE = Path(__file__).parents[2]
_FOLDER = ".build"


def is_current(source: Source) -> bool:
    """Tell whether reference and student version are there, unedited, and built from all that is on disk now."""
    try:
        recorded = json.loads(_path(source).read_text(encoding="utf-8"))
        return bool(recorded == fingerprint(source, recorded["parts"]))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def record_build(source: Source, parts: list[str]) -> None:
    """Record what `source` was built from; `parts` are the parts of the package that it loaded."""
    path = _path(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parents[1] / ".gitignore").write_text("*\n", encoding="utf-8")
    path.write_text(json.dumps(fingerprint(source, parts)), encoding="utf-8")


def was_built(root: Path, reference: Path) -> bool:
    """Tell whether a build here wrote `reference`, a notebook beside the sources."""
    return (root / _FOLDER / reference.parent.name / f"{reference.stem}.json").is_file()


def fingerprint(source: Source, parts: list[str]) -> dict[str, object]:
    """Return the hashes of what goes in (text, bank, settings, parts of the package) and of what came out."""
    bank = source.root.parent / "quizzes" / f"{source.slug}.yaml"
    folders = [PACKAGE / part for part in parts] + [PACKAGE / f"{part}.py" for part in parts]
    build = sorted((PACKAGE / "grading" / "authoring").glob("*.py"))
    return {
        "parts": parts,
        "in": _hash([source.path, bank, source.root / "nbgrader_config.py", *build, *_files(folders)]),
        "out": _hash([source.reference, source.release]),
    }


def _path(source: Source) -> Path:
    return source.root / _FOLDER / source.slug / f"{source.path.stem}.json"


def _files(folders: list[Path]) -> list[Path]:
    inside = [path for folder in folders for path in ([folder] if folder.is_file() else sorted(folder.rglob("*")))]
    return [path for path in inside if path.is_file() and "__pycache__" not in path.parts]


def _hash(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name}:".encode())
        digest.update(path.read_bytes() if path.exists() else b"missing")
    return digest.hexdigest()
