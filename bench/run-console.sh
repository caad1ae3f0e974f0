#!/usr/bin/env bash
# Every page of the web console and every list of the admin API on a large core: 5,000 target cores, 200,000 jobs and 20,000 items, asked one at a time over one TLS
# connection each. The store is made by the commands of the product (certificates, trust, accounts, items) and multiplied in SQL.
#
#   bench/run-console.sh [--targets N] [--jobs N] [--items N] [--requests N] [--rounds N] [--limit MS] [--dir DIR] [--keep]
#
# Needs sqlite3, curl and jq. Prints milliseconds per address as the client waits, the processor time that the service spends on one request (which says more where the machine
# does other work as well), and the memory of the service after each round; fails when an address answers anything but success, or is over the limit at the 95th percentile.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/common.sh
options targets=5000 jobs=200000 items=20000 requests=20 rounds=3 limit=300 -- "$@"
needs sqlite3 curl jq dotnet
workspace

coresync() { HOME="$work/home" dotnet "$binaries/coresync.dll" --no-input --lang en "$@"; }

serve() { # DIRECTORY PORT
    HOME="$work/home" dotnet "$binaries/coresync.dll" --no-input serve --data "$work/$1" --listen "127.0.0.1:$2" >"$work/$1.out" 2>&1 &
    pids+=($!)
    served=$!
    for _ in $(seq 200); do (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null && return; sleep 0.1; done
    cat "$work/$1.out" >&2
    exit 1
}

# --- a core as its commands make it: one trusted target, one that waits for a review, one that never was reached, items, an account ---------------------
make_core() {
    local peer=$((port + 1)) fingerprint
    mkdir -p "$work/home" "$work/files"
    coresync init --quiet --data "$work/peer" --name peer.bench.test >/dev/null
    coresync init --quiet --data "$work/core" --name core.bench.test >/dev/null
    coresync account add bench --rights console-administrator --password-stdin --data "$work/core" >/dev/null <<<"$password"
    coresync identity export "$work/core.pem" --data "$work/core" >/dev/null
    fingerprint=$(coresync identity show --json --data "$work/peer" | jq -r .fingerprint)
    serve peer "$peer"
    coresync target add trusted.bench.test --connect-to "127.0.0.1:$peer" --fingerprint "$fingerprint" --data "$work/core" >/dev/null
    coresync target add review.bench.test --connect-to "127.0.0.1:$peer" --data "$work/core" >/dev/null 2>&1 || [[ $? == 6 ]]
    coresync target add unknown.bench.test --connect-to "127.0.0.1:$((port + 2))" --data "$work/core" >/dev/null 2>&1 || [[ $? == 8 ]]
    stop
    seq -f "$work/files/item-%06g.json" "$items" | awk '{ print "{\"name\":\"" $0 "\"}" > $0; close($0) }'
    coresync component add files bench "$work/files" --data "$work/core" >/dev/null
    serve core "$port"
    for _ in $(seq 600); do (($(sqlite3 "$work/core/coresync.db" 'SELECT count(*) FROM items') >= items)) && break; sleep 0.2; done
    stop
}

# --- multiplied: every target has a certificate, checkpoints, a history and jobs; paused, so that nothing but the requests keeps the service busy -------
multiply() {
    sqlite3 "$work/core/coresync.db" >/dev/null <<SQL
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TEMP TABLE moment AS SELECT 621355968000000000 + CAST(strftime('%s', 'now') AS INTEGER) * 10000000 AS now;
CREATE TEMP TABLE numbers AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $targets) SELECT i, randomblob(16) AS id FROM n;
CREATE TEMP TABLE models AS SELECT CASE fqdn WHEN 'trusted.bench.test' THEN 0 WHEN 'review.bench.test' THEN 1 ELSE 2 END AS m, * FROM targets;
CREATE TEMP TABLE kinds AS SELECT i, id, CASE WHEN i % 10 < 7 THEN 0 WHEN i % 10 < 9 THEN 1 ELSE 2 END AS m, printf('core-%05d.branch-%02d.bench.test', i, i % 40) AS fqdn FROM numbers;

INSERT INTO targets (id, fqdn, port, description, enabled, added_at, contact_state, contact_at, contact_code, contact_message, last_success_at, paused_until, known_core)
SELECT k.id, k.fqdn, 443, 'Branch office ' || k.i, k.i % 12 > 0, t.added_at + k.i, t.contact_state, t.contact_at, t.contact_code, t.contact_message,
       CASE WHEN k.m = 0 THEN (SELECT now FROM moment) - k.i * 600000000 END, 3155378975999999999,
       CASE WHEN k.m = 0 THEN randomblob(16) END
FROM kinds k JOIN models t ON t.m = k.m;
UPDATE targets SET paused_until = 3155378975999999999;

INSERT INTO trust (target, state, since_at, version, authorised, authorised_der, previous, previous_der, pending, pending_der, mode)
SELECT k.id, r.state, r.since_at, r.version, r.authorised, r.authorised_der, r.previous, r.previous_der, r.pending, r.pending_der, r.mode
FROM kinds k JOIN models t ON t.m = k.m JOIN trust r ON r.target = t.id;

INSERT INTO checkpoints (target, component, store_id, sequence)
SELECT k.id, 'bench', c.store_id, CASE WHEN k.i % 5 = 0 THEN c.sequence - k.i % 900 ELSE c.sequence END FROM kinds k, core c WHERE k.m = 0;

INSERT INTO paces (target, failed, error_code, error_message)
SELECT id, 3, 'target.unreachable', '' FROM kinds WHERE m = 2;

INSERT INTO failures (target, item, component, kind, code, message, attempts, last_at)
SELECT k.id, f.id, 'bench', 'Rejected', 'item.too-large', '', 2, (SELECT now FROM moment) FROM kinds k, (SELECT id FROM items LIMIT 3) f WHERE k.m = 0 AND k.i % 25 = 0;

INSERT INTO trust_history (number, at, fqdn, kind, fingerprint, previous_fingerprint, problems, actor, origin, reason, previous_hash, hash)
SELECT (SELECT max(number) FROM trust_history) + row_number() OVER (ORDER BY k.i, h.number), h.at + k.i, k.fqdn, h.kind, h.fingerprint, h.previous_fingerprint, h.problems, h.actor,
       h.origin, h.reason, randomblob(32), randomblob(32)
FROM kinds k JOIN (SELECT * FROM trust_history WHERE fqdn = 'trusted.bench.test') h;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $jobs)
INSERT INTO jobs (id, target, fqdn, started_by, state, queued_at, started_at, ended_at, items_total, applied, skipped, rejected, conflicts, bytes_sent, bytes_total, error_code,
                  error_message, cancel_requested)
SELECT randomblob(16), k.id, k.fqdn, CASE n.i % 9 WHEN 0 THEN 'Manual' WHEN 1 THEN 'Retry' ELSE 'Interval' END,
       CASE WHEN n.i % 100 < 90 THEN 'Succeeded' WHEN n.i % 100 < 94 THEN 'PartlyFailed' WHEN n.i % 100 < 99 THEN 'Failed' ELSE 'Cancelled' END,
       m.now - ($jobs - n.i) * 30000000, m.now - ($jobs - n.i) * 30000000 + 10000000, m.now - ($jobs - n.i) * 30000000 + 25000000, n.i % 50, n.i % 50, 0, 0, 0, n.i * 11, n.i * 11,
       CASE WHEN n.i % 100 BETWEEN 94 AND 98 THEN 'target.unreachable' END, CASE WHEN n.i % 100 BETWEEN 94 AND 98 THEN '' END, 0
FROM n JOIN kinds k ON k.i = n.i % $targets + 1, moment m;

INSERT INTO outcomes (job, item, sequence, kind, code, message, name, component)
SELECT j.id, i.id, 1, 'Rejected', 'item.too-large', '', i.name, 'bench' FROM jobs j, (SELECT id, name FROM items LIMIT 3) i WHERE j.state = 'PartlyFailed';
COMMIT;
SQL
}

# --- asked: all addresses in a row, again and again, over one connection --------------------------------------------------------------------------------
addresses() {
    local store="$work/core/coresync.db" core=core-02500.branch-20.bench.test review=core-02507.branch-27.bench.test job item
    job=$(sqlite3 "$store" "SELECT lower(hex(id)) FROM jobs WHERE state = 'PartlyFailed' ORDER BY row DESC LIMIT 1" | sed -E 's/(.{8})(.{4})(.{4})(.{4})/\1-\2-\3-\4-/')
    item=$(sqlite3 "$store" "SELECT lower(hex(id)) FROM items LIMIT 1" | sed -E 's/(.{8})(.{4})(.{4})(.{4})/\1-\2-\3-\4-/')
    printf '/console/%s\n' '' targets 'targets?page=99' 'targets?q=office+2500' 'targets?trust=notReviewed' 'targets?sort=-success' 'targets?enabled=off&connection=unreachable' targets/add \
        "targets/$core" "targets/$core/review" "targets/$review/review" "targets/$core/edit" "targets/$core/setup" "targets/$core/remove" jobs 'jobs?page=3999' 'jobs?state=failed' \
        'jobs?trigger=manual&page=300' "jobs?target=$core" "jobs/$job" components components/bench items 'items?page=399' 'items?q=19999' "items/$item" "items/$item/copy" drift \
        'drift?page=99' "drift/$core" conflicts conflicts/approvals conflicts/decided log trust-history 'trust-history?page=99' "trust-history?core=$core" settings settings/accounts \
        settings/credentials this-server help
    printf '/api/v1/%s\n' targets 'targets?size=500' 'targets?page=99&sort=-lastSuccess' 'targets?search=office+2500' 'targets?trust=notReviewed' "targets/$core" "targets/$core/trust" \
        "targets/$core/failures" jobs 'jobs?size=500' 'jobs?page=3999' 'jobs?state=failed&page=150' "jobs?target=$core" "jobs/$job" items 'items?size=500' 'items?search=19999' "items/$item" \
        trust/pending trust/history 'trust/history?page=199' "trust/history?target=$core" components status health conflicts approvals log settings accounts clients core session
    printf '%s\n' /health/live
}

p() { sort -n | awk -v share="$1" '{ v[NR] = $1 } END { at = int(NR * share); if (at < NR * share) at++; print v[at < 1 ? 1 : at] }'; }

password=correct-horse-battery-staple port=$((40000 + RANDOM % 20000))
echo "Building"
binaries="$work/bin"
dotnet publish src/Hosts/CoreSync.Console -c Release -o "$binaries" --verbosity quiet >"$work/publish.log" 2>&1 || { tail -n 20 "$work/publish.log" >&2; exit 1; }
make_core
multiply
serve core "$port"

base=https://core.bench.test:$port
ask() { curl --silent --show-error --cacert "$work/core.pem" --resolve "core.bench.test:$port:127.0.0.1" "$@"; }
token=$(jq -n --arg password "$password" '{ user: "bench", password: $password }' | ask -H 'Content-Type: application/json' --data @- "$base/api/v1/sign-in" | jq -r .token)
addresses >"$work/addresses"

store="$work/core/coresync.db"
echo "Machine: $(nproc) processors, $(awk '/MemTotal/ { print int($2 / 1048576 + 0.5) }' /proc/meminfo) GiB, $(uname -sr), .NET $(dotnet --list-runtimes | awk '/NETCore.App 10/ { v = $2 } END { print v }')"
echo "Store: $(sqlite3 "$store" "SELECT (SELECT count(*) FROM targets) || ' targets, ' || (SELECT count(*) FROM jobs) || ' jobs, ' || (SELECT count(*) FROM outcomes) || ' outcomes, ' || (SELECT count(*) FROM items) || ' items, ' || (SELECT count(*) FROM trust_history) || ' entries of trust history'"), $(du -m "$store" | cut -f 1) MiB"
echo "Asked: $(wc -l <"$work/addresses") addresses, $rounds rounds of $requests requests each after two that warm up, one request at a time; load of the machine $(cut -d ' ' -f 1 /proc/loadavg)"

memory() { awk '/VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$served/status"; }
ticks() { awk '{ print $14 + $15 }' "/proc/$served/stat"; }
get() { # ADDRESS TIMES
    { printf 'header = "Authorization: Bearer %s"\nheader = "Accept-Language: fr"\nmax-time = 60\n' "$token"
      for _ in $(seq "$2"); do printf 'url = "%s%s"\noutput = /dev/null\n' "$base" "$1"; done; } | ask --config - --write-out '%{http_code} %{time_total}\n'
}

mkdir "$work/times"
grown=()
n=0
while read -r address; do get "$address" 2 >/dev/null || true; done <"$work/addresses"
grown+=("$(memory)")
for ((round = 1; round <= rounds; round++)); do
    n=0
    while read -r address; do
        n=$((n + 1)) before=$(ticks)
        get "$address" "$requests" >>"$work/times/$n" || true
        echo $(($(ticks) - before)) >>"$work/times/$n.cpu"
    done <"$work/addresses"
    grown+=("$(memory)")
done

failed=0 n=0
printf '\n%-80s %8s %8s %8s %10s\n' address p50 p95 max processor
while read -r address; do
    n=$((n + 1))
    awk '{ printf "%.1f\n", $2 * 1000 }' "$work/times/$n" >"$work/one"
    p95=$(p 0.95 <"$work/one")
    mark=$(awk -v p="$p95" -v l="$limit" 'BEGIN { if (p > l) print "  over the limit" }')
    codes=$(awk '$1 != 200 { print $1 }' "$work/times/$n" | sort -u | tr '\n' ' ')
    [[ -z $mark && -z $codes ]] || failed=1
    cpu=$(awk -v hz="$(getconf CLK_TCK)" -v n="$(wc -l <"$work/times/$n")" '{ sum += $1 } END { printf "%.1f", sum * 1000 / hz / n }' "$work/times/$n.cpu")
    printf '%-80s %8s %8s %8s %10s%s%s\n' "$address" "$(p 0.5 <"$work/one")" "$p95" "$(p 1 <"$work/one")" "$cpu" "$mark" "${codes:+  answered $codes}"
done <"$work/addresses"
echo
echo "Memory of the service in MiB (resident), after the warm-up and after each round: ${grown[*]}"
echo "Load of the machine at the end: $(cut -d ' ' -f 1 /proc/loadavg)"
exit $failed
