//! The figures that a bench ends with.

use std::fs::OpenOptions;
use std::io::Write;

use serde_json::json;

use crate::Result;

/// What was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it belongs to: `decode`, `client`, …
    pub group: &'static str,
    /// What was measured.
    pub name: String,
    /// How much it is.
    pub value: f64,
    /// Of what: `ms`, `x`, or nothing.
    pub unit: &'static str,
    /// `>= N` or `<= N`, if there is a target.
    pub target: Option<&'static str>,
}

impl Figure {
    /// A figure without target.
    pub fn new(group: &'static str, name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { group, name: name.into(), value: rounded(value), unit, target: None }
    }

    /// The same with a target, `>= N` or `<= N`.
    pub fn target(self, target: &'static str) -> Self {
        Self { target: Some(target), ..self }
    }

    /// Prints the figure and, where `BENCH_RECORD` names a file, appends it as a line of JSON, which
    /// `cargo xtask bench` reads.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn report(&self) -> Result<()> {
        let Self { group, name, value, unit, target } = self;
        println!("{group:<8} {name:<66} {value:>12} {unit:<12} {}", target.unwrap_or_default());
        let Some(path) = std::env::var_os("BENCH_RECORD") else { return Ok(()) };
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(writeln!(file, "{}", self.line())?)
    }

    fn line(&self) -> serde_json::Value {
        let Self { group, name, value, unit, target } = self;
        let mut line = json!({ "group": group, "name": name, "value": value, "unit": unit });
        if let Some(target) = target {
            line["target"] = (*target).into();
        }
        line
    }
}

/// The figures of a group, as they come.
#[derive(Debug)]
pub struct Figures {
    group: &'static str,
}

impl Figures {
    /// The figures of a group.
    pub fn new(group: &'static str) -> Self {
        Self { group }
    }

    /// A figure, with its unit or an empty one.
    ///
    /// # Errors
    ///
    /// The file that `BENCH_RECORD` names cannot be written.
    pub fn add(&self, name: &str, value: f64, unit: &'static str) -> Result<()> {
        Figure::new(self.group, name, value, unit).report()
    }
}

/// Three digits that count, or all before the point.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = (2 - value.abs().log10().floor() as i32).max(0);
    let factor = 10_f64.powi(digits);
    (value * factor).round() / factor
}

#[cfg(test)]
mod tests {
    use super::{Figure, rounded};

    #[test]
    fn three_digits_count() {
        assert_eq!([0.0, 0.012_345, 1.234_5, 99.96, 12_345.6].map(rounded), [0.0, 0.0123, 1.23, 100.0, 12_346.0]);
    }

    #[test]
    fn a_figure_is_a_line() {
        let figure = Figure::new("memory", "held", 1.5, "x");
        assert_eq!(figure.line().to_string(), r#"{"group":"memory","name":"held","unit":"x","value":1.5}"#);
        assert_eq!(figure.target("<= 2").line()["target"], "<= 2");
    }
}
