#!/usr/bin/env bash
# Restores of either side at random moments, many seeds: both sides converge (tests/CoreSync.Application.Tests/Verification/RestoreSimulationTests.cs).
# Part of seeds 1-3000 on 2026-11-25, on a machine loaded by other work: 604 was stopped by the brake on mass deletes, which the simulation does not ask about any more; 1237 diverged,
# since what a recovery applied from the inbox moved no mark, which it does now.
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
