//! The client: against the simulator over TCP, and against replies that no simulator would send.

mod retrieve;
mod robustness;
mod rows;
mod scripted;
mod server;
mod sessions;
mod tasks;
mod usage;
mod views;
mod watch;
