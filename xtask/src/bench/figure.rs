//! The figures that the benches have recorded: a line of JSON each.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

/// What a bench has measured.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) unit: String,
    pub(super) target: Option<Target>,
}

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

/// Whether it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Met,
    Missed,
    /// There is no target.
    None,
}

impl Figure {
    pub(super) fn verdict(&self) -> Verdict {
        let is_met = match self.target {
            None => return Verdict::None,
            Some(Target::AtLeast(least)) => self.value >= least,
            Some(Target::AtMost(most)) => self.value <= most,
        };
        if is_met { Verdict::Met } else { Verdict::Missed }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::AtLeast(least) => write!(f, ">= {least}"),
            Target::AtMost(most) => write!(f, "<= {most}"),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Met => "met",
            Verdict::Missed => "missed",
            Verdict::None => "-",
        })
    }
}

/// The figures of a file; none if there is no file, as no bench has recorded anything.
pub(super) fn read(path: &Path) -> Result<Vec<Figure>> {
    match fs::read_to_string(path) {
        Ok(text) => parse(&text, path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn parse(text: &str, path: &Path) -> Result<Vec<Figure>> {
    let figure = |(index, line): (usize, &str)| {
        figure(line).with_context(|| format!("{}:{}: this is no figure: {line}", path.display(), index + 1))
    };
    text.lines().enumerate().map(figure).collect()
}

fn figure(line: &str) -> Result<Figure> {
    let line: Value = serde_json::from_str(line).context("it is no JSON")?;
    let text = |name: &str| {
        let text = line.get(name).and_then(Value::as_str).map(str::to_owned);
        text.with_context(|| format!("`{name}` has to be a text"))
    };
    Ok(Figure {
        group: text("group")?,
        name: text("name")?,
        value: line.get("value").and_then(Value::as_f64).context("`value` has to be a number")?,
        unit: text("unit")?,
        target: match line.get("target") {
            None | Some(Value::Null) => None,
            Some(target) => Some(self::target(target)?),
        },
    })
}

fn target(value: &Value) -> Result<Target> {
    let parsed = value.as_str().and_then(|text| {
        let (sign, number) = text.split_once(' ')?;
        let number = number.parse().ok().filter(|number: &f64| number.is_finite())?;
        match sign {
            ">=" => Some(Target::AtLeast(number)),
            "<=" => Some(Target::AtMost(number)),
            _ => None,
        }
    });
    parsed.ok_or_else(|| anyhow!("`target` has to be `>= N` or `<= N`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_figure() {
        let text = r#"{"group":"decode","name":"4 MB reply","value":5.3,"unit":"x","target":">= 5"}
{"name":"tree","group":"size","value":107,"unit":"crates"}
"#;
        let figures = parse(text, Path::new("figures.jsonl")).expect("figures");
        let first = Figure {
            group: "decode".to_owned(),
            name: "4 MB reply".to_owned(),
            value: 5.3,
            unit: "x".to_owned(),
            target: Some(Target::AtLeast(5.0)),
        };
        assert_eq!(figures[0], first);
        assert_eq!((figures[1].value, figures[1].target), (107.0, None));
        assert_eq!(figures.len(), 2);
    }

    #[test]
    fn a_verdict_compares_with_the_target() {
        let verdict = |value, target| {
            let (group, name, unit) = (String::new(), String::new(), String::new());
            Figure { group, name, value, unit, target }.verdict()
        };
        assert_eq!(verdict(5.0, Some(Target::AtLeast(5.0))), Verdict::Met);
        assert_eq!(verdict(4.9, Some(Target::AtLeast(5.0))), Verdict::Missed);
        assert_eq!(verdict(5.0, Some(Target::AtMost(5.0))), Verdict::Met);
        assert_eq!(verdict(5.1, Some(Target::AtMost(5.0))), Verdict::Missed);
        assert_eq!(verdict(5.1, None), Verdict::None);
    }

    #[test]
    fn a_line_that_is_no_figure_is_named() {
        let good = r#"{"group":"a","name":"b","value":1,"unit":""}"#;
        for (bad, why) in [
            ("5 x", "it is no JSON"),
            ("", "it is no JSON"),
            (r#"{"name":"b","value":1,"unit":""}"#, "`group` has to be a text"),
            (r#"{"group":"a","name":"b","value":"1","unit":""}"#, "`value` has to be a number"),
            (r#"{"group":"a","name":"b","value":1,"unit":"","target":"5"}"#, "`target` has to be `>= N` or `<= N`"),
            (r#"{"group":"a","name":"b","value":1,"unit":"","target":"> 5"}"#, "`target` has to be `>= N` or `<= N`"),
        ] {
            let error =
                parse(&format!("{good}\n{bad}\n{good}"), Path::new("some/figures.jsonl")).expect_err("no figure");
            let shown = format!("{error:#}");
            assert!(shown.starts_with(&format!("some/figures.jsonl:2: this is no figure: {bad}: {why}")), "{shown}");
        }
    }

    #[test]
    fn without_a_record_there_are_no_figures() {
        assert_eq!(read(Path::new("no/such/file")).expect("figures"), []);
    }
}
