//! Releases of the API.

use std::fmt;
use std::str::FromStr;

/// A release of the vSphere API: four numbers, as in `8.0.2.0`. Ordered as numbers, not as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release([u16; 4]);

impl Release {
    /// The release of four numbers.
    pub const fn new(major: u16, minor: u16, update: u16, patch: u16) -> Self {
        Self([major, minor, update, patch])
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, update, patch] = self.0;
        write!(f, "{major}.{minor}.{update}.{patch}")
    }
}

/// A text that is no release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no release: four numbers are expected, as in `8.0.2.0`")]
pub struct ParseReleaseError(String);

impl FromStr for Release {
    type Err = ParseReleaseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseReleaseError(text.to_owned());
        let mut numbers = [0; 4];
        let mut parts = text.split('.');
        for number in &mut numbers {
            let digits = parts.next().filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
            *number = digits.and_then(|part| part.parse().ok()).ok_or_else(error)?;
        }
        if parts.next().is_some() { Err(error()) } else { Ok(Self(numbers)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_ordered_as_numbers() {
        assert!(Release::new(8, 0, 10, 0) > Release::new(8, 0, 2, 0));
    }

    #[test]
    fn a_release_reads_back_what_it_shows() {
        assert_eq!("9.1.0.0".parse(), Ok(Release::new(9, 1, 0, 0)));
        assert_eq!(Release::new(8, 0, 2, 0).to_string(), "8.0.2.0");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "8.0.2", "8.0.2.0.1", "8.0.x.0", "8.0.-2.0", "8.0.+2.0", "8.0.99999.0"] {
            assert!(text.parse::<Release>().is_err(), "{text}");
        }
    }
}
