#!/usr/bin/env bash
# What it costs to build vim25-api alone, its dependencies built before: CPU and wall seconds, peak memory, in dev and
# in release, and where the compiler spends the time.
#
# usage: benches/build_cost.sh [--no-profile]
#
# Builds in a new folder and removes it afterwards; BUILD_COST_TARGET names another one, which is kept.
set -euo pipefail
cd "$(dirname "$0")/.."

profile=yes
case "${1:-}" in
'') ;;
--no-profile) profile=no ;;
*) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

if [ -n "${BUILD_COST_TARGET:-}" ]; then
    target=$BUILD_COST_TARGET
else
    target=$(mktemp -d)
    trap 'rm -rf "$target"' EXIT
fi
export CARGO_TARGET_DIR=$target CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never

# Prints "user system wall kilobytes" of a command: by GNU time, or else by Python.
measure() {
    if /usr/bin/time --version >/dev/null 2>&1; then
        /usr/bin/time -q -o "$target/cost" -f '%U %S %e %M' "$@" >"$target/log" 2>&1 || { cat "$target/log" >&2; return 1; }
        cat "$target/cost"
    else
        python3 - "$target/log" "$@" <<'PYTHON'
import resource, subprocess, sys, time
log, command = sys.argv[1], sys.argv[2:]
start = time.monotonic()
with open(log, "w") as out:
    status = subprocess.call(command, stdout=out, stderr=out)
if status:
    sys.exit(open(log).read())
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{used.ru_utime:.2f} {used.ru_stime:.2f} {time.monotonic() - start:.2f} {used.ru_maxrss}")
PYTHON
    fi
}

# cargo's name of the folder and the flag of a profile.
flags() { [ "$1" = release ] && echo --release || true; }

row() { printf '%-28s %10s %10s %10s\n' "$@"; }

files=$(find generated/src -name '*.rs' | wc -l)
size=$(find generated/src -name '*.rs' -exec cat {} + | wc -lc | awk '{ printf "%d lines, %.1f MB", $1, $2 / 1e6 }')
echo "vim25-api: $files files, $size; $(rustc --version), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
echo
row '' 'CPU s' 'wall s' 'peak GB'
for name in dev release; do
    # The one crate that needs the same as vim25-api, and nothing else.
    cargo build --quiet $(flags $name) -p vim25-runtime
    read -r user system wall peak < <(measure cargo build $(flags $name) -p vim25-api)
    row "vim25-api, $name" \
        "$(awk "BEGIN { printf \"%.1f\", $user + $system }")" "$wall" "$(awk "BEGIN { printf \"%.2f\", $peak / 1048576 }")"
done
row 'target, dev or release' '<= 15' '' '<= 1.40'
row 'vim_rs 0.7, dev' 201 '' '8.00'
row 'vim_rs 0.7, release' 652 '' ''

[ "$profile" = yes ] || exit 0
for name in dev release; do
    echo
    echo "The longest passes, $name (seconds; they overlap where the compiler uses threads):"
    RUSTC_BOOTSTRAP=1 cargo rustc $(flags $name) -p vim25-api -- -Z time-passes 2>&1 |
        sed -n 's/^time: *\([0-9.]*\);.*[)\t ]\{1,\}\([a-zA-Z_]*\)$/\1 \2/p' | sort -rn | head -12 |
        awk '{ printf "%8.2f  %s\n", $1, $2 }'
done
