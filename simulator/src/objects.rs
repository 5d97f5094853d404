//! The managed objects that the simulator plays: one module for each type, and here what they have in common.
//!
//! A module has a table of handlers by wire name. A handler gets an admitted [`Call`] and gives its result; what the
//! operation needs (session, privileges, arguments) was checked before, from the tables of the generated crate.

mod service_content;
mod service_instance;
mod session_manager;

use vim25_runtime::OperationInfo;

pub(crate) use self::service_content::ServiceObjects;
use crate::call::{Call, Outcome};

/// Plays an operation.
pub(crate) type Handler = fn(&mut Call<'_>) -> Outcome;

/// The handlers of a type of managed object, by wire name of the operation.
type Handlers = &'static [(&'static str, Handler)];

/// The types of managed objects that the simulator plays.
const PLAYED: &[(&str, Handlers)] =
    &[("ServiceInstance", service_instance::HANDLERS), ("SessionManager", session_manager::HANDLERS)];

/// Who plays an operation, if anybody does.
pub(crate) fn handler(operation: &OperationInfo) -> Option<Handler> {
    let (_, handlers) = PLAYED.iter().find(|(managed_object, _)| *managed_object == operation.managed_object)?;
    handlers.iter().find(|(name, _)| *name == operation.name).map(|&(_, handler)| handler)
}

#[cfg(test)]
mod tests {
    use vim25_api::REGISTRY;

    use super::*;

    #[test]
    fn every_handler_plays_an_operation_of_the_api() {
        for (managed_object, handlers) in PLAYED {
            for (name, _) in *handlers {
                assert!(REGISTRY.find_operation(managed_object, name).is_some(), "{managed_object}.{name}");
            }
        }
    }

    #[test]
    fn session_manager_is_played_in_full() {
        for operation in REGISTRY.operations_of("SessionManager") {
            assert!(handler(operation).is_some(), "{operation:?}");
        }
    }
}
