#!/usr/bin/env bash
# Instructions that decoding and encoding the recorded 4 MB reply take, for each byte of it: the same in every run, on a
# busy machine, too. Needs valgrind.
#
# usage: benches/instructions.sh [--renew]
#
# Compares with benches/instructions.txt, and fails if one is more than 3 % higher. --renew writes that file, after a change
# that saves instructions or is worth its cost.
# Exit codes: 0 none is higher; 1 one is; 2 the command line is wrong; 3 valgrind is not there, or something else went wrong.
set -euo pipefail
cd "$(dirname "$0")/.."

renew=no
case "${1:-}" in
'') ;;
--renew) renew=yes ;;
*) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
command -v valgrind >/dev/null || { echo 'valgrind is not there; install it with the package manager' >&2; exit 3; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
figures=benches/instructions.txt

cargo build --quiet --release -p vim25-bodies --example codec_once || exit 3
program=$(cargo build --quiet --release -p vim25-bodies --example codec_once --message-format=json |
    sed -n 's/.*"executable":"\([^"]*codec_once[^"]*\)".*/\1/p')

# Instructions per byte between entering a function and leaving it: count FUNCTION [ARGUMENT OF THE PROGRAM].
count() {
    valgrind --tool=callgrind --callgrind-out-file="$scratch/out" --collect-atstart=no \
        --toggle-collect="*codec_once*$1" "$program" ${2:-} >"$scratch/size" 2>"$scratch/log" ||
        { cat "$scratch/log" >&2; exit 3; }
    awk -v size="$(cat "$scratch/size")" '
        /^(summary|totals):/ { total = $2 }
        END { if (!total) exit 3; printf "%.2f", total / size }' "$scratch/out" ||
        { echo "callgrind found no function $1" >&2; exit 3; }
}

# One line for the file that BENCH_RECORD names.
record() {
    [ -n "${BENCH_RECORD:-}" ] || return 0
    printf '{"group":"%s","name":"%s","value":%s,"unit":"instructions","target":"<= %s"}\n' "$@" >>"$BENCH_RECORD"
}

higher=0
: >"$scratch/new"
printf '%-28s %10s %10s\n' 'instructions per byte' now at\ most
for run in 'decode' 'decode shuffled' 'encode'; do
    name=${run/ /_}
    # Two words are two arguments.
    now=$(count counted_$run)
    echo "$name $now" >>"$scratch/new"
    before=$([ "$renew" = yes ] && echo "$now" || awk -v name="$name" '$1 == name { print $2 }' "$figures")
    [ -n "$before" ] || { echo "$figures does not know $name: run with --renew" >&2; exit 3; }
    most=$(awk -v before="$before" 'BEGIN { printf "%.2f", before * 1.03 }')
    verdict=$(awk -v now="$now" -v most="$most" 'BEGIN { print (now > most ? "higher" : "") }')
    printf '%-28s %10s %10s  %s\n' "$name" "$now" "$most" "$verdict"
    record "${run%% *}" "recorded reply${run#"${run%% *}"}, per byte" "$now" "$most"
    [ -z "$verdict" ] || higher=1
done
if [ "$renew" = yes ]; then
    { echo '# Instructions per byte of the recorded reply. Renew: benches/instructions.sh --renew'; cat "$scratch/new"; } >"$figures"
fi
exit "$higher"
