#!/bin/sh
# Every check that is not a test. Goes on after a failure, so that one run shows all findings.
cd "$(dirname "$0")/.." || exit 1
bin=.venv/bin
failed=""
check() {
    name=$1
    shift
    started=$(date +%s)
    if "$@"; then result=ok; else result=FAILED; failed="$failed $name"; fi
    echo "-- $name: $result ($(($(date +%s) - started)) s)"
}

# What these checks need of a data directory is thrown away again.
ZHUBANG_DATA=$(mktemp -d)
export ZHUBANG_DATA
trap 'rm -rf "$ZHUBANG_DATA"' EXIT

deployment() (
    set -a
    # shellcheck disable=SC1091
    . ./.env.production.example
    eval "$($bin/python scripts/new_secrets.py)"
    ZHUBANG_DATA=$1
    exec $bin/python manage.py check --deploy --fail-level WARNING
)
templates() {
    git ls-files -z '*.html' | xargs -0 -r $bin/djade --target-version 5.2 --check
}

check ruff $bin/ruff check --quiet .
check layout $bin/ruff format --check --quiet .
check templates templates
check rooms $bin/lint-imports
check types $bin/mypy
check migrations $bin/python manage.py makemigrations --check --dry-run
check api $bin/python manage.py spectacular --validate --fail-on-warn --file /dev/null
check deployment deployment "$ZHUBANG_DATA"

[ -z "$failed" ] || { echo "Failed:$failed"; exit 1; }
