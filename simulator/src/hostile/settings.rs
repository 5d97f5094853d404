//! All rules, as data.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::rule::{Rule, RuleError};

/// What goes wrong: nothing, as long as there is no rule.
///
/// ```
/// use vim25_simulator::{Hostility, Mode, Rule};
///
/// let json = r#"{ "rules": [
///     { "mode": "latency", "milliseconds": 20, "jitter": 10 },
///     { "mode": "badGateway", "operation": "RetrievePropertiesEx", "every": 3 }
/// ] }"#;
/// let hostility: Hostility = serde_json::from_str(json).unwrap();
/// assert_eq!(hostility.rules[1], Rule::new(Mode::BadGateway).on("RetrievePropertiesEx").every(3));
/// assert_eq!(Hostility::default().rules, []);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hostility {
    /// They act in this order; the first one that answers in place of the server is the last one that acts.
    pub rules: Vec<Rule>,
}

/// A file with rules that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {}: {source}", path.display())]
pub struct FaultsFileError {
    path: PathBuf,
    source: io::Error,
}

impl Hostility {
    /// Reads a file with rules, which is JSON.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is no JSON of this form, or has a rule that makes no sense.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, FaultsFileError> {
        let path = path.as_ref();
        let failed = |source| FaultsFileError { path: path.to_owned(), source };
        let json = fs::read(path).map_err(failed)?;
        serde_json::from_slice(&json).map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidData, error)))
    }

    /// Fails if a rule makes no sense.
    pub(crate) fn check(&self) -> Result<(), RuleError> {
        self.rules.iter().try_for_each(Rule::check)
    }
}

impl<I: IntoIterator<Item = Rule>> From<I> for Hostility {
    fn from(rules: I) -> Self {
        Self { rules: rules.into_iter().collect() }
    }
}
