//! The managed objects that the simulator plays: one module for each type, and here what they have in common.
//!
//! A module has a table of handlers by wire name. A handler gets an admitted [`Call`] and gives its result; what the
//! operation needs (session, privileges, arguments) was checked before, from the tables of the generated crate.
//! Properties need no handler: they are in the store, but for the few that depend on who asks, or when.

mod authorization_manager;
mod custom_fields_manager;
mod datacenter;
mod environment_browser;
mod event_history_collector;
mod event_manager;
mod extensible_managed_object;
mod folder;
mod history_collector;
mod host_system;
mod inventory_view;
mod list_view;
mod managed_entity;
mod option_manager;
mod property_collector;
mod property_filter;
mod resource_pool;
mod search_index;
mod service_content;
mod service_instance;
mod session_manager;
mod task;
mod task_history_collector;
mod task_manager;
mod user_directory;
mod view;
mod view_manager;
mod virtual_machine;
mod virtual_machine_snapshot;

use std::sync::Arc;

use jiff::Timestamp;
use vim25_api::REGISTRY;
use vim25_runtime::{ManagedObjectReference, OperationInfo, Secret, Value};

#[cfg(test)]
pub(crate) use self::list_view::root_folder;
pub(crate) use self::property_collector::{Collector, Retrieval};
pub(crate) use self::service_content::{add_service_objects, singleton};
use crate::call::{Call, Outcome, Waiting};
use crate::fault::Failure;
use crate::session::Session;
use crate::state::State;
use crate::tasks::Finish;

/// Plays an operation.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// A method that is done at once.
    Now(fn(&mut Call<'_>) -> Outcome),
    /// A method that begins a task: what refuses it at once, and what its task does in the end.
    Task { check: fn(&mut Call<'_>) -> Result<(), Failure>, finish: Finish },
    /// A method that may have to wait for something to happen.
    Wait(fn(&mut Call<'_>) -> Result<Waiting, Failure>),
    /// A property that is not in the store, as it depends on who asks, or when.
    Property(fn(&Reading<'_>) -> Option<Value>),
}

/// Who reads a property, and when.
pub(crate) struct Reading<'a> {
    pub(crate) state: &'a State,
    pub(crate) now: Timestamp,
    pub(crate) object: &'a ManagedObjectReference,
    /// The id of the caller's session, if it has a live one.
    pub(crate) session_id: Option<&'a Secret>,
}

impl Reading<'_> {
    /// The caller's session.
    pub(crate) fn session(&self) -> Option<&Session> {
        self.state.session(self.session_id)
    }

    /// The value of a property of the object, if it is set.
    pub(crate) fn value(&self, property: &OperationInfo) -> Option<Arc<Value>> {
        match handler(property) {
            Some(Handler::Property(read)) => read(self).map(Arc::new),
            _ => self.state.store.get(self.object, property.name).cloned(),
        }
    }
}

/// The handlers of a type of managed object, by wire name of the operation.
type Handlers = &'static [(&'static str, Handler)];

/// The types of managed objects that the simulator plays. What is played of a base is played of those that derive
/// from it.
const PLAYED: &[(&str, Handlers)] = &[
    ("AuthorizationManager", authorization_manager::HANDLERS),
    ("CustomFieldsManager", custom_fields_manager::HANDLERS),
    ("Datacenter", datacenter::HANDLERS),
    ("EnvironmentBrowser", environment_browser::HANDLERS),
    ("EventHistoryCollector", event_history_collector::HANDLERS),
    ("EventManager", event_manager::HANDLERS),
    ("ExtensibleManagedObject", extensible_managed_object::HANDLERS),
    ("Folder", folder::HANDLERS),
    ("HistoryCollector", history_collector::HANDLERS),
    ("HostSystem", host_system::HANDLERS),
    ("InventoryView", inventory_view::HANDLERS),
    ("ListView", list_view::HANDLERS),
    ("ManagedEntity", managed_entity::HANDLERS),
    ("OptionManager", option_manager::HANDLERS),
    ("PropertyCollector", property_collector::HANDLERS),
    ("PropertyFilter", property_filter::HANDLERS),
    ("ResourcePool", resource_pool::HANDLERS),
    ("SearchIndex", search_index::HANDLERS),
    ("ServiceInstance", service_instance::HANDLERS),
    ("SessionManager", session_manager::HANDLERS),
    ("Task", task::HANDLERS),
    ("TaskHistoryCollector", task_history_collector::HANDLERS),
    ("TaskManager", task_manager::HANDLERS),
    ("UserDirectory", user_directory::HANDLERS),
    ("View", view::HANDLERS),
    ("ViewManager", view_manager::HANDLERS),
    ("VirtualMachine", virtual_machine::HANDLERS),
    ("VirtualMachineSnapshot", virtual_machine_snapshot::HANDLERS),
];

/// Who plays an operation, if anybody does: the type of the object itself, or the nearest base.
pub(crate) fn handler(operation: &OperationInfo) -> Option<Handler> {
    let bases = REGISTRY.find_managed_object(operation.managed_object).map_or(&[][..], |info| info.bases);
    let mut kinds = std::iter::once(operation.managed_object).chain(bases.iter().copied());
    kinds.find_map(|kind| {
        let (_, handlers) = PLAYED.iter().find(|(played, _)| *played == kind)?;
        handlers.iter().find(|(name, _)| *name == operation.name).map(|&(_, handler)| handler)
    })
}

#[cfg(test)]
mod tests {
    use vim25_runtime::OperationKind;

    use super::*;

    #[test]
    fn every_handler_plays_an_operation_of_the_api() {
        for (managed_object, handlers) in PLAYED {
            for (name, handler) in *handlers {
                let operation = REGISTRY.find_operation(managed_object, name);
                let operation = operation.unwrap_or_else(|| panic!("{managed_object}.{name}"));
                let is_right = match handler {
                    Handler::Now(_) | Handler::Wait(_) => operation.kind == OperationKind::Method,
                    Handler::Task { .. } => operation.kind == OperationKind::Task,
                    Handler::Property(_) => operation.kind == OperationKind::Property,
                };
                assert!(is_right, "{managed_object}.{name} is a {:?}", operation.kind);
            }
        }
    }

    #[test]
    fn session_manager_is_played_in_full() {
        for operation in REGISTRY.operations_of("SessionManager") {
            let is_played = operation.kind == OperationKind::Property || handler(operation).is_some();
            assert!(is_played, "{operation:?}");
        }
    }
}
