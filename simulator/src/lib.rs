//! A VI JSON server for tests and examples: on a real socket, for any client of the vSphere VI JSON API in any language.
//!
//! In a test it is a value:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), vim25_simulator::StartError> {
//! use vim25_simulator::{Simulator, User};
//!
//! let simulator = Simulator::builder().user(User::administrator("root", "secret")).start().await?;
//! println!("log in to {} as {}", simulator.url(), simulator.user());
//! # simulator.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! On the command line it is a program: `vim25-simulator --listen 127.0.0.1:8989`; `--help` tells the rest.
//!
//! It knows every operation and every type of [`vim25_api::REGISTRY`], and refuses what a vCenter would refuse. It plays
//! all of `SessionManager`, and of `ServiceInstance` all but `QueryVMotionCompatibility` and `ValidateMigration`, which
//! need hosts. The other objects that `ServiceInstance.content` names exist but play nothing yet.
//!
//! # What it does, and how sure it is that a vCenter does the same
//!
//! *Documented* is what the vendor documents, *reported* is what third parties report of a live vCenter 8.0.3, *seen in a
//! SOAP simulator* is the behaviour of another simulator that did not speak JSON, and *our choice* is just that.
//!
#![doc = include_str!("../docs/calls.md")]
#![doc = include_str!("../docs/sessions.md")]
#![doc = include_str!("../docs/inventory.md")]
#![doc = include_str!("../docs/properties.md")]
#![doc = include_str!("../docs/virtual-machines.md")]
#![doc = include_str!("../docs/managers.md")]
#![doc = include_str!("../docs/operation.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod arguments;
mod authorization;
mod builder;
mod call;
mod clock;
mod entity;
mod events;
mod fault;
mod hello;
mod locale;
mod log;
mod members;
mod minimal;
mod names;
mod objects;
mod random;
mod reply;
mod server;
mod session;
mod settings;
mod simulation;
mod simulator;
mod state;
mod store;
mod target;
mod tasks;
mod ticket;
mod user;
mod vm;

pub use self::builder::{Builder, StartError};
pub use self::clock::{Clock, ManualClock, SystemClock};
pub use self::log::RequestLog;
pub use self::simulator::{Faults, Simulator};
pub use self::user::{
    DEFAULT_PASSWORD, DEFAULT_USER, ParseRoleError, ParseUserError, Role, User, UsersFileError, read_users,
};
