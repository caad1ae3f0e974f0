#!/usr/bin/env bash
# A rollup core and three sources with 30,000 items: all arrive once, with their origin (tests/CoreSync.EndToEnd.Tests/Rules/P1_pull_by_the_same_replicator.cs).
# Usage: tests/long/rollup.sh [ITEMS]      prints one line: rollup: N items of 3 sources, arrived with their origin: yes (goal yes)
set -uo pipefail
cd "$(dirname "$0")/../.."
items=${1:-30000}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
CORESYNC_ROLLUP_ITEMS=$items dotnet test --project tests/CoreSync.EndToEnd.Tests --no-ansi --filter-method '*Thousands_of_items_of_three_sources_arrive_once_each_with_their_origin' >"$log" 2>&1
code=$?
[[ $code -eq 0 ]] && answer=yes || answer=no
echo "rollup: $items items of 3 sources, arrived with their origin: $answer (goal yes)"
[[ $code -eq 0 ]] || { grep -A12 '^failed ' "$log" | head -60; exit 1; }
