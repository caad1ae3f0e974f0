#!/usr/bin/env bash
# Builds everything and runs all tests. Needs git and the .NET 10 SDK; the rest is optional: a test whose tool is missing is skipped with the reason.
# The last line is always "N passed, N failed, N skipped"; the exit code is 0 only when all projects reported and nothing failed.
# Arguments are passed on to 'dotnet test', for example: ./test.sh --filter-class '*TrustRecordTests'
set -uo pipefail
cd "$(dirname "$0")"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_CLI_UI_LANGUAGE=en
# Servers of the compiler and of MSBuild would outlive this script.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

results=artifacts/test-results
passed=0 failed=0 skipped=0

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    exit "$1"
}

install_what_tests_use() {
    local -A package=([strace]=strace [rsync]=rsync [ssh]=openssh-client [sshd]=openssh-server [openssl]=openssl)
    local missing=() command
    for command in "${!package[@]}"; do
        PATH="$PATH:/usr/sbin:/sbin" command -v "$command" >/dev/null || missing+=("${package[$command]}")
    done
    ((${#missing[@]})) || return 0
    if ! command -v apt-get >/dev/null || [[ $(id -u) != 0 ]]; then
        echo "Not installed: ${missing[*]} (tests that use them are skipped)"
        return 0
    fi
    apt-get update -qq >/dev/null 2>&1
    for command in "${missing[@]}"; do
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$command" >/dev/null 2>&1 \
            || echo "Not installed: $command (tests that use it are skipped)"
    done
}

# Sums one attribute of the <Counters> elements of all reports.
total_of() {
    cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ sum += $1 } END { print sum + 0 }'
}

[[ -n ${CORESYNC_TESTS_NO_INSTALL:-} ]] || install_what_tests_use

dotnet restore CoreSync.sln --verbosity quiet || finish 1
dotnet build CoreSync.sln --no-restore --verbosity quiet || finish 1

rm -rf "$results"
dotnet test --solution CoreSync.sln --no-build --timeout 30m --results-directory "$PWD/$results" --report-xunit-trx "$@"
code=$?

passed=$(total_of passed)
failed=$(total_of failed)
skipped=$(($(total_of total) - passed - failed))

if (($# == 0)); then
    projects=$(find tests -name '*.Tests.csproj' | wc -l)
    reports=$(find "$results" -name '*.trx' 2>/dev/null | wc -l)
    if ((reports != projects)); then
        echo "Only $reports of $projects test projects reported"
        code=1
    fi
fi

((code == 0 && failed > 0)) && code=1
finish "$code"
