//! What the simulator holds when it starts: the plan of it, and how it becomes managed objects.
//!
//! A plan is data, made from sizes or read from a file. It is checked as a whole, then built, once. What builds the
//! parts of it is also for the operations that create such parts later.

mod build;
mod check;
pub(crate) mod compute;
pub(crate) mod data;
pub(crate) mod datacenter;
pub(crate) mod datastore;
pub(crate) mod entity;
mod file;
pub(crate) mod folder;
pub(crate) mod host;
mod machine;
pub(crate) mod network;
pub(crate) mod path;
mod plan;
pub(crate) mod pool;
mod seat;
mod sizes;
pub(crate) mod switch;
mod usage;

pub(crate) use self::build::build;
pub use self::file::InventoryError;
pub use self::plan::{
    Allocation, CardType, Cluster, Datacenter, Datastore, DatastoreType, Disk, Host, Inventory, Network, NetworkCard,
    Pool, Portgroup, PowerState, Snapshot, Switch, VirtualMachine,
};
pub use self::sizes::Sizes;
pub(crate) use self::usage::Usage;
