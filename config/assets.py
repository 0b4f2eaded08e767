"""Static files taken out of node_modules: only those named here, never whole ``dist`` folders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
}


class PackageFilesFinder(BaseFinder):
    """Finds :data:`PACKAGE_FILES` in ``settings.NODE_MODULES``."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    @overload  # type: ignore[override]
    def find(self, path: str, find_all: Literal[False] = ...) -> str | list[str]: ...

    @overload
    def find(self, path: str, find_all: Literal[True]) -> list[str]: ...

    def find(self, path: str, find_all: bool = False) -> str | list[str]:
        """The file on disk; an empty list where it is none of ours, as Django's finders answer."""
        source = PACKAGE_FILES.get(path)
        found = Path(settings.NODE_MODULES, source) if source else None
        if found is None or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for address, source in PACKAGE_FILES.items():
            if Path(settings.NODE_MODULES, source).is_file():
                yield address, _Package(source)


class _Package(FileSystemStorage):
    """One file of a package, opened by the address it is served under."""

    def __init__(self, source: str) -> None:
        super().__init__(location=settings.NODE_MODULES)
        self.source = source

    def path(self, name: str) -> str:
        return super().path(self.source)
