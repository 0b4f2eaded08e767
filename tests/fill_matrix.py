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
    rows = [row for row in matrix() if row["url_name"] in by_name]
    told = {row["url_name"] for row in rows}
    for name in sorted(set(by_name) - told - whitelist()):
        path = scene.path(by_name[name][0])
        # Pages are asked for, what only acts is sent nothing.
        only_acts = scene.ask("pn_system", "GET", path).status_code == 405
        only_acts |= scene.ask("liusha_member", "GET", path).status_code == 405
        rows.append({"url_name": name, "method": "POST" if only_acts else "GET"})
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
