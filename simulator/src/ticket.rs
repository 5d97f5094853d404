//! Tickets: one-time, short-lived stand-ins for a session or a password.

mod local;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use vim25_runtime::Secret;

pub(crate) use self::local::LocalTickets;
use crate::session::Sessions;

/// Tickets that each stand for a session. Their ids are the keys.
#[derive(Debug, Default)]
pub(crate) struct CloneTickets(HashMap<Secret, CloneTicket>);

#[derive(Debug)]
struct CloneTicket {
    /// The number of the session that the ticket stands for.
    session: u64,
    issued: Timestamp,
}

impl CloneTickets {
    /// Adds a ticket for a session.
    pub(crate) fn issue(&mut self, ticket: Secret, session: u64, now: Timestamp) {
        self.0.insert(ticket, CloneTicket { session, issued: now });
    }

    /// Uses a ticket up, and gives the number of its session if it was still good.
    pub(crate) fn redeem(&mut self, ticket: &Secret) -> Option<u64> {
        self.0.remove(ticket).map(|ticket| ticket.session)
    }

    /// Forgets the tickets that are too old, and those of sessions that have ended.
    pub(crate) fn prune(&mut self, now: Timestamp, lifetime: Duration, sessions: &Sessions) {
        if self.0.is_empty() {
            return;
        }
        let alive: HashSet<u64> = sessions.list().into_iter().map(|session| session.number).collect();
        self.0.retain(|_, ticket| alive.contains(&ticket.session) && !is_over(ticket.issued, now, lifetime));
    }
}

/// Whether a lifetime is over.
fn is_over(issued: Timestamp, now: Timestamp, lifetime: Duration) -> bool {
    now.duration_since(issued).try_into().is_ok_and(|age: Duration| age >= lifetime)
}
