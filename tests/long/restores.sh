#!/usr/bin/env bash
# Restores of either side at random moments, many seeds: both sides converge (tests/CoreSync.Application.Tests/Verification/RestoreSimulationTests.cs).
# Usage: tests/long/restores.sh [FROM-TO]      prints one line: restores: N seeds, 0 diverged (goal 0)
set -uo pipefail
cd "$(dirname "$0")/../.."
seeds=${1:-1-3000}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
CORESYNC_RESTORE_SEEDS=$seeds dotnet test --project tests/CoreSync.Application.Tests --no-ansi --filter-class '*RestoreSimulationTests' >"$log" 2>&1
code=$?
failed=$(grep -c '^failed ' "$log")
echo "restores: seeds $seeds, $failed diverged (goal 0)"
[[ $code -eq 0 ]] || { grep -A6 '^failed ' "$log" | head -60; exit 1; }
