//! `cargo xtask supply`: what is looked at before a release, and takes too long for each change.

mod metadata;
mod packages;

use clap::ValueEnum;

use self::metadata::{Metadata, Package};
use crate::failure::Failure;
use crate::progress::{Progress, seconds};
use crate::step;
use crate::workspace::Workspace;

const EXAMPLES: &str = "\
Examples:
  cargo xtask supply               all but the advisories
  cargo xtask supply packages      only this
  cargo xtask supply advisories    where the database of RustSec can be reached

Exit codes:
  0  all is well
  1  a step failed
  2  the command line has mistakes
  3  something else went wrong";

/// Check dependencies, features, the public API and packages
///
/// For before a release. A part of it is in `cargo xtask ci`: xtask/tests/supply.rs holds the licences and the versions to
/// deny.toml.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Only these parts
    #[arg(value_name = "PART")]
    parts: Vec<Part>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Licences, versions and sources of all dependencies, as deny.toml says. Needs cargo-deny
    Deny,
    /// Each feature alone, none of them, and all, without warnings. Needs OpenSSL and a C compiler
    Features,
    /// The public API of vim25-api: that no release of the API which was merged took anything away
    Api,
    /// The packages: what they hold, and that they build and pass their tests where nothing else is. Needs tar
    Packages,
    /// Known vulnerabilities of all dependencies. Needs cargo-deny and the network
    Advisories,
}

/// The database of the last part cannot be reached from everywhere.
const USUAL: &[Part] = &[Part::Deny, Part::Features, Part::Api, Part::Packages];

const API: &[&str] = &["test", "--locked", "-p", "xtask", "--test", "public_api", "--", "--ignored"];

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<(), Failure> {
    let progress = Progress::new();
    let metadata = Metadata::read(workspace)?;
    let parts = if args.parts.is_empty() { USUAL } else { &args.parts };
    for part in parts {
        match part {
            Part::Deny => step::cargo(workspace, &["deny", "--locked", "check", "licenses", "bans", "sources"]),
            Part::Advisories => step::cargo(workspace, &["deny", "--locked", "check", "advisories"]),
            Part::Features => features(workspace, &metadata),
            Part::Api => step::cargo(workspace, API),
            Part::Packages => packages::check(workspace, &metadata),
        }?;
    }
    println!("== all passed in {}", seconds(progress.timings().elapsed()));
    Ok(())
}

/// Features only add: each alone is enough for itself, and none of them forbids another.
fn features(workspace: &Workspace, metadata: &Metadata) -> Result<(), Failure> {
    for package in metadata.published() {
        for choice in choices(package) {
            let mut arguments = vec!["clippy", "--quiet", "--locked", "-p", &package.name];
            arguments.extend(choice.iter().map(String::as_str));
            arguments.extend(["--", "-D", "warnings"]);
            step::cargo(workspace, &arguments)?;
        }
    }
    Ok(())
}

/// Arguments of cargo that choose features: those by default, none, each alone, all.
fn choices(package: &Package) -> Vec<Vec<String>> {
    let mut choices = vec![Vec::new()];
    if !package.features.is_empty() {
        let none = "--no-default-features".to_owned();
        choices.push(vec![none.clone()]);
        let alone = package.features.iter().filter(|name| *name != "default");
        choices.extend(alone.map(|name| vec![none.clone(), format!("--features={name}")]));
        choices.push(vec!["--all-features".to_owned()]);
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::{Package, choices};

    #[test]
    fn each_feature_comes_alone() {
        let package = |features: &[&str]| Package {
            name: "one".to_owned(),
            version: "0.1.0".to_owned(),
            features: features.iter().map(|&name| name.to_owned()).collect(),
            is_published: true,
        };
        let shown = |features: &[&str]| -> Vec<String> {
            choices(&package(features)).iter().map(|choice| choice.join(" ")).collect()
        };
        assert_eq!(shown(&[]), [""]);
        let all = ["", "--no-default-features", "--no-default-features --features=tls", "--all-features"];
        assert_eq!(shown(&["default", "tls"]), all);
    }
}
