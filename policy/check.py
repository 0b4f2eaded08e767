"""Check rule files before they are put in place: `python -m policy.check file.toml …`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from policy.errors import PackError
from policy.loader import clauses_used, load_pack
from policy.schema import Pack


def report(path: Path) -> tuple[bool, list[str]]:
    """Whether the file loads, and what to print: 通过, or every fault with its line and reason."""
    try:
        pack = load_pack(path)
    except OSError as error:
        return False, [f"{path.name}：打不开（{error.strerror}）"]
    except UnicodeDecodeError:
        return False, [f"{path.name}：不是 UTF-8 编码的文字，用 UTF-8 另存一次"]
    except PackError as error:
        return False, [f"{path.name}：不通过，{len(error.problems)} 处", *str(error).splitlines()]
    return True, [f"{path.name}：通过，{len(pack.clause)} 条", *_hints(pack)]


def _hints(pack: Pack) -> list[str]:
    """Clauses that are listed and carried by no row: allowed, but nobody will meet them."""
    used = clauses_used(pack)
    return [
        f"提示：{clause.article}（{clause.id}）还没有写成任何一行规则"
        for clause in pack.clause
        if clause.id not in used
    ]


def main(arguments: Sequence[str]) -> int:
    """Print the report of each file. 0 when all load, 1 when one does not, 2 without a file."""
    if not arguments:
        print("用法：python -m policy.check 文件.toml …")
        return 2
    passed = True
    for each in arguments:
        good, lines = report(Path(each))
        passed = passed and good
        print("\n".join(lines))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
