//! What the figures were measured on.

use std::fmt;
use std::fs;
use std::process::Command;

use crate::workspace::Workspace;

/// The machine, the tools and the commit, in one line.
#[derive(Debug)]
pub(super) struct Machine(String);

impl Machine {
    /// This one, as it is now. What cannot be found out is left out.
    pub(super) fn of(workspace: &Workspace) -> Self {
        let cores = std::thread::available_parallelism().ok().map(|cores| format!("{cores} cores"));
        let load = file("/proc/loadavg").and_then(|text| Some(format!("load {} at the start", first_word(&text)?)));
        let parts = [processor(), cores, memory(), system(), rustc(), commit(workspace), load];
        Self(parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }

    #[cfg(test)]
    pub(super) fn named(name: &str) -> Self {
        Self(name.to_owned())
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn processor() -> Option<String> {
    let model = file("/proc/cpuinfo").and_then(|text| field(&text, "model name"));
    Some(model.unwrap_or_else(|| std::env::consts::ARCH.to_owned()))
}

fn memory() -> Option<String> {
    let total = field(&file("/proc/meminfo")?, "MemTotal")?;
    let kilobytes: f64 = first_word(&total)?.parse().ok()?;
    Some(format!("{:.0} GB of memory", kilobytes / f64::from(1 << 20)))
}

fn system() -> Option<String> {
    let release = file("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME=")).map(|name| name.trim_matches('"'));
    let kernel = file("/proc/sys/kernel/osrelease").map(|kernel| format!(" (kernel {})", kernel.trim()));
    Some(format!("{}{}", name.unwrap_or(std::env::consts::OS), kernel.unwrap_or_default()))
}

fn rustc() -> Option<String> {
    let version = output(Command::new("rustc").arg("--version"))?;
    Some(version.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

fn commit(workspace: &Workspace) -> Option<String> {
    let git = |arguments: &[&str]| output(Command::new("git").args(arguments).current_dir(workspace.root()));
    let id = git(&["rev-parse", "--short", "HEAD"])?;
    let changes = if git(&["status", "--porcelain"])?.is_empty() { "" } else { " with changes" };
    Some(format!("commit {id}{changes}"))
}

fn file(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// What a program prints, if it ends well.
fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// The value of the first line `name : value`.
fn field(text: &str, name: &str) -> Option<String> {
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines
        .map(|(key, value)| (key.trim(), value.trim()))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

fn first_word(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name() {
        let text = "processor\t: 0\nmodel name\t: A CPU @ 3.00GHz: fast\nmodel name\t: other\n";
        assert_eq!(field(text, "model name").as_deref(), Some("A CPU @ 3.00GHz: fast"));
        assert_eq!(field(text, "model"), None);
    }

    #[test]
    fn this_machine_has_cores_and_a_compiler() {
        let workspace = Workspace::find().unwrap_or_else(|_| panic!("a test runs in the workspace"));
        let shown = Machine::of(&workspace).to_string();
        assert!(shown.contains(" cores, ") && shown.contains("rustc 1."), "{shown}");
    }
}
