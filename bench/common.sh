# What every benchmark here needs; sourced, not run.
#
#   options files=100000 runs=3 -- "$@"      sets $files and $runs, changed by --files N and --runs N; --dir DIR and --keep are known to all
#   needs rsync dotnet                       ends with what is missing
#   workspace                                makes $work; processes whose ids are in pids end with the script, and $work goes unless --keep
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

parent=${TMPDIR:-/tmp} keep=no pids=()

options() {
    local known=' '
    while [[ $1 != -- ]]; do
        declare -g "${1%%=*}=${1#*=}"
        known+="${1%%=*} "
        shift
    done
    shift
    while (($#)); do
        case $1 in
            --dir) parent=${2:?--dir wants a directory}; shift 2 ;;
            --keep) keep=yes; shift ;;
            --*)
                [[ $known == *" ${1#--} "* && ${2-} =~ ^[0-9]+$ ]] || { echo "Unknown argument or no number: $1 ${2-}" >&2; exit 2; }
                declare -g "${1#--}=$2"
                shift 2 ;;
            *) echo "Unknown argument $1" >&2; exit 2 ;;
        esac
    done
}

needs() {
    local tool
    for tool; do
        command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit 1; }
    done
}

stop() {
    local pid
    for pid in "${pids[@]:+${pids[@]}}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]:+${pids[@]}}"; do wait "$pid" 2>/dev/null || true; done
    pids=()
}

workspace() {
    work=$(mktemp -d "$parent/coresync-bench.XXXXXX")
    trap 'stop; [[ $keep == yes ]] && echo "Kept: $work" || rm -rf "$work"' EXIT
    trap 'exit 143' TERM INT
}
