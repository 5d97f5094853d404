//! The simulator over TCP, by requests and replies that are written by hand: no client of ours has a part in it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod calls;
mod client;
mod exchanges;
mod folders;
mod identity;
mod lifetime;
#[cfg(feature = "cli")]
mod program;
mod sessions;
mod tickets;
mod transport;
