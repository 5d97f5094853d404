//! The client: against the simulator over TCP, and against replies that no simulator would send.

mod robustness;
mod scripted;
mod sessions;
mod usage;
