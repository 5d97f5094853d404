//! What can be set about a simulator.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use vim25_api::{REGISTRY, RELEASES};
use vim25_runtime::{Release, Secret};

/// What is refused about the arguments of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// What a vCenter refuses, as far as it is known: an object that does not say its type, an unknown member, the want
    /// of a required one.
    #[default]
    Vcenter,
    /// Less, as other simulators do: unknown members are ignored, required ones may be absent where the operation can
    /// do without, and objects need to say their type only where more than one is possible.
    Lenient,
}

/// A text that names no [`Strictness`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the strictness is `vcenter` or `lenient`, not `{0}`")]
pub struct ParseStrictnessError(String);

impl FromStr for Strictness {
    type Err = ParseStrictnessError;

    fn from_str(text: &str) -> Result<Self, ParseStrictnessError> {
        match text {
            "vcenter" => Ok(Strictness::Vcenter),
            "lenient" => Ok(Strictness::Lenient),
            _ => Err(ParseStrictnessError(text.to_owned())),
        }
    }
}

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
    /// How long a client may take to send the head of a request, and then the body.
    pub(crate) request_timeout: Duration,
    /// What is refused about arguments.
    pub(crate) strictness: Strictness,
    /// Names that clients call the simulator by, besides `localhost`.
    pub(crate) host_names: Vec<String>,
    /// Whether there are the endpoints for whoever runs the simulator, and the page that shows them.
    pub(crate) has_admin: bool,
    /// What the endpoints want to see, if anything.
    pub(crate) admin_token: Option<Secret>,
    /// The file that an endpoint saves the state to.
    pub(crate) state_file: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            releases: RELEASES.to_vec(),
            idle_timeout: Duration::from_secs(30 * 60),
            ticket_lifetime: Duration::from_secs(60),
            max_sessions: 1_000,
            max_page: usize::MAX,
            task_duration: Duration::from_millis(500),
            max_ended_tasks: 1_000,
            max_body: 16 << 20,
            request_timeout: Duration::from_secs(75),
            strictness: Strictness::default(),
            host_names: Vec::new(),
            has_admin: true,
            admin_token: None,
            state_file: None,
        }
    }
}

impl Settings {
    /// The newest release that is served: the one that the simulator says it is.
    pub(crate) fn newest_release(&self) -> Release {
        self.releases.iter().copied().max().unwrap_or(REGISTRY.release)
    }
}
