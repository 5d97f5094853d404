//! What a benchmark found: printed as a table, and appended to the file that `BENCH_RECORD` names, one JSON object a line.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};

use serde::Serialize;

/// One figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// What it belongs to: `decode`, `encode`, `access`, `memory`.
    pub group: &'static str,
    /// What was measured.
    pub name: String,
    /// How much it is.
    pub value: f64,
    /// Of what: `ms`, `ns`, `x`.
    pub unit: &'static str,
    /// `>= N` or `<= N`, if there is a target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<&'static str>,
}

impl Figure {
    /// A figure without target.
    pub fn new(group: &'static str, name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { group, name: name.into(), value, unit, target: None }
    }

    /// The same with a target, `>= N` or `<= N`.
    pub fn target(self, target: &'static str) -> Self {
        Self { target: Some(target), ..self }
    }
}

/// Prints figures, and records them if that is asked for.
///
/// # Errors
///
/// The file that `BENCH_RECORD` names cannot be written.
pub fn report(figures: &[Figure]) -> io::Result<()> {
    print!("{}", table(figures));
    match std::env::var_os("BENCH_RECORD") {
        Some(path) => OpenOptions::new().create(true).append(true).open(path)?.write_all(lines(figures)?.as_bytes()),
        None => Ok(()),
    }
}

fn table(figures: &[Figure]) -> String {
    figures.iter().fold(String::new(), |mut table, figure| {
        let Figure { group, name, value, unit, target } = figure;
        // Writing to a string cannot fail.
        let _ = writeln!(table, "{group:<8} {name:<62} {value:>12.3} {unit:<12} {}", target.unwrap_or_default());
        table
    })
}

fn lines(figures: &[Figure]) -> io::Result<String> {
    figures.iter().map(|figure| Ok(serde_json::to_string(figure)? + "\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Figure, lines};

    #[test]
    fn a_figure_is_a_line() {
        let figures = [
            Figure::new("memory", "held, per byte of the body", 1.5, "x").target("<= 2"),
            Figure::new("decode", "4 MB", 20.0, "ms"),
        ];
        let expected = concat!(
            r#"{"group":"memory","name":"held, per byte of the body","value":1.5,"unit":"x","target":"<= 2"}"#,
            "\n",
            r#"{"group":"decode","name":"4 MB","value":20.0,"unit":"ms"}"#,
            "\n",
        );
        assert_eq!(lines(&figures).unwrap(), expected);
    }
}
