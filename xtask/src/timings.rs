//! What each stage of a command cost: wall time, CPU and threads, and the peak of memory.
//!
//! Processor time and memory are what Linux tells in /proc; elsewhere a dash stands in the table.

use std::fs;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use vim25_codegen::Moment;

use crate::progress::count;

/// The stages so far, in the order in which they began.
pub(crate) struct Timings {
    begun: Instant,
    with_cpu: bool,
    stages: Mutex<Vec<Stage>>,
}

/// One row of the table.
struct Stage {
    name: &'static str,
    begins: Duration,
    ends: Duration,
    /// Of all threads that have done some of it.
    cpu: Option<Duration>,
    threads: Vec<Thread>,
}

/// A thread that has done some of a stage, and its processor time when it last began.
struct Thread {
    id: ThreadId,
    cpu: Option<Duration>,
}

impl Timings {
    /// Reading the processor time is a system call, so it is left out unless the table is wanted.
    pub(crate) fn new(with_cpu: bool) -> Self {
        Self { begun: Instant::now(), with_cpu, stages: Mutex::new(Vec::new()) }
    }

    /// A stage begins or ends on this thread. Tells whether it is the first time.
    pub(crate) fn note(&self, name: &'static str, moment: Moment) -> bool {
        let (now, cpu, id) = (self.elapsed(), self.cpu(), thread::current().id());
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        let known = stages.iter().position(|stage| stage.name == name);
        let index = known.unwrap_or_else(|| {
            stages.push(Stage { name, begins: now, ends: now, cpu: Some(Duration::ZERO), threads: Vec::new() });
            stages.len() - 1
        });
        let stage = &mut stages[index];
        match (moment, stage.threads.iter_mut().find(|thread| thread.id == id)) {
            (Moment::Begins, Some(thread)) => thread.cpu = cpu,
            (Moment::Begins, None) => stage.threads.push(Thread { id, cpu }),
            (Moment::Ends, thread) => {
                let before = thread.and_then(|thread| thread.cpu);
                stage.ends = now;
                stage.cpu = stage.cpu.zip(cpu).zip(before).map(|((sum, now), before)| sum + now.saturating_sub(before));
            }
        }
        known.is_none()
    }

    /// Since the command began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// From the first begin of a stage to its last end.
    pub(crate) fn wall(&self, name: &str) -> Option<Duration> {
        let stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        stages.iter().find(|stage| stage.name == name).map(|stage| stage.ends - stage.begins)
    }

    /// The table, for people and for scripts: a line per stage, and one for all.
    pub(crate) fn table(&self) -> String {
        let stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = line(["stage", "begins", "wall s", "CPU s", "threads"]);
        for stage in stages.iter() {
            let (begins, wall) = (number(stage.begins), number(stage.ends - stage.begins));
            let threads = stage.threads.len().to_string();
            text += &line([stage.name, &begins, &wall, &optional(stage.cpu), &threads]);
        }
        let cpu = stages.iter().map(|stage| stage.cpu).sum::<Option<Duration>>();
        text += &line(["all", "", &number(self.elapsed()), &optional(cpu), ""]);
        if let Some(peak) = peak_megabytes() {
            text += &format!("  peak memory {} MB\n", count(peak));
        }
        text
    }

    fn cpu(&self) -> Option<Duration> {
        if self.with_cpu { thread_cpu() } else { None }
    }
}

fn line([stage, begins, wall, cpu, threads]: [&str; 5]) -> String {
    format!("  {stage:<12}{begins:>9}{wall:>9}{cpu:>9}{threads:>9}").trim_end().to_owned() + "\n"
}

fn number(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

fn optional(time: Option<Duration>) -> String {
    time.map_or_else(|| "-".to_owned(), number)
}

/// How long this thread has run on a processor; the system counts by its ticks, which are some milliseconds.
fn thread_cpu() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// The most memory that the process has had at one time.
fn peak_megabytes() -> Option<usize> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let kilobytes = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().strip_suffix(" kB")?;
    kilobytes.parse::<usize>().ok().map(|kilobytes| kilobytes * 1024 / 1_000_000)
}

#[cfg(test)]
mod tests {
    use vim25_codegen::Moment::{Begins, Ends};

    use super::Timings;

    #[test]
    fn a_stage_of_two_threads_is_one_row() {
        let timings = Timings::new(false);
        assert!(timings.note("read", Begins));
        assert!(!timings.note("read", Ends));
        let elsewhere = std::thread::scope(|scope| {
            let note = || [timings.note("read", Begins), timings.note("lower", Begins), timings.note("lower", Ends)];
            scope.spawn(note).join()
        });
        assert_eq!(elsewhere.ok(), Some([false, true, false]));
        let table = timings.table();
        let rows: Vec<Vec<_>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        let ends = |row: usize| (rows[row][0], &rows[row][3..]);
        assert_eq!(ends(1), ("read", &["-", "2"][..]), "{table}");
        assert_eq!(ends(2), ("lower", &["-", "1"][..]), "{table}");
        assert_eq!(rows[3][0], "all", "{table}");
    }
}
