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
//! It holds an inventory ([`Builder::vms`] and its kin, or an [`Inventory`] from a file): datacenters, clusters, hosts,
//! datastores, networks and virtual machines, which live: they are powered on and off, reconfigured, cloned and moved by
//! tasks that take their time, and the property collector tells what has changed. A test can make things go wrong
//! ([`Simulator::faults`]) and see that nothing is left behind ([`Simulator::open_views`] and its kin).
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use vim25_simulator::{Rule, Simulator};
//!
//! let simulator = Simulator::builder().vms(20).start().await?;
//! simulator.faults().add("badGateway:RetrievePropertiesEx:every=3".parse::<Rule>()?);
//! assert_eq!(simulator.open_sessions() + simulator.open_views() + simulator.open_filters(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! It knows every operation and every type of [`vim25_api::REGISTRY`]. Requests are checked by these tables, and so is
//! every result. An operation that is not played is refused with `MethodNotFound`: there is no success that is none.
//!
//! | object | what is played |
//! |---|---|
//! | `ServiceInstance` | all but `QueryVMotionCompatibility`, `ValidateMigration` |
//! | `SessionManager`, `PropertyCollector`, `PropertyFilter`, `ViewManager` and all views | all |
//! | `TaskManager`, `Task`, `EventManager`, history collectors | all |
//! | `AuthorizationManager`, `UserDirectory`, `CustomFieldsManager`, `OptionManager` | all |
//! | `SearchIndex` | all but `Query`, `QueryNext` |
//! | `Folder` | folders, datacenters, clusters; create, register, move, remove machines |
//! | `VirtualMachine`, `VirtualMachineSnapshot` | power, guest, reconfigure, clone, relocate, snapshots, templates, questions |
//! | `HostSystem` | maintenance mode, connection, power |
//! | `Datacenter`, `ResourcePool`, `EnvironmentBrowser` | power on many; pools; what can be asked of the environment |
//! | every other object | its properties |
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
#[cfg(test)]
mod every_operation;
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
mod socketless;
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
pub use self::socketless::Socketless;
pub use self::user::{
    Accounts, AccountsError, DEFAULT_PASSWORD, DEFAULT_USER, Group, ParseRoleError, ParseUserError, Permission, Role,
    User, UsersFileError, read_users,
};
