//! A checkout with CRLF, and the mark that some editors put before the first letter.

use std::fs;
use std::path::Path;

use super::support::{Copy, Files, SPEC, assert_fails, document, files, small_document, text};

/// As git does it on Windows without .gitattributes.
fn to_crlf(folder: &Path) {
    for (path, bytes) in files(folder).iter().filter(|(path, _)| !path.ends_with('/')) {
        let text = String::from_utf8(bytes.clone()).expect("is text");
        fs::write(folder.join(path), text.replace('\n', "\r\n")).expect("can be written");
    }
}

fn to_lf(files: &Files) -> Files {
    let lf = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n").into_bytes();
    files.iter().map(|(path, bytes)| (path.clone(), lf(bytes))).collect()
}

#[test]
fn a_checkout_with_crlf_is_up_to_date() {
    let copy = Copy::new("crlf");
    copy.write("spec/overlays/notes.yaml", "managed_objects:\n  Cache:\n    description: |\n      Ours.\n");
    copy.write("spec/subset.yaml", "managed_objects: [Cache]\n");
    copy.succeed("generate");
    let lf = copy.generated();
    ["spec", "codegen", "generated"].iter().for_each(|folder| to_crlf(&copy.path(folder)));
    let crlf = copy.generated();
    assert!(crlf != lf && to_lf(&crlf) == lf);
    copy.succeed("check");
    let build = copy.build();
    assert!(build.status.success(), "{}", text(&build));
    copy.succeed("generate");
    assert!(copy.generated() == crlf, "what differs by its line endings alone is left as it is");

    copy.write(SPEC, &document("Alpha", 3).replace('\n', "\r\n"));
    copy.write("spec/subset.yaml", "managed_objects: []\r\n");
    copy.succeed("generate");
    let mixed = copy.generated();
    assert!(!mixed["src/mo/alpha_a.rs"].contains(&b'\r'), "what is written has LF");
    assert_eq!(mixed["Cargo.toml"], crlf["Cargo.toml"]);
    copy.succeed("check");
}

#[test]
fn elsewhere_line_endings_do_not_count() {
    let copy = Copy::bare(&super::support::folder("crlf-elsewhere"));
    let command = "generate --out out --crate-name my-api";
    copy.succeed(command);
    to_crlf(&copy.path("out"));
    let crlf = files(&copy.path("out"));
    copy.succeed(command);
    assert!(files(&copy.path("out")) == crlf);
    let output = copy.succeed(&format!("{command} --managed-object Cache"));
    assert!(text(&output).contains("1 removed") || text(&output).contains("2 removed"), "{}", text(&output));
}

#[test]
fn a_byte_order_mark_does_not_count() {
    let copy = Copy::new("bom");
    let lf = copy.generated();
    copy.write(SPEC, &format!("\u{feff}{}", small_document()));
    copy.write("spec/overlays/notes.yaml", "\u{feff}managed_objects: {}\n");
    copy.write("spec/subset.yaml", "\u{feff}managed_objects: []\n");
    copy.succeed("generate");
    let bom = copy.generated();
    assert!(lf.iter().all(|(path, text)| path == "fingerprint" || bom[path] == *text));
    let wrong = small_document().replacen("type: boolean", "type: bool", 1);
    let line = wrong.lines().position(|line| line.contains("type: bool }")).expect("is there") + 1;
    for bom in ["", "\u{feff}"] {
        copy.write(SPEC, &format!("{bom}{wrong}"));
        assert_fails(&copy.xtask("generate"), 1, &[&format!("{SPEC}:{line}:")]);
    }
}
