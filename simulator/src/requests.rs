//! What is counted of connections and requests, and the last of these.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::log::RequestLog;

/// How many requests are kept.
const MAX_RECENT: usize = 200;

/// What is counted of connections and requests, and the last of these.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    connections: u64,
    recent: VecDeque<RequestLog>,
    by_status: BTreeMap<u16, u64>,
    durations: Durations,
}

/// How many requests took how long.
#[derive(Clone, Debug, Default)]
pub(crate) struct Durations {
    /// How many took as long as each of [`BOUNDS`](Self::BOUNDS) and longer than the one before; last the longer ones.
    counts: [u64; Durations::BOUNDS.len() + 1],
    total: Duration,
}

impl Requests {
    /// Counts a connection, over which requests may come.
    pub(crate) fn note_connection(&mut self) {
        self.connections += 1;
    }

    /// How many connections were accepted.
    pub(crate) fn connections(&self) -> u64 {
        self.connections
    }

    /// Counts a request and keeps it for a while.
    pub(crate) fn note(&mut self, request: RequestLog) {
        *self.by_status.entry(request.status).or_default() += 1;
        self.durations.note(request.duration);
        if self.recent.len() == MAX_RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(request);
    }

    /// The last requests, the latest first.
    pub(crate) fn recent(&self) -> impl Iterator<Item = &RequestLog> {
        self.recent.iter().rev()
    }

    /// How many requests got which status.
    pub(crate) fn by_status(&self) -> &BTreeMap<u16, u64> {
        &self.by_status
    }

    /// How long they took.
    pub(crate) fn durations(&self) -> &Durations {
        &self.durations
    }
}

impl Durations {
    /// In seconds.
    const BOUNDS: [f64; 9] = [0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0];

    fn note(&mut self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        let index = Self::BOUNDS.iter().position(|&bound| seconds <= bound).unwrap_or(Self::BOUNDS.len());
        self.counts[index] += 1;
        self.total += duration;
    }

    /// For each bound in seconds, how many requests took no longer.
    pub(crate) fn cumulated(&self) -> impl Iterator<Item = (f64, u64)> {
        let sums = self.counts.iter().scan(0, |sum, count| {
            *sum += count;
            Some(*sum)
        });
        Self::BOUNDS.into_iter().zip(sums)
    }

    /// How many requests there were.
    pub(crate) fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How long they took together, in seconds.
    pub(crate) fn total(&self) -> f64 {
        self.total.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_counted_up_to_each_bound() {
        let mut durations = Durations::default();
        for milliseconds in [1, 3, 5, 700, 1_000_000] {
            durations.note(Duration::from_millis(milliseconds));
        }
        let counts: Vec<u64> = durations.cumulated().map(|(_, count)| count).collect();
        assert_eq!(counts, [1, 3, 3, 3, 3, 4, 4, 4, 4]);
        assert_eq!((durations.count(), durations.total()), (5, 1000.709));
    }
}
