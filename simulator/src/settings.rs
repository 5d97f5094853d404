//! What can be set about a simulator.

use std::time::Duration;

use vim25_api::REGISTRY;
use vim25_runtime::Release;

/// Releases of the API over JSON before that of the generated crate, and after it once it grows.
const RELEASES: [Release; 5] = [
    Release::new(8, 0, 1, 0),
    Release::new(8, 0, 2, 0),
    Release::new(8, 0, 3, 0),
    Release::new(9, 0, 0, 0),
    Release::new(9, 1, 0, 0),
];

/// What can be set about a simulator.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The releases that are served.
    pub(crate) releases: Vec<Release>,
    /// How long a session may be idle; zero is for ever.
    pub(crate) idle_timeout: Duration,
    /// How long a ticket can be used.
    pub(crate) ticket_lifetime: Duration,
    /// How many sessions there may be at once.
    pub(crate) max_sessions: usize,
    /// How many objects a page of the property collector has at most.
    pub(crate) max_page: usize,
    /// How long a task takes.
    pub(crate) task_duration: Duration,
    /// How many tasks that have ended are kept.
    pub(crate) max_ended_tasks: usize,
    /// How many bytes the body of a request may have.
    pub(crate) max_body: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let own = REGISTRY.release;
        let mut releases: Vec<Release> = RELEASES.into_iter().filter(|&release| release < own).collect();
        releases.push(own);
        Self {
            releases,
            idle_timeout: Duration::from_secs(30 * 60),
            ticket_lifetime: Duration::from_secs(60),
            max_sessions: 1_000,
            max_page: usize::MAX,
            task_duration: Duration::from_millis(500),
            max_ended_tasks: 1_000,
            max_body: 16 << 20,
        }
    }
}

impl Settings {
    /// The newest release that is served: the one that the simulator says it is.
    pub(crate) fn newest_release(&self) -> Release {
        self.releases.iter().copied().max().unwrap_or(REGISTRY.release)
    }
}
