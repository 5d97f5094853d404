//! The simulator over TCP, by requests and replies that are written by hand: no client of ours has a part in it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod calls;
mod client;
mod events;
mod exchanges;
mod identity;
mod lifetime;
#[cfg(feature = "cli")]
mod program;
mod properties;
mod sessions;
mod tasks;
mod tickets;
mod transport;
mod updates;
mod views;
