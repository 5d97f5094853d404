//! What a command is doing, for anything that may take a second: one line that changes on a terminal, silence
//! elsewhere. The times of all stages are kept.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use vim25_codegen::Moment;

use crate::timings::Timings;

/// The stages of a command.
pub(crate) struct Progress {
    is_terminal: bool,
    timings: Timings,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self::of(Timings::new(false))
    }

    /// With all that `--timings` shows.
    pub(crate) fn with_cpu(with_cpu: bool) -> Self {
        Self::of(Timings::new(with_cpu))
    }

    fn of(timings: Timings) -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), timings }
    }

    /// Does a piece of work of a stage.
    pub(crate) fn stage<T>(&self, name: &'static str, work: impl FnOnce() -> T) -> T {
        self.observe(name, Moment::Begins);
        let done = work();
        self.observe(name, Moment::Ends);
        done
    }

    /// A stage begins or ends on this thread.
    pub(crate) fn observe(&self, name: &'static str, moment: Moment) {
        if self.timings.note(name, moment) && self.is_terminal {
            eprint!("\r\x1b[2K  {name} …");
            let _ = std::io::stderr().flush();
        }
    }

    /// The last stage has ended; the line is wiped.
    pub(crate) fn done(&self) {
        if self.is_terminal {
            eprint!("\r\x1b[2K");
        }
    }

    pub(crate) fn timings(&self) -> &Timings {
        &self.timings
    }
}

/// An early end must not leave its message behind the name of a stage.
impl Drop for Progress {
    fn drop(&mut self) {
        self.done();
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
