//! What this process has used: processor time and allocations.

use std::fs;

/// Processor time of all threads that live, in microseconds; 0 where the system does not tell.
pub(crate) fn processor_time() -> f64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanoseconds = threads.filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    });
    nanoseconds.sum::<u64>() as f64 / 1_000.0
}

/// How often memory was allocated, or moved to grow.
pub(crate) fn allocations() -> u64 {
    let stats = crate::ALLOCATOR.stats();
    (stats.allocations + stats.reallocations) as u64
}
