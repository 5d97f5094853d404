//! Fixtures of the stages from the model to the crate: `expected.rs` holds the files that were generated, folded into one
//! (and compiled by `goldens_compile.rs`), `expected.err` all diagnostics.

mod support;

use std::fs;

use support::{assert_all_listed, assert_golden, fixture, fold, read_spec};
use vim25_codegen::{Options, generate};

macro_rules! cases {
    ($group:ident: $($case:ident)*) => {
        mod $group {
            $(#[test] fn $case() { super::check(stringify!($group), stringify!($case)); })*

            #[test]
            fn every_folder_has_a_test() {
                super::assert_all_listed(stringify!($group), &[$(stringify!($case)),*]);
            }
        }
    };
}

cases! { naming:
    enum_values
    mixed_case
    names_collide
    obstacle_course
    renames
    reserved_names
}

cases! { docs:
    prose
    structure_only
}

cases! { hierarchy:
    recursion
    upcasts
}

cases! { emit:
    dropped
    enums
    items
    operations
    parameters
    paths
    services
    subset
    tasks_and_bases
    unknown_managed_object
}

/// The managed objects of a case stand in `subset.txt`; without it the whole document is generated.
fn check(group: &str, case: &str) {
    let folder = fixture(group, case);
    let subset = fs::read_to_string(folder.join("subset.txt")).unwrap_or_default();
    let managed_objects = subset.lines().map(str::to_owned).collect();
    let options = Options { managed_objects, ..Options::default() };
    match generate(&read_spec(&folder), &options) {
        Ok(generated) => {
            let root = format!("crate::{group}::{case}");
            assert_golden(&folder.join("expected.rs"), &fold(&generated.files, &root));
        }
        Err(problems) => assert_golden(&folder.join("expected.err"), &format!("{problems}\n")),
    }
}
