"""Static files taken out of packages: only those named here, never whole ``dist`` folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, overload

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# The address under /static/ → the file under node_modules. A source map named inside a file must come too,
# because the manifest storage refuses a reference that leads nowhere.
PACKAGE_FILES = {
    "bootstrap/css/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/css/bootstrap.min.css.map": "bootstrap/dist/css/bootstrap.min.css.map",
    # Bars and lines with the SVG renderer, on boards alone. The whole library is half as large again.
    "echarts/echarts.min.js": "echarts/dist/echarts.common.min.js",
}
# The same from a Python package: what draws the API's description, and the map each file names.
_SWAGGER = "static/drf_spectacular_sidecar/swagger-ui-dist"
PYTHON_FILES = {
    f"swagger-ui/{name}": f"{_SWAGGER}/{name}"
    for name in (
        "swagger-ui.css",
        "swagger-ui.css.map",
        "swagger-ui-bundle.js",
        "swagger-ui-bundle.js.map",
    )
}


def _origin(address: str) -> Path | None:
    """The folder a file comes from and its place there, joined; None where it is none of ours."""
    if address in PACKAGE_FILES:
        return Path(settings.NODE_MODULES, PACKAGE_FILES[address])
    if address in PYTHON_FILES:
        package = find_spec("drf_spectacular_sidecar")
        return Path(package.submodule_search_locations[0], PYTHON_FILES[address]) if package else None  # type: ignore[index]
    return None


class PackageFilesFinder(BaseFinder):
    """Finds :data:`PACKAGE_FILES` in ``settings.NODE_MODULES`` and :data:`PYTHON_FILES` beside our code."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    @overload  # type: ignore[override]
    def find(self, path: str, find_all: Literal[False] = ...) -> str | list[str]: ...

    @overload
    def find(self, path: str, find_all: Literal[True]) -> list[str]: ...

    def find(self, path: str, find_all: bool = False) -> str | list[str]:
        """The file on disk; an empty list where it is none of ours, as Django's finders answer."""
        found = _origin(path)
        if found is None or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for address in (*PACKAGE_FILES, *PYTHON_FILES):
            source = _origin(address)
            if source is not None and source.is_file():
                yield address, _Package(source)


class _Package(FileSystemStorage):
    """One file of a package, opened by the address it is served under."""

    def __init__(self, source: Path) -> None:
        super().__init__(location=source.parent)
        self.source = source

    def path(self, name: str) -> str:
        return str(self.source)
