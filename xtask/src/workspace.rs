//! The workspace on disk: where it is, and what the generator reads of it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use vim25_codegen::{Options, SourceFile, Spec, spec};

use crate::failure::Failure;
use crate::reading;

const SUBSET: &str = "spec/subset.yaml";
const OVERLAYS: &str = "spec/overlays";

/// The root folder of the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// From any folder: cargo tells where xtask is; without cargo, the folders upward are looked through.
    pub(crate) fn find() -> Result<Self, Failure> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let current = std::env::current_dir().context("there is no current folder")?;
        let starts = manifest.iter().chain([&current]);
        let root = starts.flat_map(|start| start.ancestors()).find(|folder| is_root(folder));
        let root = root.with_context(|| format!("{} is not in the workspace of vim25", current.display()))?;
        Ok(Self { root: root.to_owned() })
    }

    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The documents of spec/ and the overlays of spec/overlays/, each in the order of their names.
    pub(crate) fn spec(&self) -> Result<Spec, Failure> {
        let documents = self.files("spec", &["yaml", "yml", "json"])?;
        let documents = documents.into_iter().filter(|name| name != SUBSET);
        let overlays = if self.has(OVERLAYS) { self.files(OVERLAYS, &["yaml", "yml"])? } else { Vec::new() };
        Ok(Spec {
            documents: documents.map(|name| self.read(&name)).collect::<Result<_, _>>()?,
            overlays: overlays.iter().map(|name| self.read(name)).collect::<Result<_, _>>()?,
        })
    }

    /// What to generate: the managed objects that are asked for, else those of spec/subset.yaml, else all.
    pub(crate) fn options(&self, managed_objects: &[String]) -> Result<Options, Failure> {
        let mut options = Options { managed_objects: managed_objects.to_vec(), ..Options::default() };
        if managed_objects.is_empty() && self.has(SUBSET) {
            let file = self.read(SUBSET)?;
            options.managed_objects = spec::subset(&file).map_err(|problems| {
                let documents = vec![file];
                Failure::input(problems, Spec { documents, overlays: Vec::new() })
            })?;
        }
        Ok(options)
    }

    /// Names, relative to the root, of the files in a folder that have one of the extensions.
    fn files(&self, folder: &str, extensions: &[&str]) -> Result<Vec<String>> {
        let entries = fs::read_dir(self.root.join(folder)).with_context(|| format!("cannot read {folder}/"))?;
        let mut names = Vec::new();
        for entry in entries {
            let path = entry.with_context(|| format!("cannot read {folder}/"))?.path();
            let extension = path.extension().and_then(|text| text.to_str()).unwrap_or_default();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                bail!("the name of {} is not Unicode", path.display());
            };
            if extensions.contains(&extension) && !name.starts_with('.') {
                names.push(format!("{folder}/{name}"));
            }
        }
        names.sort();
        Ok(names)
    }

    /// A link that leads nowhere counts: reading it says what is wrong.
    fn has(&self, name: &str) -> bool {
        fs::symlink_metadata(self.root.join(name)).is_ok()
    }

    /// A pipe would be waited for, so it is none of the files of spec/.
    fn read(&self, name: &str) -> Result<SourceFile, Failure> {
        let path = self.root.join(name);
        let found = fs::metadata(&path).with_context(|| format!("cannot read {name}"))?;
        if !found.is_file() {
            return Err(anyhow!("{name} is no file: move it out of spec/").into());
        }
        reading::read(&path, name.to_owned())
    }
}

fn is_root(folder: &Path) -> bool {
    folder.join("xtask/Cargo.toml").is_file() && folder.join("codegen/Cargo.toml").is_file()
}
