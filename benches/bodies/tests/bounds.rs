//! Counts that do not depend on the machine, and the most that they may be.
//!
//! The bounds lie in `benches/bounds.txt`. After a change that is worth its cost, or that saves one, renew them:
//! `UPDATE_BOUNDS=1 cargo nextest run -p vim25-bodies --test bounds`. A new bound is 2 % above what was counted, so that a
//! release of the compiler or of the API does not fail the tests, and a step of the generator or of the codec does.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;

use allocation_counter::measure;
use bytes::Bytes;
use vim25_api::types::{
    ObjectContent, RetrieveResult, VirtualDisk, VirtualMachineConfigInfo, VirtualMachineRuntimeInfo,
};
use vim25_bodies::{Order, big, codec, count_objects, reorder, virtual_machines};
use vim25_runtime::DataType;

const RENEW: &str = "UPDATE_BOUNDS=1 cargo nextest run -p vim25-bodies --test bounds";
const HEADROOM: f64 = 1.02;

/// Crates that `vim25` needs with its default features, itself and the workspace's included.
const MOST_CRATES: usize = 120;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn no_count_has_grown() {
    let mut counts = BTreeMap::new();
    let machines = virtual_machines(20);
    let shuffled = reorder(&machines, Order::Shuffled);
    for (name, body) in [("recorded", big()), ("20 machines", machines), ("20 machines, shuffled", shuffled)] {
        let (objects, bytes) = (count_objects(&body) as f64, body.len() as f64);
        let body = Bytes::from(body);
        let mut result = None;
        let decoding = measure(|| result = Some(codec::decode(&body)));
        counts.insert(format!("allocations for each object decoded: {name}"), decoding.count_total as f64 / objects);
        counts.insert(format!("bytes held for each byte decoded: {name}"), decoding.bytes_current as f64 / bytes);
        let encoding = measure(|| drop(codec::encode(result.as_ref().unwrap())));
        counts.insert(format!("allocations for each object encoded: {name}"), encoding.count_total as f64 / objects);
    }
    let generated = Generated::count(&root().join("generated/src"));
    counts.insert("generated lines".to_owned(), generated.lines as f64);
    counts.insert("generated functions".to_owned(), generated.functions as f64);
    check(&counts);
}

/// Compares with the file, or writes it.
fn check(counts: &BTreeMap<String, f64>) {
    let path = root().join("benches/bounds.txt");
    if std::env::var_os("UPDATE_BOUNDS").is_some() {
        fs::write(&path, render(counts)).unwrap();
    }
    let bounds = fs::read_to_string(&path).unwrap();
    let lines = bounds.lines().filter(|line| !line.starts_with('#'));
    let bounds: BTreeMap<&str, f64> =
        lines.filter_map(|line| line.rsplit_once(" <= ")).map(|(name, bound)| (name, bound.parse().unwrap())).collect();
    let names: Vec<&str> = counts.keys().map(String::as_str).collect();
    assert_eq!(
        bounds.keys().copied().collect::<Vec<_>>(),
        names,
        "benches/bounds.txt counts other things; renew it: {RENEW}"
    );
    let grown: Vec<String> = counts
        .iter()
        .filter(|(name, count)| **count > bounds[name.as_str()])
        .map(|(name, count)| format!("{name}: {count:.4}, may be {} at most", bounds[name.as_str()]))
        .collect();
    assert!(grown.is_empty(), "more than before; if that is meant, renew the bounds: {RENEW}\n{}", grown.join("\n"));
}

fn render(counts: &BTreeMap<String, f64>) -> String {
    let head = format!("# The most that a count may be, 2 % above what it was. Renew: {RENEW}\n");
    // Rounded up: to four digits after the point where that is much.
    let bound = |count: f64| {
        let scale = if count < 100.0 { 10_000.0 } else { 1.0 };
        (count * HEADROOM * scale).ceil() / scale
    };
    counts.iter().fold(head, |text, (name, count)| text + &format!("{name} <= {}\n", bound(*count)))
}

/// What the generator wrote.
#[derive(Default)]
struct Generated {
    lines: usize,
    /// As they are written: macros make more of them.
    functions: usize,
}

impl Generated {
    fn count(folder: &Path) -> Self {
        let mut count = Self::default();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                let inner = Self::count(&path);
                count.lines += inner.lines;
                count.functions += inner.functions;
            } else {
                let text = fs::read_to_string(path).unwrap();
                count.lines += text.lines().count();
                count.functions += text.lines().filter(|line| is_function(line)).count();
            }
        }
        count
    }
}

fn is_function(line: &str) -> bool {
    line.split_whitespace().find(|word| !matches!(*word, "pub" | "pub(crate)" | "const" | "async")) == Some("fn")
}

#[test]
fn getters_do_not_allocate() {
    let result = codec::decode(&virtual_machines(20).into());
    let mut read = 0;
    let counted = measure(|| read = read_all(&result));
    assert!(read > 20, "{read} members were read");
    assert_eq!(counted.count_total, 0, "allocations of {read} getters");
}

/// Calls getters of all kinds, and tells how many.
fn read_all(result: &RetrieveResult) -> usize {
    let mut read = 0;
    for object in result.objects() {
        black_box(object.obj());
        read += 1;
        if let Some(runtime) = property::<VirtualMachineRuntimeInfo>(object) {
            black_box((runtime.power_state(), runtime.host(), runtime.boot_time()));
            read += 3;
        }
        let Some(config) = property::<VirtualMachineConfigInfo>(object) else { continue };
        black_box((
            config.name(),
            config.template(),
            config.modified(),
            config.annotation(),
            config.files().vm_path_name(),
        ));
        black_box((config.hardware().num_cpu(), config.hardware().memory_mb(), config.extra_config()));
        read += 8;
        for device in config.hardware().device() {
            let capacity = device.downcast_ref::<VirtualDisk>().map(|disk| disk.capacity_in_kb());
            black_box((device.key(), device.device_info(), device.unit_number(), capacity));
            read += 4;
        }
    }
    read
}

fn property<T: DataType>(object: &ObjectContent) -> Option<&T> {
    object.prop_set().iter().find_map(|property| property.val().downcast_ref())
}

#[test]
fn the_tree_of_the_client_stays_small() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // One target, so that the count is the same on every system.
    let arguments = "tree --locked -p vim25 -e normal --target x86_64-unknown-linux-gnu --prefix none --format {p}";
    let output = Command::new(cargo).args(arguments.split(' ')).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "cargo {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let mut crates: Vec<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    crates.sort_unstable();
    crates.dedup();
    assert!(crates.contains(&tree.lines().next().unwrap()) && crates.len() > 10, "{tree}");
    assert!(crates.len() <= MOST_CRATES, "{} crates, at most {MOST_CRATES}: {}", crates.len(), crates.join(", "));
}
