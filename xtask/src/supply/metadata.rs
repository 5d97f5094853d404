//! What cargo knows about the workspace.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::step;
use crate::workspace::Workspace;

pub(super) struct Metadata {
    packages: Vec<Package>,
    pub(super) target: PathBuf,
}

/// A member of the workspace.
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) features: Vec<String>,
    pub(super) is_published: bool,
}

impl Metadata {
    pub(super) fn read(workspace: &Workspace) -> Result<Self> {
        let words = ["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"];
        let output = step::command(workspace, &words).output().context("cannot run `cargo metadata`")?;
        if !output.status.success() {
            bail!("`cargo metadata` failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        let metadata: Value = serde_json::from_slice(&output.stdout).context("`cargo metadata` wrote no JSON")?;
        let packages = metadata["packages"].as_array().context("`cargo metadata` names no packages")?;
        let target = metadata["target_directory"].as_str().context("`cargo metadata` names no target folder")?;
        Ok(Self { packages: packages.iter().map(Package::read).collect::<Result<_>>()?, target: target.into() })
    }

    pub(super) fn published(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_published)
    }
}

impl Package {
    fn read(package: &Value) -> Result<Self> {
        let text =
            |name: &str| package[name].as_str().map(str::to_owned).context("a package without a name or a version");
        let features = package["features"].as_object().into_iter().flatten();
        Ok(Self {
            name: text("name")?,
            version: text("version")?,
            features: features.map(|(name, _)| name.clone()).collect(),
            // `publish = false` is an empty list of registries.
            is_published: package["publish"].as_array().is_none_or(|registries| !registries.is_empty()),
        })
    }

    /// The folder in its package, and the name of the file of that without the extension.
    pub(super) fn stem(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}
