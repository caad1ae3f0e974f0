#!/usr/bin/env bash
# Random mutations of an authorised certificate, in both trust modes: none is taken for it (tests/CoreSync.Infrastructure.Tests/Tls/HostileMatrixTests.cs). The suite does 500.
# Usage: tests/long/certificate-mutations.sh      prints one line: certificate mutations: 10000, 0 wrong accepts (goal 0)
# Figure of 2026-11-25, on a machine loaded by other work: 10000, 0 wrong accepts, 25 s.
set -uo pipefail
cd "$(dirname "$0")/../.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
CORESYNC_LONG=1 dotnet test --project tests/CoreSync.Infrastructure.Tests --no-ansi --filter-method '*No_mutation_of_an_authorised_certificate_is_accepted' >"$log" 2>&1
code=$?
passed=$(sed -n 's/^  succeeded: *//p' "$log" | tail -1)
if [[ $code -eq 0 && $passed == 2 ]]; then
    echo "certificate mutations: 10000, 0 wrong accepts (goal 0)"
else
    grep -A6 '^failed ' "$log" | head -40
    echo "certificate mutations: wrong accepts or not run (goal 0)"
    exit 1
fi
