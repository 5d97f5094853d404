//! `Cargo.toml`.

use crate::Layout;
use crate::plan::types::Plan;

/// Nothing in the crate is a test of its own; building it for tests once more would take as long as building it.
const LIBRARY: &str = "[lib]\ntest = false\n";

/// What a crate of this workspace inherits.
const INHERITED: &str = r#"version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
repository.workspace = true
readme.workspace = true

[lints]
workspace = true

[dependencies]
bytemuck.workspace = true
vim25-runtime.workspace = true
"#;

/// What a crate of its own says itself. The versions are those of the workspace; a test compares them.
const OWN: &str = r#"version = "0.1.0"
edition = "2024"
rust-version = "1.95"

[dependencies]
bytemuck = { version = "1.25", default-features = false, features = ["derive", "extern_crate_alloc"] }
vim25-runtime = "0.1"
"#;

pub(super) fn emit(plan: &Plan) -> String {
    let Plan { crate_name, release, .. } = plan;
    let rest = match plan.layout {
        Layout::Workspace => INHERITED,
        Layout::SelfContained => OWN,
    };
    format!(
        r#"[package]
name = "{crate_name}"
description = "The vSphere VI JSON API (vim25), release {release}: generated types and operations"
{rest}
{LIBRARY}"#
    )
}
