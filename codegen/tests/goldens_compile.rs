//! Every `expected.rs` compiles: each is a module of this test binary.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "a library is compiled as a part of a test"
)]
#![allow(
    clippy::module_inception,
    clippy::too_many_lines,
    clippy::wrong_self_convention,
    reason = "fixtures have the names that a careful API avoids, and all kinds of parameters in one method"
)]

#[rustfmt::skip]
#[path = "fixtures/naming"]
mod naming {
    #[path = "enum_values/expected.rs"]
    mod enum_values;
    #[path = "mixed_case/expected.rs"]
    mod mixed_case;
    #[path = "obstacle_course/expected.rs"]
    mod obstacle_course;
    #[path = "renames/expected.rs"]
    mod renames;
}

#[rustfmt::skip]
#[path = "fixtures/docs"]
mod docs {
    #[path = "prose/expected.rs"]
    mod prose;
    #[path = "structure_only/expected.rs"]
    mod structure_only;
}

#[rustfmt::skip]
#[path = "fixtures/hierarchy"]
mod hierarchy {
    #[path = "recursion/expected.rs"]
    mod recursion;
    #[path = "upcasts/expected.rs"]
    mod upcasts;
}

#[rustfmt::skip]
#[path = "fixtures/emit"]
mod emit {
    #[path = "dropped/expected.rs"]
    mod dropped;
    #[path = "enums/expected.rs"]
    mod enums;
    #[path = "items/expected.rs"]
    mod items;
    #[path = "operations/expected.rs"]
    mod operations;
    #[path = "parameters/expected.rs"]
    mod parameters;
    #[path = "paths/expected.rs"]
    mod paths;
    #[path = "services/expected.rs"]
    mod services;
    #[path = "subset/expected.rs"]
    mod subset;
    #[path = "tasks_and_bases/expected.rs"]
    mod tasks_and_bases;
}

/// A file that is missing above would not be compiled.
#[test]
fn every_golden_is_compiled() {
    let this = include_str!("goldens_compile.rs");
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for group in ["naming", "docs", "hierarchy", "emit"] {
        for case in std::fs::read_dir(fixtures.join(group)).expect("the group has a folder").flatten() {
            let case = case.file_name().to_string_lossy().into_owned();
            let path = format!("{case}/expected.rs");
            let exists = fixtures.join(group).join(&path).exists();
            assert_eq!(exists, this.contains(&format!("\"{path}\"")), "{group}/{path}");
        }
    }
}
