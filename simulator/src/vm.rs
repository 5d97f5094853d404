//! The life of virtual machines: what the inventory at the start and the operations of the API have in common.
//!
//! `config` and `runtime` are what is so. All other properties that show a part of it follow from them:
//! [`summary`] and [`layout`] are the only places that set those.

mod busy;
mod clone;
mod config;
mod create;
mod devices;
mod files;
mod guest;
mod guest_os;
mod layout;
mod links;
mod placement;
mod power;
mod question;
mod reconfigure;
mod relocate;
mod remove;
mod rename_datastore;
mod snapshot;
mod summary;
#[cfg(test)]
pub(crate) mod tests;

use vim25_runtime::ManagedObjectReference;

pub(crate) use self::busy::check_idle;
pub(crate) use self::clone::clone;
pub(crate) use self::create::create;
pub(crate) use self::files::Files;
pub(crate) use self::placement::{check_usable, is_usable, pick_host, place_new};
pub(crate) use self::power::{
    check_connected, check_power, invalid_power_state, is_guest_running, power_state, reset, set_connection, set_power,
};
pub(crate) use self::question::{Question, answer, ask};
pub(crate) use self::reconfigure::{reconfigure, rename, set_template, upgrade};
pub(crate) use self::relocate::{move_to_pool, relocate};
pub(crate) use self::remove::{Removal, register, remove};
pub(crate) use self::rename_datastore::rename_datastore;
pub(crate) use self::snapshot::{
    Snapshot, current_snapshot, remove_all_snapshots, remove_snapshot, rename_snapshot, revert, take, take_snapshot,
};

/// Where a virtual machine is put.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    pub(crate) folder: ManagedObjectReference,
    pub(crate) pool: ManagedObjectReference,
    pub(crate) host: ManagedObjectReference,
    pub(crate) datastore: ManagedObjectReference,
}
