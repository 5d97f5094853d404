//! `cargo xtask generate`.

use std::path::{Path, PathBuf};

use vim25_codegen::{Layout, Options, Report, Spec};

use crate::failure::{Failure, Input};
use crate::progress::{Progress, count, seconds};
use crate::reading::read_file;
use crate::sync::{self, Change, FOLDER, Mode, Outcome};
use crate::workspace::Workspace;
use crate::{EXIT_CODES, elsewhere, report};

const EXAMPLES: &str = "\
Examples:
  cargo xtask generate
  cargo xtask generate --managed-object SessionManager --managed-object ServiceInstance
  cargo xtask generate --timings
  cargo xtask generate --spec vi-json.yaml --out ../my-api --crate-name my-api --managed-object VirtualMachine";

/// Write generated/ from spec/, or a crate of its own elsewhere
///
/// Reads the OpenAPI documents in spec/ and the overlays in spec/overlays/, and writes the crate in generated/: only the
/// files that differ, and it removes files that are no longer made. If the input has mistakes, all of them are shown and
/// nothing is written.
///
/// With --out, writes a crate that depends on nothing but vim25-runtime and bytemuck, to a folder that is new, empty, or
/// was written by this command before. Files that the generator did not make are never touched.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct Args {
    /// Generate only this managed object and what it needs; may be repeated. Replaces the list in spec/subset.yaml
    #[arg(long = "managed-object", value_name = "NAME")]
    managed_objects: Vec<String>,

    /// Folder of a self-contained crate, instead of generated/
    #[arg(long, value_name = "DIR", requires = "crate_name")]
    out: Option<PathBuf>,

    /// Name of the self-contained crate
    #[arg(long, value_name = "NAME", requires = "out", value_parser = crate_name)]
    crate_name: Option<String>,

    /// OpenAPI document, YAML or JSON, instead of those in spec/; may be repeated, one per release. Overlays and subset of
    /// spec/ are left aside
    #[arg(long = "spec", value_name = "FILE", requires = "out")]
    documents: Vec<PathBuf>,

    /// Overlay for the documents of --spec; may be repeated
    #[arg(long = "overlay", value_name = "FILE", requires = "documents")]
    overlays: Vec<PathBuf>,

    /// Show what each stage cost: wall and CPU time, threads, and the peak of memory. Stages that work side by side overlap
    #[arg(long)]
    timings: bool,
}

/// What cargo and rustc both take.
fn crate_name(name: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_plain) {
        return Ok(name.to_owned());
    }
    Err("a letter is expected, and then letters, digits, `-` and `_`".to_owned())
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<(), Failure> {
    let progress = Progress::with_cpu(args.timings);
    let (outcome, options, folder) = match (&args.out, &args.crate_name) {
        (Some(out), Some(name)) => {
            let (outcome, options) = elsewhere(workspace, args, (out, name), &progress)?;
            (outcome, options, out.display().to_string())
        }
        _ => {
            let options = workspace.options(&args.managed_objects)?;
            (sync::sync(workspace, &options, Mode::Write, &progress)?, options, FOLDER.to_owned())
        }
    };
    warnings(&outcome);
    row("read", &read(&outcome.spec), &progress.timings().wall("read").map_or_else(String::new, seconds));
    row("merged", &merged(&outcome.generated.report), "");
    row("made", &made(&outcome, &options.managed_objects), "");
    row("left out", &left_out(&outcome), "");
    row("wrote", &wrote(&outcome, &folder), &seconds(progress.timings().elapsed()));
    if args.timings {
        print!("\n{}", progress.timings().table());
    }
    if !args.managed_objects.is_empty() && args.out.is_none() {
        println!("\n  This is not the default subset: `cargo xtask check` will not be content with it.");
    }
    Ok(())
}

/// A self-contained crate, of the documents that are named or of those in spec/.
fn elsewhere(
    workspace: &Workspace,
    args: &Args,
    (out, crate_name): (&Path, &str),
    progress: &Progress,
) -> Result<(Outcome, Options), Failure> {
    let read = |paths: &[PathBuf]| paths.iter().map(|path| read_file(path)).collect::<Result<Vec<_>, Failure>>();
    let (spec, options) = progress.stage("read files", || {
        if args.documents.is_empty() {
            return Ok((workspace.spec()?, workspace.options(&args.managed_objects)?));
        }
        let spec = Spec { documents: read(&args.documents)?, overlays: read(&args.overlays)? };
        Ok::<_, Failure>((spec, Options { managed_objects: args.managed_objects.clone(), ..Options::default() }))
    })?;
    let options = Options { crate_name: crate_name.to_owned(), layout: Layout::SelfContained, ..options };
    let (spec, generated) = sync::generate(spec, &options, progress)?;
    let changes = progress.stage("write", || elsewhere::write(out, &generated.files))?;
    progress.done();
    Ok((Outcome { spec, generated, changes }, options))
}

/// A line, or several: the text is broken at blanks.
fn row(verb: &str, what: &str, time: &str) {
    let mut lines = wrap(what, 70).into_iter().peekable();
    let mut verb = verb;
    while let Some(line) = lines.next() {
        let time = if lines.peek().is_none() { time } else { "" };
        println!("{}", format!("  {verb:<10}{line:<70}{time:>8}").trim_end());
        verb = "";
    }
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + word.chars().count() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn warnings(outcome: &Outcome) {
    let Outcome { spec, generated, .. } = outcome;
    if !generated.warnings.is_empty() {
        report::problems(&Input { problems: generated.warnings.clone(), spec: spec.clone() });
    }
}

fn read(spec: &Spec) -> String {
    let Spec { documents, overlays } = spec;
    let bytes: usize = documents.iter().chain(overlays).map(|file| file.text.len()).sum();
    #[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
    let megabytes = bytes as f64 / 1e6;
    format!("{}, {}, {megabytes:.1} MB", plural(documents.len(), "document"), plural(overlays.len(), "overlay"))
}

/// `8.0.1.0 … 9.1.0.0: 3,032 data types, …`, and what is not in all of them alike.
fn merged(report: &Report) -> String {
    let releases = match report.releases.as_slice() {
        [only] => only.to_string(),
        [oldest, .., newest] => format!("{oldest} … {newest}"),
        [] => String::new(),
    };
    let counts: Vec<_> = report.merged.iter().map(|(name, number)| format!("{} {name}", count(*number))).collect();
    let changes: String = report.changes.iter().map(|change| format!("; {change}")).collect();
    format!("{releases}: {}{changes}", counts.join(", "))
}

fn made(outcome: &Outcome, managed_objects: &[String]) -> String {
    let report = &outcome.generated.report;
    let counts: Vec<_> = report.counts.iter().map(|(name, number)| format!("{} {name}", count(*number))).collect();
    let of = if managed_objects.is_empty() { "the whole API".to_owned() } else { managed_objects.join(", ") };
    format!("{of}: {}", counts.join(", "))
}

/// Nothing is skipped in silence: the schemas that become no item, counted by reason.
fn left_out(outcome: &Outcome) -> String {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for schema in &outcome.generated.report.excluded {
        match reasons.iter_mut().find(|(reason, _)| *reason == schema.reason) {
            Some((_, number)) => *number += 1,
            None => reasons.push((schema.reason, 1)),
        }
    }
    let reasons: Vec<_> = reasons.iter().map(|(reason, number)| format!("{} × {reason}", count(*number))).collect();
    reasons.join("; ")
}

/// `3 of 311 files in generated/ (src/lib.rs, fingerprint), 1 removed`.
fn wrote(outcome: &Outcome, folder: &str) -> String {
    let total = plural(outcome.generated.files.len(), "file");
    let is_removal = |change: &&Change| matches!(change, Change::Extra(_));
    let removed = outcome.changes.iter().filter(is_removal).count();
    let written: Vec<_> = outcome.changes.iter().filter(|change| !is_removal(change)).map(Change::path).collect();
    let names = match written.as_slice() {
        [] => String::new(),
        [first, second, _, _, ..] => format!(" ({first}, {second}, …)"),
        few => format!(" ({})", few.join(", ")),
    };
    let removed = if removed > 0 { format!(", {removed} removed") } else { String::new() };
    format!("{} of {total} in {folder}/{names}{removed}", count(written.len()))
}

/// `1 file`, `2,000 files`.
pub(crate) fn plural(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(number))
}

#[cfg(test)]
mod tests {
    use super::{crate_name, wrap};

    #[test]
    fn a_crate_name_is_checked() {
        assert_eq!(crate_name("my-api_2"), Ok("my-api_2".to_owned()));
        assert!(["", "2api", "my api", "a\"b", "../x"].iter().all(|name| crate_name(name).is_err()));
    }

    #[test]
    fn long_rows_are_broken_at_blanks() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("", 8), [""]);
    }
}
