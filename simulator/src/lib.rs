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
//! all of `SessionManager`, of the property collector and of the views, and of `ServiceInstance` all but
//! `QueryVMotionCompatibility` and `ValidateMigration`, which need hosts. What else it plays, the tables below tell; an
//! operation that it does not play is refused with `MethodNotFound`.
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
#![doc = include_str!("../docs/access.md")]
#![doc = include_str!("../docs/operation.md")]
#![doc = include_str!("../docs/hostile.md")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may panic"))]

mod admin;
mod arguments;
mod authorization;
mod boxing;
mod builder;
mod call;
mod clock;
mod descriptions;
mod entity;
mod events;
mod fault;
mod faults;
mod hello;
mod history;
mod hostile;
pub mod inventory;
mod locale;
mod log;
mod members;
mod minimal;
mod names;
mod objects;
mod page;
mod property_path;
mod random;
mod reply;
mod requests;
mod search;
mod selection;
mod server;
mod session;
mod session_objects;
mod settings;
mod simulation;
mod simulator;
mod snapshot;
mod state;
mod store;
mod target;
mod tasks;
#[cfg(test)]
mod test_session;
mod ticket;
#[cfg(feature = "tls")]
mod tls;
mod user;
mod view;
mod viewer;
mod vm;

pub use self::builder::{Builder, StartError};
pub use self::clock::{Clock, ManualClock, SystemClock};
pub use self::faults::Faults;
pub use self::hostile::{FaultsFileError, Frequency, Hostility, Mode, Rule, RuleError};
pub use self::inventory::{Inventory, InventoryError, Sizes};
pub use self::log::RequestLog;
pub use self::settings::{ParseStrictnessError, Strictness};
pub use self::simulator::Simulator;
pub use self::snapshot::SnapshotError;
pub use self::user::{
    Accounts, AccountsError, DEFAULT_PASSWORD, DEFAULT_USER, Group, ParseRoleError, ParseUserError, Permission, Role,
    User, UsersFileError, read_users,
};
