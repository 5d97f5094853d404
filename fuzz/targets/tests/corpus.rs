//! What fuzzing has gathered, through the same functions: the corpora, and inputs that once failed.

use std::fs;
use std::path::{Path, PathBuf};

/// The files of a target, of both folders.
fn inputs(target: &str) -> Vec<PathBuf> {
    let files = |folder: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder).join(target);
        let entries = fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()
    };
    let mut inputs = [files("corpus"), files("regressions")].concat();
    inputs.sort();
    inputs
}

/// Runs a target on all of them. The last name that was printed is that of the input that fails.
fn replay(target: &str, run: fn(&[u8]), least: usize) {
    let inputs = inputs(target);
    assert!(inputs.len() >= least, "{target} has {} inputs", inputs.len());
    for path in inputs {
        println!("{}", path.display());
        run(&fs::read(&path).expect("an input"));
    }
}

#[test]
fn decode() {
    replay("decode", vim25_fuzz_targets::decode, 50);
}

#[test]
fn round_trip() {
    replay("round_trip", vim25_fuzz_targets::round_trip, 50);
}

#[test]
fn generator() {
    replay("generator", vim25_fuzz_targets::generator, 4);
}

#[test]
fn overlay() {
    replay("overlay", vim25_fuzz_targets::overlay, 4);
}

#[test]
fn simulator() {
    replay("simulator", vim25_fuzz_targets::simulator, 20);
}
