//! `cargo xtask diff`.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde_json::json;
use vim25_codegen::diff::{self, Action, Diff, Group, Line, Rule, Verdict};
use vim25_codegen::{Spec, load_each};

use crate::EXIT_CODES;
use crate::failure::Failure;
use crate::generate::plural;
use crate::progress::{Progress, count};
use crate::reading::read_file;

const EXAMPLES: &str = "\
Examples:
  cargo xtask diff spec/vim25-8.0.3.0.yaml spec/vim25-9.0.0.0.yaml
  cargo xtask diff OLD NEW --format markdown > changes.md
  cargo xtask diff OLD NEW --format json | jq '.changes[] | select(.verdict == \"breaking\")'

Verdicts, for a program that was written against the older release:
  compatible  it compiles with a crate that knows both releases, and works with a newer server
  behaviour   it compiles, but may meet something else than before
  breaking    it does not compile any more, or what it asks of a newer server fails";

/// Tell what a release added, removed and changed, and what of it breaks consumers
///
/// Compares two OpenAPI documents, YAML or JSON, without overlays.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct Args {
    /// Document of the older release
    old: PathBuf,

    /// Document of the newer release
    new: PathBuf,

    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// One line per difference
    Text,
    /// One table per managed object, type and enum
    Markdown,
    /// For programs
    Json,
}

pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    let progress = Progress::new();
    let diff = progress.stage("read", || compare(&args.old, &args.new))?;
    progress.done();
    let text = match args.format {
        Format::Text => text(&diff),
        Format::Markdown => markdown(&diff),
        Format::Json => json(&diff),
    };
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(anyhow::Error::new(error).into()),
        _ => {}
    }
    if diff.verdicts(Verdict::Breaking) > 0 { Err(Failure::Breaking) } else { Ok(()) }
}

fn compare(old: &Path, new: &Path) -> Result<Diff, Failure> {
    let spec = Spec { documents: vec![read_file(old)?, read_file(new)?], overlays: Vec::new() };
    let compared = load_each(&spec).and_then(|models| match models.as_slice() {
        [old, new] => diff::diff(old, new),
        _ => unreachable!("there is one model for each document"),
    });
    compared.map_err(|problems| Failure::input(problems, spec))
}

fn sign(rule: Rule) -> char {
    match rule.action() {
        Action::Added => '+',
        Action::Removed => '-',
        Action::Changed => '~',
    }
}

fn text(diff: &Diff) -> String {
    let width = |length: fn(&Line) -> usize| diff.lines.iter().map(length).max().unwrap_or_default();
    let item = width(|line| line.item.chars().count()).min(70);
    let what = width(|line| line.what.chars().count()).min(50);
    let mut out = String::new();
    for line in &diff.lines {
        let Line { item: name, what: words, rule, .. } = line;
        let _ = writeln!(out, "  {} {name:<item$}  {words:<what$}  {}", sign(*rule), line.verdict());
    }
    let _ = writeln!(out, "  {}", summary(diff));
    out
}

/// `54 types added, 0 removed · 21 operations added, 0 removed · verdict: 1 breaking change`.
fn summary(diff: &Diff) -> String {
    let pair = |noun: &str, added: Rule, removed: Rule| {
        format!("{} added, {} removed", plural(diff.count(added), noun), count(diff.count(removed)))
    };
    let verdict = match (diff.verdicts(Verdict::Breaking), diff.verdicts(Verdict::Behaviour)) {
        (0, 0) => "compatible".to_owned(),
        (0, behaviour) => plural(behaviour, "change of behaviour").replace("behaviours", "behaviour"),
        (breaking, _) => plural(breaking, "breaking change"),
    };
    [
        pair("type", Rule::TypeAdded, Rule::TypeRemoved),
        pair("operation", Rule::OperationAdded, Rule::OperationRemoved),
        format!("verdict: {verdict}"),
    ]
    .join(" · ")
}

fn markdown(diff: &Diff) -> String {
    let mut out = format!("# {} → {}\n\n{}\n", diff.old, diff.new, summary(diff));
    for lines in diff.lines.chunk_by(|a, b| a.group == b.group) {
        let _ =
            writeln!(out, "\n## {} `{}`\n\n| | | | |\n|---|---|---|---|", kind(&lines[0].group), lines[0].group.name());
        for line in lines {
            let verdict = match line.verdict() {
                Verdict::Compatible => "compatible",
                Verdict::Behaviour => "**behaviour**",
                Verdict::Breaking => "**breaking**",
            };
            let words = line.what.replace('|', "\\|").replace('<', "&lt;");
            let _ = writeln!(out, "| {} | `{}` | {words} | {verdict} |", sign(line.rule), line.item);
        }
    }
    out
}

fn kind(group: &Group) -> &'static str {
    match group {
        Group::ManagedObject(_) => "Managed object",
        Group::Type(_) => "Type",
        Group::Enum(_) => "Enum",
    }
}

fn json(diff: &Diff) -> String {
    let change = |line: &Line| {
        json!({
            "kind": kind(&line.group).to_lowercase(),
            "group": line.group.name(),
            "item": line.item,
            "action": format!("{:?}", line.rule.action()).to_lowercase(),
            "rule": format!("{:?}", line.rule),
            "what": line.what,
            "verdict": line.verdict().to_string(),
            "reason": line.rule.reason(),
        })
    };
    let all = json!({
        "old": diff.old.to_string(),
        "new": diff.new.to_string(),
        "compatible": diff.verdicts(Verdict::Compatible),
        "behaviour": diff.verdicts(Verdict::Behaviour),
        "breaking": diff.verdicts(Verdict::Breaking),
        "changes": diff.lines.iter().map(change).collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}
