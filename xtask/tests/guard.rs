//! The guard in build.rs and `cargo xtask check`, on a copy of the workspace.

mod support;

use std::fs;
use std::process::Output;

use support::{Copy, SPEC, assert_guarded, text};

const GENERATED: &str = "generated/src/lib.rs";
const FINGERPRINT: &str = "generated/fingerprint";

/// The build with another text of a file; the file comes back afterwards.
fn build_with(copy: &Copy, name: &str, edit: impl Fn(String) -> String) -> Output {
    let path = copy.path(name);
    let before = fs::read_to_string(&path).expect("was copied");
    fs::write(&path, edit(before.clone())).expect("can be written");
    let output = copy.build();
    fs::write(&path, before).expect("can be written");
    output
}

/// One test, because its steps share the copy.
#[test]
fn a_change_is_noticed_by_the_build_and_by_check() {
    let copy = Copy::new("guard");
    let unchanged = copy.build();
    assert!(unchanged.status.success(), "{}", text(&unchanged));

    assert_guarded(&build_with(&copy, SPEC, |text| text + "\n"), &format!("({SPEC} changed)"));
    assert_guarded(&build_with(&copy, GENERATED, |text| text + " "), &format!("({GENERATED} changed)"));
    assert_guarded(&build_with(&copy, FINGERPRINT, |_| String::new()), "is new)");

    let fingerprint = copy.root.join(FINGERPRINT);
    let kept = fs::read(&fingerprint).expect("generate has written it");
    fs::remove_file(&fingerprint).expect("can be removed");
    assert_guarded(&copy.build(), "generated/fingerprint is missing");
    fs::write(&fingerprint, kept).expect("can be written");

    let crlf = build_with(&copy, SPEC, |text| text.replace('\n', "\r\n"));
    assert!(crlf.status.success(), "{}", text(&crlf));

    a_document_that_is_cut_off_changes_nothing(&copy);
    check_sees_new_files(&copy);
    published_packages_are_not_guarded(&copy);
}

fn a_document_that_is_cut_off_changes_nothing(copy: &Copy) {
    let spec = copy.root.join(SPEC);
    let whole = fs::read_to_string(&spec).expect("was written");
    let generated = || {
        ["Cargo.toml", "fingerprint", "src/lib.rs"]
            .map(|name| fs::read(copy.root.join("generated").join(name)).expect(name))
    };
    let before = generated();
    for end in [whole.len() / 3, whole.len() / 2, whole.len() - 20, 0] {
        fs::write(&spec, &whole[..end]).expect("can be written");
        let output = copy.xtask("generate");
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(text(&output).contains(SPEC) && text(&output).contains("help"), "{}", text(&output));
        assert_eq!(generated(), before);
    }
    fs::write(&spec, whole).expect("can be written");
}

fn check_sees_new_files(copy: &Copy) {
    copy.git(&["init", "--quiet"]);
    copy.git(&["add", "--all"]);
    let clean = copy.xtask("check");
    assert!(clean.status.success(), "{}", text(&clean));

    let stray = copy.root.join("generated/src/stray.rs");
    fs::write(&stray, "").expect("can be written");
    let output = copy.xtask("check");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("generated/src/stray.rs was not made by the generator"), "{}", text(&output));
    assert!(text(&output).contains("move it away, or remove it"), "{}", text(&output));
    copy.refuse("generate", 3, &["generated/src/stray.rs was not made by the generator", "nothing was written"]);
    fs::remove_file(stray).expect("can be removed");

    copy.git(&["rm", "--quiet", "--cached", GENERATED]);
    let output = copy.xtask("check");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains(&format!("{GENERATED} is not known to git")), "{}", text(&output));
}

fn published_packages_are_not_guarded(copy: &Copy) {
    let (spec, away) = (copy.root.join("spec"), copy.root.join("spec-away"));
    fs::rename(&spec, &away).expect("can be renamed");
    let output = copy.build();
    fs::rename(&away, &spec).expect("can be renamed");
    assert!(output.status.success(), "{}", text(&output));
}
