//! What a command is doing, for anything that may take a second: one line that changes on a terminal, silence
//! elsewhere. The times of all stages are kept.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// The stages of a command.
pub(crate) struct Progress {
    is_terminal: bool,
    begun: Instant,
    stages: Vec<(&'static str, Instant)>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), begun: Instant::now(), stages: Vec::new() }
    }

    /// A stage begins, and the one before ends.
    pub(crate) fn stage(&mut self, name: &'static str) {
        self.stages.push((name, Instant::now()));
        if self.is_terminal {
            eprint!("\r\x1b[2K  {name} …");
            let _ = std::io::stderr().flush();
        }
    }

    /// The last stage ends; the line is wiped.
    pub(crate) fn done(&mut self) {
        self.stages.push(("", Instant::now()));
        if self.is_terminal {
            eprint!("\r\x1b[2K");
        }
    }

    /// Since the command began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// How long a stage took.
    pub(crate) fn stage_time(&self, name: &str) -> Option<Duration> {
        self.timings().find(|(stage, _)| *stage == name).map(|(_, time)| time)
    }

    /// Each stage and how long it took.
    pub(crate) fn timings(&self) -> impl Iterator<Item = (&'static str, Duration)> {
        let ends = self.stages.iter().skip(1);
        self.stages.iter().zip(ends).map(|((name, begin), (_, end))| (*name, *end - *begin))
    }
}

/// An early end must not leave its message behind the name of a stage.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_terminal && self.stages.last().is_some_and(|(name, _)| !name.is_empty()) {
            eprint!("\r\x1b[2K");
        }
    }
}

/// `1.2 s`.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// `1,726`.
pub(crate) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn thousands_are_parted() {
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }
}
