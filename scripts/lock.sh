#!/bin/sh
# Compile the locks. They hold versions and hashes and no address, so any mirror can serve them.
# Extra arguments go to uv: scripts/lock.sh --upgrade-package django
set -eu
cd "$(dirname "$0")/.."
for name in requirements requirements-dev requirements-uv requirements-node; do
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-annotate "$@" "$name.in" -o "$name.txt"
done
npm install --package-lock-only --loglevel=error
if grep -l '://' requirements*.txt || grep -n '"resolved"' package-lock.json; then
    echo "lock: a lock names a host" >&2
    exit 1
fi
