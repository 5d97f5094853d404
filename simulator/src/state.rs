//! All that changes while a simulator runs, in one place.

use jiff::Timestamp;
use vim25_runtime::Secret;

use crate::random::Random;
use crate::session::{Session, Sessions};
use crate::settings::Settings;
use crate::ticket::{CloneTickets, LocalTickets};

/// All that changes while a simulator runs. One lock guards it, so that a call sees and leaves it whole.
pub(crate) struct State {
    pub(crate) random: Random,
    pub(crate) sessions: Sessions,
    pub(crate) clone_tickets: CloneTickets,
    pub(crate) local_tickets: LocalTickets,
    /// The message of the service to its users.
    pub(crate) message: Option<String>,
}

impl State {
    /// The state of a simulator that has just started.
    pub(crate) fn new(random: Random) -> Self {
        Self {
            random,
            sessions: Sessions::default(),
            clone_tickets: CloneTickets::default(),
            local_tickets: LocalTickets::default(),
            message: None,
        }
    }

    /// Lets time do its work: idle sessions end, old tickets become void. Every request begins with it, so that
    /// nothing depends on when a timer fires.
    pub(crate) fn pass_time(&mut self, now: Timestamp, settings: &Settings) {
        self.sessions.close_idle(now, settings.idle_timeout);
        self.local_tickets.prune(now, settings.ticket_lifetime);
        self.clone_tickets.prune(now, settings.ticket_lifetime, &self.sessions);
    }

    /// The live session with an id.
    pub(crate) fn session(&self, id: Option<&Secret>) -> Option<&Session> {
        self.sessions.get(id?)
    }
}
