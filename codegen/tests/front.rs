//! Fixtures of the stages up to the model: `lower` shows the model, `errors` shows all diagnostics, `releases`
//! shows what several documents become.

mod support;

use support::dump::Dump;
use support::{assert_all_listed, assert_golden, fixture, read_releases, read_spec};
use vim25_codegen::diagnostics::Code;
use vim25_codegen::{load, load_merged};

macro_rules! cases {
    ($check:ident $group:ident: $($case:ident)*) => {
        mod $group {
            $(#[test] fn $case() { super::$check(stringify!($case)); })*

            #[test]
            fn every_folder_has_a_test() {
                super::assert_all_listed(stringify!($group), &[$(stringify!($case)),*]);
            }
        }
    };
}

cases! { check_lower lower:
    enums
    forms_of_reference
    inheritance
    json
    managed_object_references
    operations
    overlay
    primitives
    request_bodies
    servers
    services
    unquoted_booleans
    vendor_prose
}

cases! { check_errors errors:
    bodies
    booleans_in_an_enum
    box_of_another_shape
    cyclic_inheritance
    dangling_refs
    discriminator
    empty_file
    enum_as_base
    enum_texts_drift
    enum_without_suffix
    faults
    fixup_misses
    forms_without_meaning
    integer_without_width
    key_twice
    key_twice_in_json
    keyword_beside_ref
    member_of_request_type
    more_than_one_base
    nested_too_deep
    no_base
    no_document
    no_paths_and_no_schemas
    no_release
    not_json
    not_openapi
    not_yaml
    operation_id_twice
    other_parameters
    other_security
    overlay_is_empty
    overlay_is_not_yaml
    overlay_matches_nothing
    overlay_of_tasks_and_bases
    overlay_of_wrong_shape
    overlay_tells_twice
    path_of_another_form
    path_twice
    path_without_one_verb
    required_is_no_property
    responses
    shadowed_member
    tag_and_id_do_not_match
    two_services
    unhandled_keywords
    unknown_format
    unknown_root
    unsupported_openapi_version
    wrong_shape
}

cases! { check_releases releases:
    a_service_more
    came_and_went
    changed_types
    members_that_moved
    newer_than_it_says
    notes
    older_by_its_notes
    older_by_what_it_lacks
    parts_of_one_release
    parts_that_differ
    requirements
    same_release
}

fn check_lower(case: &str) {
    let folder = fixture("lower", case);
    let model = load(&read_spec(&folder)).unwrap_or_else(|problems| panic!("{problems}"));
    assert_golden(&folder.join("expected.txt"), &Dump(&model).all());
}

/// A model with what changed, or the problems.
fn check_releases(case: &str) {
    let folder = fixture("releases", case);
    match load_merged(&read_releases(&folder)) {
        Ok(merged) => {
            let changes = merged.changes.iter().map(|change| format!("changed {change}\n")).collect::<String>();
            let warnings = format!("{}\n", merged.warnings);
            let text = format!("{}{changes}{}", Dump(&merged.model).all(), warnings.trim_start());
            assert_golden(&folder.join("expected.txt"), &text);
        }
        Err(problems) => assert_golden(&folder.join("expected.err"), &format!("{problems}\n")),
    }
}

fn check_errors(case: &str) {
    let folder = fixture("errors", case);
    let problems = load(&read_spec(&folder)).expect_err("the fixture has a mistake");
    assert_golden(&folder.join("expected.err"), &format!("{problems}\n"));
}

/// Each message that the stages up to the model can give is shown by some fixture; those of the subset, by its unit tests.
#[test]
fn every_code_has_a_fixture() {
    let folders =
        ["errors", "releases"].map(|group| std::fs::read_dir(fixture(group, "")).expect("the group has a folder"));
    let texts: String = folders
        .into_iter()
        .flatten()
        .flatten()
        .flat_map(|folder| ["expected.err", "expected.txt"].map(|name| folder.path().join(name)))
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .collect();
    let is_front = |code: &&Code| !code.id().starts_with("V4") && !matches!(code.id(), "V016" | "V017");
    let missing: Vec<_> =
        Code::ALL.iter().filter(is_front).filter(|code| !texts.contains(&format!("[{}]", code.id()))).collect();
    assert!(missing.is_empty(), "no fixture for {missing:?}");
}
