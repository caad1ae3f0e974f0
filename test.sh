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
    local -A package=([strace]=strace [rsync]=rsync [ssh]=openssh-client [sshd]=openssh-server [openssl]=openssl [slapd]=slapd [ldapmodify]=ldap-utils [nmap]=nmap [chromium]=chromium [nginx]=nginx-light)
    local missing=() command
    for command in "${!package[@]}"; do
        PATH="$PATH:/usr/sbin:/sbin" command -v "$command" >/dev/null || missing+=("${package[$command]}")
    done
    # The server of PostgreSQL is on no path of Debian's.
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
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

# A number of the summary that 'dotnet test' prints at the end, over all projects.
count_of() {
    sed -n "/^Test run summary/,\$ s/^  $1: *\([0-9][0-9]*\)\$/\1/p" "$results/output.txt" | tail -n 1 | grep . || echo 0
}

[[ -n ${CORESYNC_TESTS_NO_INSTALL:-} ]] || install_what_tests_use

dotnet restore CoreSync.sln --verbosity quiet || finish 1
dotnet build CoreSync.sln --no-restore --verbosity quiet || finish 1

rm -rf "$results"
mkdir -p "$results"
dotnet test --solution CoreSync.sln --no-build --no-ansi --timeout 60m --results-directory "$PWD/$results" --report-xunit-trx "$@" | tee "$results/output.txt"
code=${PIPESTATUS[0]}

passed=$(count_of succeeded)
failed=$(count_of failed)
skipped=$(count_of skipped)

# A project that crashed or has no test must not go unnoticed.
for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    if (($# == 0)) && ! grep -Eq "^  .*/$name\.dll .* (passed|failed)" "$results/output.txt"; then
        echo "$name did not report any test"
        code=1
    fi
done

((code == 0 && (failed > 0 || passed == 0))) && code=1
finish "$code"
