//! `Cargo.toml`.

use crate::plan::types::Plan;

pub(super) fn emit(plan: &Plan) -> String {
    let Plan { crate_name, release, .. } = plan;
    format!(
        r#"[package]
name = "{crate_name}"
description = "The vSphere VI JSON API (vim25), release {release}: generated types and operations"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
repository.workspace = true

[lints]
workspace = true

[dependencies]
bytemuck.workspace = true
vim25-runtime.workspace = true
"#
    )
}
