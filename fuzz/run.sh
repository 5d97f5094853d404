#!/bin/sh
# fuzz/run.sh [SECONDS [TARGET…]]: runs each target that long (60) on its corpus. Needs cargo-fuzz and a C++ compiler, no nightly.
# SANITIZER=address looks for more; the default is none, which is several times faster. There is no unsafe code here.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- decode round_trip generator overlay simulator
command -v cargo-fuzz >/dev/null || { echo "cargo-fuzz is missing: cargo install --locked cargo-fuzz" >&2; exit 2; }
command -v c++ >/dev/null || { echo "a C++ compiler is missing: libFuzzer is compiled with it" >&2; exit 2; }
# Lets the stable compiler take the flags that cargo-fuzz passes.
export RUSTC_BOOTSTRAP=1
for target in "$@"; do
    case $target in
        decode | round_trip) limits="-dict=fuzz/json.dict -max_len=4096" ;;
        simulator) limits="-dict=fuzz/requests.dict -max_len=4096" ;;
        *) limits="-max_len=4096" ;;
    esac
    # What is new goes into a folder that Git does not know; the committed corpus is read only.
    mkdir -p "fuzz/found/$target" "fuzz/corpus/$target"
    echo "== $target, $seconds s"
    # shellcheck disable=SC2086
    cargo fuzz run --fuzz-dir fuzz --sanitizer "${SANITIZER:-none}" "$target" "fuzz/found/$target" "fuzz/corpus/$target" -- \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 $limits
done
