//! Times of several contenders, interleaved: each runs once in each round, in rotating order, so that what else the
//! machine does falls on all of them.

use std::time::{Duration, Instant};

/// The times of one contender, one per round; empty if it cannot do it.
pub type Times = Vec<Duration>;

/// Runs `once(index)` for all contenders in all rounds. It says how long it took; none if it cannot do it.
pub fn rounds(rounds: usize, contenders: usize, mut once: impl FnMut(usize) -> Option<Duration>) -> Vec<Times> {
    let mut times = vec![Times::new(); contenders];
    for round in 0..rounds {
        for step in 0..contenders {
            let index = (round + step) % contenders;
            times[index].extend(once(index));
        }
    }
    times
}

/// How long it takes.
pub fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    let result = std::hint::black_box(work());
    let time = start.elapsed();
    drop(result);
    time
}

/// The median of the times in seconds.
pub fn typical(times: &[Duration]) -> f64 {
    median(times.iter().map(Duration::as_secs_f64).collect())
}

/// The median over the rounds of how many times as long `other` takes as `own`; none if one of them cannot do it.
pub fn ratio(other: &[Duration], own: &[Duration]) -> Option<f64> {
    let ratios: Vec<_> = other.iter().zip(own).map(|(other, own)| other.as_secs_f64() / own.as_secs_f64()).collect();
    (!ratios.is_empty()).then(|| median(ratios))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
