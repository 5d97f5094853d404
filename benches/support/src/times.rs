//! How long things took.

use std::time::Duration;

/// How long things took.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// One more.
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Those of others, too.
    pub fn extend(&mut self, others: Times) {
        self.0.extend(others.0);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that half of them do not exceed, in milliseconds; 0 if there are none.
    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    /// The time that 99 of 100 do not exceed, in milliseconds; 0 if there are none.
    pub fn p99(&self) -> f64 {
        self.at(0.99)
    }

    fn at(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let index = ((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1);
        sorted.get(index).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_times_is_no_longer() {
        let mut times = Times::default();
        assert_eq!((times.median(), times.p99()), (0.0, 0.0));
        for milliseconds in (1..=200).rev() {
            times.push(Duration::from_millis(milliseconds));
        }
        assert_eq!((times.count(), times.median(), times.p99()), (200, 100.0, 198.0));
    }
}
