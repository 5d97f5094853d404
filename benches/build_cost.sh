#!/usr/bin/env bash
# What it costs to build vim25-api alone, its dependencies built before: CPU and wall seconds, peak memory, in dev and
# in release, and where the compiler spends the time. Then what a program that uses vim25 costs: building it again after
# a change of one line, the size of one that logs in, the crates below it.
#
# usage: benches/build_cost.sh [--no-profile] [--no-consumer] [--peers]
#
# --peers  also vim_rs, in the same way; a quarter of an hour more
#
# Builds in a new folder and removes it afterwards; BUILD_COST_TARGET names another one, which is kept. BENCH_RECORD names
# a file to which each figure is appended as a line of JSON.
set -euo pipefail
cd "$(dirname "$0")/.."

profile=yes consumer=yes peers=no
for argument; do
    case "$argument" in
    --no-profile) profile=no ;;
    --no-consumer) consumer=no ;;
    --peers) peers=yes ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 2 ;;
    esac
done

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

# record GROUP NAME VALUE UNIT [TARGET]
record() {
    [ -n "${BENCH_RECORD:-}" ] || return 0
    printf '{"group":"%s","name":"%s","value":%s,"unit":"%s"%s}\n' \
        "$1" "$2" "$3" "$4" "${5:+,\"target\":\"$5\"}" >>"$BENCH_RECORD"
}

# vim_rs alone, like vim25-api: what it needs is built before. Dependencies are named with their versions, as there may be
# two of one.
peer() {
    local -a workspace=(--manifest-path benches/peers/Cargo.toml) needs=()
    local name version
    while read -r name version _; do
        needs+=(-p "$name@${version#v}")
    done < <(cargo tree "${workspace[@]}" -p vim_rs --edges normal --depth 1 --prefix none | tail -n +2)
    cargo build --quiet $(flags "$1") "${workspace[@]}" "${needs[@]}"
    measure cargo build $(flags "$1") "${workspace[@]}" -p vim_rs
}

files=$(find generated/src -name '*.rs' | wc -l)
size=$(find generated/src -name '*.rs' -exec cat {} + | wc -lc | awk '{ printf "%d lines, %.1f MB", $1, $2 / 1e6 }')
echo "vim25-api: $files files, $size; $(rustc --version), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
echo
row '' 'CPU s' 'wall s' 'peak GB'
for name in dev release; do
    # The one crate that needs the same as vim25-api, and nothing else.
    cargo build --quiet $(flags $name) -p vim25-runtime
    read -r user system wall peak < <(measure cargo build $(flags $name) -p vim25-api)
    cpu=$(awk "BEGIN { printf \"%.1f\", $user + $system }") gigabytes=$(awk "BEGIN { printf \"%.2f\", $peak / 1048576 }")
    row "vim25-api, $name" "$cpu" "$wall" "$gigabytes"
    record build "vim25-api, $name, CPU" "$cpu" s '<= 15'
    record build "vim25-api, $name, peak" "$gigabytes" GB '<= 1.4'
    [ "$peers" = yes ] || continue
    read -r user system wall peak < <(peer $name)
    peer_cpu=$(awk "BEGIN { printf \"%.1f\", $user + $system }") peer_gigabytes=$(awk "BEGIN { printf \"%.2f\", $peak / 1048576 }")
    row "vim_rs, $name" "$peer_cpu" "$wall" "$peer_gigabytes"
    record build "vim_rs, $name, CPU" "$peer_cpu" s
    record build "vim_rs, $name, peak" "$peer_gigabytes" GB
    record build "vim_rs / vim25-api, $name, CPU" "$(awk "BEGIN { printf \"%.1f\", $peer_cpu / $cpu }")" x
done
row 'target, dev or release' '<= 15' '' '<= 1.40'

# A program of its own, which is built again after a change of one line.
rebuild() {
    mkdir -p "$target/consumer/src"
    cat >"$target/consumer/Cargo.toml" <<TOML
[package]
name = "consumer"
version = "0.0.0"
edition = "2024"

[dependencies]
tokio = { version = "1", features = ["macros", "rt"] }
vim25.path = "$PWD"

[workspace]
TOML
    cp Cargo.lock "$target/consumer/"
    cp examples/login.rs "$target/consumer/src/main.rs"
    (
        cd "$target/consumer"
        CARGO_INCREMENTAL=1 cargo build --quiet
        sed -i 's/logged in as/here as/' src/main.rs
        CARGO_INCREMENTAL=1 measure cargo build
    )
}

# The example that logs in, release, stripped, in MB; more arguments are settings of cargo.
login() {
    env CARGO_PROFILE_RELEASE_STRIP=true "$@" cargo build --quiet --release --example login
    stat -c %s "$target/release/examples/login" | awk '{ printf "%.2f", $1 / 1e6 }'
}

if [ "$consumer" = yes ]; then
    echo
    read -r user system wall peak < <(rebuild)
    row '' 'CPU s' 'wall s' 'peak GB'
    cpu=$(awk "BEGIN { printf \"%.2f\", $user + $system }")
    row 'consumer, one line changed' "$cpu" "$wall" "$(awk "BEGIN { printf \"%.2f\", $peak / 1048576 }")"
    record build 'consumer, one line changed, CPU' "$cpu" s
    record build 'consumer, one line changed, wall' "$wall" s
    echo
    size=$(login)
    echo "login example, release, stripped: $size MB (target: <= 5; vim_rs 0.7: 48)"
    record size 'login example, release, stripped' "$size" MB '<= 5'
    size=$(login CARGO_PROFILE_RELEASE_LTO=fat CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 CARGO_PROFILE_RELEASE_PANIC=abort)
    echo "the same with lto and panic=abort: $size MB"
    record size 'login example, lto, panic=abort' "$size" MB
    crates=$(cargo tree --package vim25 --edges normal --prefix none --locked | cut -d' ' -f1,2 | sort -u | wc -l)
    echo "crates in the tree of vim25: $crates (target: <= 120; vim_rs 0.7: 165)"
    record size 'crates in the tree of vim25' "$crates" crates '<= 120'
fi

[ "$profile" = yes ] || exit 0
for name in dev release; do
    echo
    echo "The longest passes, $name (seconds; they overlap where the compiler uses threads):"
    RUSTC_BOOTSTRAP=1 cargo rustc $(flags $name) -p vim25-api -- -Z time-passes 2>&1 |
        sed -n 's/^time: *\([0-9.]*\);.*[)\t ]\{1,\}\([a-zA-Z_]*\)$/\1 \2/p' | sort -rn | head -12 |
        awk '{ printf "%8.2f  %s\n", $1, $2 }'
done
