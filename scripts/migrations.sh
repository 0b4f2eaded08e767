#!/bin/sh
# Until the first release every room has one migration, made anew from its models; there is no data to carry over.
cd "$(dirname "$0")/.." || exit 1
ZHUBANG_DATA=$(mktemp -d)
export ZHUBANG_DATA
trap 'rm -rf "$ZHUBANG_DATA"' EXIT
find ./*/migrations -name '0*.py' -delete
# teams first, because core's tables name its users; then each room after those it reads.
made=""
for room in teams core approvals rules leave attendance overview; do
    [ -d "$room/migrations" ] || continue
    .venv/bin/python manage.py makemigrations --verbosity 0 --no-header "$room" || exit 1
    made="$made $room"
done
# shellcheck disable=SC2086
.venv/bin/python scripts/fold_migrations.py $made || exit 1
.venv/bin/ruff format --quiet --isolated --line-length 110 ./*/migrations/0*.py
git --no-pager diff --stat -- '*/migrations'
