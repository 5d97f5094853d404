//! Fixtures of the stages up to the model: `lower` shows the model, `errors` shows all diagnostics.

mod support;

use support::dump::Dump;
use support::{assert_all_listed, assert_golden, fixture, read_spec};
use vim25_codegen::diagnostics::Code;
use vim25_codegen::load;

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
    managed_object_references
    operations
    overlay
    primitives
    unquoted_booleans
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
    keyword_beside_ref
    member_of_request_type
    more_than_one_base
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
    two_documents
    two_services
    unhandled_keywords
    unknown_format
    unknown_root
    unsupported_openapi_version
    wrong_shape
}

fn check_lower(case: &str) {
    let folder = fixture("lower", case);
    let model = load(&read_spec(&folder)).unwrap_or_else(|problems| panic!("{problems}"));
    assert_golden(&folder.join("expected.txt"), &Dump(&model).all());
}

fn check_errors(case: &str) {
    let folder = fixture("errors", case);
    let problems = load(&read_spec(&folder)).expect_err("the fixture has a mistake");
    assert_golden(&folder.join("expected.err"), &format!("{problems}\n"));
}

/// Each message that the stages up to the model can give is shown by some fixture; those of the subset, by its unit tests.
#[test]
fn every_code_has_a_fixture() {
    let folders = std::fs::read_dir(fixture("errors", "")).expect("the group has a folder");
    let texts: String = folders
        .flatten()
        .filter_map(|folder| std::fs::read_to_string(folder.path().join("expected.err")).ok())
        .collect();
    let front = Code::ALL.iter().filter(|code| code.id() < "V400" && !matches!(code.id(), "V016" | "V017"));
    let missing: Vec<_> = front.filter(|code| !texts.contains(&format!("[{}]", code.id()))).collect();
    assert!(missing.is_empty(), "no fixture in errors/ for {missing:?}");
}
