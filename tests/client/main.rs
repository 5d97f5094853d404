//! The client: against the simulator over TCP, and against replies that no simulator would send.

mod bad_certificates;
mod bad_replies;
mod greedy;
mod hostile;
mod keep_alive;
mod limits;
mod mock;
mod plain_http;
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
#[path = "../soak/mod.rs"]
mod soak;
mod soaking;
mod tasks;
mod tls;
mod usage;
mod views;
mod watch;
