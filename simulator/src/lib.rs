//! A VI JSON server for tests and examples.

mod arguments;
mod builder;
mod call;
mod clock;
mod fault;
mod hello;
mod locale;
mod log;
mod objects;
mod random;
mod reply;
mod server;
mod session;
mod settings;
mod simulation;
mod simulator;
mod state;
mod target;
mod ticket;
mod user;

pub use self::builder::{Builder, StartError};
pub use self::clock::{Clock, ManualClock, SystemClock};
pub use self::log::RequestLog;
pub use self::simulator::{Faults, Simulator};
pub use self::user::{
    DEFAULT_PASSWORD, DEFAULT_USER, ParseRoleError, ParseUserError, Role, User, UsersFileError, read_users,
};
