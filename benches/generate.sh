#!/usr/bin/env bash
# What it costs to run the generator, built before: wall and CPU seconds and peak memory, for one release and for all of
# them merged, in dev and in release; and where the time goes.
#
# usage: benches/generate.sh [--runs N] [--peers]
#
# --runs N  median of N runs, 5 by default
# --peers   also openapi-generator on the same single release (Python, pip and Java are needed; it is fetched by pip)
#
# Everything is written to a new folder, which is removed afterwards; only the target folder of cargo is used as it is.
# BENCH_RECORD names a file to which the figures are appended as JSON, a line each.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2; }

runs=5 peers=no
while [ $# -gt 0 ]; do
    case "$1" in
    --runs) [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || usage; runs=$2; shift 2 ;;
    --peers) peers=yes; shift ;;
    *) usage ;;
    esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
target=${CARGO_TARGET_DIR:-$PWD/target}
newest=$(ls spec/*.yaml | grep -v subset | sort -V | tail -1)

# Prints the medians "wall cpu megabytes" of $runs runs of a command.
measure() {
    python3 - "$runs" "$@" <<'PYTHON'
import os, statistics, subprocess, sys, time

def run(command):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    message = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(message.decode(errors="replace"))
    bytes_per_unit = 1 if sys.platform == "darwin" else 1024
    return time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * bytes_per_unit / 1e6

found = [run(sys.argv[2:]) for _ in range(int(sys.argv[1]))]
print(*(f"{statistics.median(column):.2f}" for column in zip(*found)))
PYTHON
}

row() { printf '%-44s %10s %10s %10s\n' "$@"; }

# name value unit [target]
record() {
    [ -n "${BENCH_RECORD:-}" ] || return 0
    local target=
    [ -z "${4:-}" ] || target=",\"target\":\"$4\""
    printf '{"group":"generate","name":"%s","value":%s,"unit":"%s"%s}\n' "$1" "$2" "$3" "$target" >>"$BENCH_RECORD"
}

# label command...: one row and three records; sets $wall. The targets are in $wall_target and $peak_target.
bench() {
    local label=$1 cpu peak figures
    shift
    figures=$(measure "$@")
    read -r wall cpu peak <<<"$figures"
    row "$label" "$wall" "$cpu" "$peak"
    record "$label, wall" "$wall" s "$wall_target"
    record "$label, CPU" "$cpu" s
    record "$label, peak memory" "$peak" MB "$peak_target"
}

# Files, lines and bytes below a folder.
size_of() { echo "$(find "$1" -type f | wc -l)" $(find "$1" -type f -exec cat {} + | wc -lc); }

cargo build --quiet --package xtask
cargo build --quiet --package xtask --release
echo "xtask generate: median of $runs runs; $(rustc --version), $(getconf _NPROCESSORS_ONLN) cores, load $(uptime | sed 's/.*average[s]*: *//')"
echo
row '' 'wall s' 'CPU s' 'peak MB'
all=$(ls spec/*.yaml | grep -vc subset)
one=(--spec "$newest" --crate-name bench-api)
for profile in dev release; do
    folder=$profile
    [ "$profile" = release ] || folder=debug
    xtask=$target/$folder/xtask
    wall_target= peak_target=
    bench "one release, $profile" "$xtask" generate "${one[@]}" --out "$work/one"
    wall_target='<= 2' peak_target='<= 500'
    [ "$profile" = release ] || wall_target='<= 6'
    bench "$all releases merged, $profile" "$xtask" generate --out "$work/all" --crate-name bench-api
done
row 'target, all merged, dev / release' '<= 6 / 2' '' '<= 500'

echo
echo "The stages, release, all merged; those that work side by side overlap:"
"$target/release/xtask" generate --out "$work/all" --crate-name bench-api --timings | sed '1,/^$/d'

[ "$peers" = yes ] || exit 0

wall_target= peak_target=
echo
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check openapi-generator-cli pyyaml
# BaseLoader knows strings only, so `on`, `no`, dates and versions stay what they are; JSON's own words are put back where
# OpenAPI wants them. Its crate wants a version of three numbers.
"$work/venv/bin/python" - "$newest" "$work/spec.json" <<'PYTHON'
import json, re, sys, yaml

class Loader(yaml.SafeLoader):
    """YAML 1.2: only true, false, null and numbers are no text."""

Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?", "-+0123456789"),
]:
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^(?:{pattern})$"), list(first))
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value, 10))

with open(sys.argv[1], encoding="utf-8") as file:
    document = yaml.load(file, Loader)
document["info"]["version"] = ".".join(str(document["info"]["version"]).split(".")[:3])
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump(document, file)
PYTHON
peer=("$work/venv/bin/openapi-generator-cli" generate --skip-validate-spec -g rust -i "$work/spec.json")
version=$("$work/venv/bin/openapi-generator-cli" version | tail -1)
row '' 'wall s' 'CPU s' 'peak MB'
figures=$(measure "$target/release/xtask" generate "${one[@]}" --out "$work/one")
read -r ours_wall _ <<<"$figures"
row 'xtask generate, one release, release, again' $figures
bench "openapi-generator $version, one release" "${peer[@]}" -o "$work/peer"
ratio=$(awk "BEGIN { printf \"%.1f\", $wall / $ours_wall }")
echo "ratio of the wall times: $ratio"
record "openapi-generator / xtask generate, one release, wall" "$ratio" x

echo
row 'output' files lines bytes
read -r files lines bytes < <(size_of "$work/one")
row 'xtask generate' "$files" "$lines" "$bytes"
read -r their_files their_lines their_bytes < <(size_of "$work/peer")
row 'openapi-generator' "$their_files" "$their_lines" "$their_bytes"
record "output of xtask generate, one release" "$lines" lines
record "output of openapi-generator, one release" "$their_lines" lines
