//! The simulator over TCP, by requests and replies that are written by hand: no client of ours has a part in it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod access;
mod calls;
mod client;
mod events;
mod exchanges;
mod fields;
mod folders;
mod hostile;
#[cfg(feature = "tls")]
mod https;
mod identity;
mod inventory;
mod lifetime;
mod operation;
mod options;
#[cfg(feature = "cli")]
mod page;
#[cfg(feature = "cli")]
mod program;
mod properties;
mod sessions;
mod snapshot;
mod strictness;
mod tasks;
mod tickets;
mod transport;
mod updates;
mod views;
