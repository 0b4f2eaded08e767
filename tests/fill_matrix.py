"""``make matrix``: answer what the access matrix does not say yet. Read the new lines before they are committed.

Not a test of its own: pytest collects it only when it is named, because it needs the tests' scene.
"""

from __future__ import annotations

import csv

from tests.access import HERE, ROLES, Address, Scene, addresses, matrix, whitelist
from tests.stage import scene, staged

__all__ = ["scene", "staged"]

COLUMNS = ["url_name", "method", "anonymous", *ROLES]


def test_fill_the_matrix(scene: Scene) -> None:
    by_name: dict[str, list[Address]] = {}
    for address in addresses():
        by_name.setdefault(address.name, []).append(address)
    wanted = {
        (name, method)
        for name, known in by_name.items()
        if name not in whitelist()
        for address in known
        for method in address.methods
    }
    rows = [row for row in matrix() if (row["url_name"], row["method"]) in wanted]
    told = {(row["url_name"], row["method"]) for row in rows}
    rows += [{"url_name": name, "method": method} for name, method in sorted(wanted - told)]
    for row in rows:
        for column in COLUMNS[2:]:
            if not row.get(column):
                answers = {
                    scene.ask(ROLES.get(column), row["method"], scene.path(address)).status_code
                    for address in by_name[row["url_name"]]
                }
                row[column] = "/".join(map(str, sorted(answers)))
    rows.sort(key=lambda row: (row["url_name"], row["method"]))
    with (HERE / "access_matrix.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
