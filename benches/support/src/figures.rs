//! The figures that a bench ends with.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use crate::Result;

/// Prints figures and, where `BENCH_RECORD` names a file, appends each to it as a line of JSON, which `cargo xtask bench`
/// reads.
#[derive(Debug)]
pub struct Figures {
    group: &'static str,
    record: Option<PathBuf>,
}

impl Figures {
    /// The figures of a group.
    pub fn new(group: &'static str) -> Self {
        Self { group, record: std::env::var_os("BENCH_RECORD").map(PathBuf::from) }
    }

    /// A figure, with its unit or an empty one.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn add(&self, name: &str, value: f64, unit: &str) -> Result<()> {
        let value = rounded(value);
        println!("{name:<72} {value:>12} {unit}");
        let Some(path) = &self.record else { return Ok(()) };
        let line = json!({ "group": self.group, "name": name, "value": value, "unit": unit });
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(writeln!(file, "{line}")?)
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
    use super::rounded;

    #[test]
    fn three_digits_count() {
        assert_eq!([0.0, 0.012_345, 1.234_5, 99.96, 12_345.6].map(rounded), [0.0, 0.0123, 1.23, 100.0, 12_346.0]);
    }
}
