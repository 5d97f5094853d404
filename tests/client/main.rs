//! The client: against the simulator over TCP, and against replies that no simulator would send.

mod bad_replies;
mod keep_alive;
mod limits;
mod mock;
mod raw;
mod release;
mod relogin;
mod request_log;
mod retries;
mod retrieve;
mod robustness;
mod rows;
mod scripted;
mod server;
mod sessions;
mod tasks;
mod tls;
mod usage;
mod views;
mod watch;
