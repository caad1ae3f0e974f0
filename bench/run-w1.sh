#!/usr/bin/env bash
# First benchmark: 100,000 files of 1 to 4 KiB from one core to another over TLS, and a run with nothing changed, beside "rsync -e ssh" in the same run.
# Both sides of both tools are on this machine; every measurement begins with fresh directories and ends when the target is flushed to disk.
#
#   bench/run-w1.sh [--files N] [--runs N] [--dir DIR] [--keep]
#
# Needs rsync, ssh and sshd (with the rights to start it on a loopback port). Prints seconds and ratios; fails when a target differs from its source.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/common.sh
PATH="$PATH:/usr/sbin:/sbin"
options files=100000 runs=3 -- "$@"
needs rsync ssh sshd ssh-keygen dotnet
workspace

now() { echo "${EPOCHREALTIME/[.,]/}"; }
seconds() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.2f", (to - from) / 1e6 }'; }
median() { printf '%s\n' "$@" | sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# --- what is measured: JSON-like text, every file different, two levels of directories -------------------------------------------------------------
make_source() {
    mkdir -p "$1"
    awk -v root="$1" 'BEGIN { for (i = 0; i < 100; i++) printf "%s/%02d\n", root, i }' | xargs mkdir -p
    awk -v root="$1" -v files="$files" 'BEGIN {
        srand(20260504)
        for (i = 0; i < files; i++) {
            name = sprintf("%s/%02d/item-%06d.json", root, i % 100, i)
            size = 1024 + int(rand() * 3072)
            text = sprintf("{\"id\":%d,\"rows\":[", i)
            while (length(text) < size)
                text = text sprintf("{\"key\":\"setting-%d\",\"value\":%d,\"hash\":\"%08x%08x\",\"enabled\":true},\n", int(rand() * 500), int(rand() * 100000), int(rand() * 2147483647), int(rand() * 2147483647))
            printf "%s", substr(text, 1, size) > name
            close(name)
        }
    }'
}

# --- rsync over ssh: an sshd of our own with throw-away keys ------------------------------------------------------------------------------------------
start_sshd() {
    mkdir -p "$work/ssh" /run/sshd 2>/dev/null || mkdir -p "$work/ssh"
    ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/host"
    ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/user"
    cp "$work/ssh/user.pub" "$work/ssh/authorized"
    ssh_port=$((20000 + RANDOM % 20000))
    cat >"$work/ssh/config" <<CONFIG
ListenAddress 127.0.0.1
Port $ssh_port
HostKey $work/ssh/host
AuthorizedKeysFile $work/ssh/authorized
PidFile none
StrictModes no
PasswordAuthentication no
PermitRootLogin yes
CONFIG
    "$(command -v sshd)" -D -e -f "$work/ssh/config" 2>"$work/ssh/log" &
    pids+=($!)
    rsh="ssh -p $ssh_port -i $work/ssh/user -F none -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=$work/ssh/known -o LogLevel=ERROR"
    for _ in $(seq 50); do $rsh 127.0.0.1 true 2>/dev/null && return; sleep 0.1; done
    cat "$work/ssh/log" >&2
    exit 1
}

# --- two cores with processes of their own --------------------------------------------------------------------------------------------------------------
coresync() { HOME="$work/home" dotnet "$binaries/coresync.dll" --no-input "$@"; }

start_core() { # NAME FQDN PORT
    coresync init --quiet --data "$run/$1" --name "$2" >/dev/null
    HOME="$work/home" dotnet "$binaries/coresync.dll" --no-input serve --data "$run/$1" --listen "127.0.0.1:$3" >"$run/$1.out" 2>&1 &
    pids+=($!)
    core_pids+=($!)
    for _ in $(seq 100); do (exec 3<>"/dev/tcp/127.0.0.1/$3") 2>/dev/null && return; sleep 0.1; done
    cat "$run/$1.out" >&2
    exit 1
}

start_pair() {
    local password=correct-horse-battery-staple port=$((40000 + RANDOM % 20000)) fingerprint
    core_pids=()
    mkdir -p "$work/home" "$run/coresync"
    start_core target target.bench.test "$port"
    start_core source source.bench.test "$((port + 1))"
    coresync account add sync --rights edit --password-stdin --data "$run/target" >/dev/null <<<"$password"
    coresync component add files w1 --receive-to "$run/coresync" --data "$run/target" >/dev/null
    coresync credential set --user sync --password-stdin --data "$run/source" >/dev/null <<<"$password"
    fingerprint=$(coresync identity show --json --data "$run/target" | grep -o '"fingerprint": *"[^"]*"' | head -n 1 | cut -d '"' -f 4)
    coresync target add "target.bench.test:$port" --connect-to "127.0.0.1:$port" --fingerprint "$fingerprint" --data "$run/source" >/dev/null
}

peak_mib() { awk '/VmHWM/ { print int($2 / 1024) }' "/proc/$1/status" 2>/dev/null || echo '?'; }

same() {
    diff -rq "$source" "$1" >"$work/differences" || { echo "Not identical: $1" >&2; head -n 5 "$work/differences" >&2; exit 1; }
}

echo "Building"
binaries="$work/bin"
dotnet publish src/Hosts/CoreSync.Console -c Release -o "$binaries" --verbosity quiet >"$work/publish.log" 2>&1 || { tail -n 20 "$work/publish.log" >&2; exit 1; }
source="$work/source"
make_source "$source"
start_sshd
sync

echo "Machine: $(nproc) processors, $(awk '/MemTotal/ { print int($2 / 1048576 + 0.5) }' /proc/meminfo) GiB, $(uname -sr), $(stat -f -c %T "$work") at $(df --output=source "$work" | tail -n 1), $(rsync --version | head -n 1 | awk '{ print $1, $3 }'), .NET $(dotnet --list-runtimes | awk '/NETCore.App 10/ { v = $2 } END { print v }')"
echo "Work: $files files, $(du -sm --apparent-size "$source" | cut -f 1) MiB; seconds until durable at the target"
echo
printf '%-4s %12s %12s %8s   %12s %12s %8s   %s\n' run "W1 CoreSync" "W1 rsync" ratio "W4 CoreSync" "W4 rsync" ratio "peak MiB source/target"

w1c=() w1r=() w4c=() w4r=()
for ((n = 1; n <= runs; n++)); do
    run="$work/run$n"
    mkdir -p "$run/rsync"

    start_pair
    from=$(now)
    coresync component add files w1 "$source" --data "$run/source" >/dev/null
    coresync sync now --all --wait --quiet --data "$run/source" >/dev/null
    sync -f "$run/coresync"
    w1c+=("$(seconds "$from")")
    same "$run/coresync"

    from=$(now)
    rsync -a -e "$rsh" "$source/" "127.0.0.1:$run/rsync/"
    sync -f "$run/rsync"
    w1r+=("$(seconds "$from")")
    same "$run/rsync"

    # W4: nothing changed. The whole command, start of its process included.
    from=$(now)
    coresync sync now --all --wait --quiet --data "$run/source" >/dev/null
    w4c+=("$(seconds "$from")")
    from=$(now)
    rsync -a -e "$rsh" "$source/" "127.0.0.1:$run/rsync/"
    w4r+=("$(seconds "$from")")
    same "$run/coresync"

    ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
    printf '%-4s %12s %12s %8s   %12s %12s %8s   %s/%s\n' "$n" "${w1c[-1]}" "${w1r[-1]}" "$(ratio "${w1c[-1]}" "${w1r[-1]}")" \
        "${w4c[-1]}" "${w4r[-1]}" "$(ratio "${w4c[-1]}" "${w4r[-1]}")" "$(peak_mib "${core_pids[1]}")" "$(peak_mib "${core_pids[0]}")"
    for pid in "${core_pids[@]}"; do kill "$pid"; wait "$pid" 2>/dev/null || true; done
done

a=$(median "${w1c[@]}") b=$(median "${w1r[@]}") c=$(median "${w4c[@]}") d=$(median "${w4r[@]}")
printf '%-4s %12s %12s %8s   %12s %12s %8s\n' med "$a" "$b" "$(ratio "$a" "$b")" "$c" "$d" "$(ratio "$c" "$d")"
echo
echo "Identical: every target equals its source (diff -r)"
