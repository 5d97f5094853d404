//! Fixtures of the comparison of two releases: `diff/<case>/{a,b}.yaml`.

mod support;

use std::fmt::Write as _;

use support::{assert_all_listed, assert_golden, fixture, read_releases};
use vim25_codegen::diff::{Rule, Verdict, diff};
use vim25_codegen::load_each;

const CASES: [&str; 5] = ["deprecations", "enums", "members", "operations", "types"];

fn lines(case: &str) -> String {
    let folder = fixture("diff", case);
    let models = load_each(&read_releases(&folder)).unwrap_or_else(|problems| panic!("{problems}"));
    let diff = diff(&models[0], &models[1]).unwrap_or_else(|problems| panic!("{problems}"));
    let mut out = format!("{} to {}\n", diff.old, diff.new);
    for line in &diff.lines {
        let _ = writeln!(
            out,
            "{:?} {}: {} ({:?}, {:?})",
            line.rule.action(),
            line.item,
            line.what,
            line.rule,
            line.verdict()
        );
    }
    out
}

#[test]
fn each_case_is_as_expected() {
    for case in CASES {
        assert_golden(&fixture("diff", case).join("expected.txt"), &lines(case));
    }
    assert_all_listed("diff", &CASES);
}

#[test]
fn every_rule_has_a_fixture() {
    let all: String = CASES.iter().map(|case| lines(case)).collect();
    let missing: Vec<_> = Rule::ALL.iter().filter(|rule| !all.contains(&format!("({rule:?}, "))).collect();
    assert!(missing.is_empty(), "no fixture for {missing:?}");
}

#[test]
fn nothing_differs_from_itself() {
    let folder = fixture("diff", "operations");
    let models = load_each(&read_releases(&folder)).unwrap_or_else(|problems| panic!("{problems}"));
    let same = diff(&models[0], &models[0]).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!((same.lines.len(), same.verdicts(Verdict::Breaking)), (0, 0));
}
