//! What is wrong with a change of devices.

use vim25_api::types::{InvalidDeviceSpec, TooManyDevices};
use vim25_runtime::DataType;

use crate::fault::{self, Failure};
use crate::members;

/// A fault about the device of a change, with the member that is wrong.
pub(super) fn of(fault: impl DataType, index: usize, property: &str, problem: &str) -> Failure {
    let message = format!("Wrong device change {index}, `{property}`: {problem}");
    let mut failure = fault::fault(fault, message);
    if let Failure::Fault(fault) = &mut failure {
        members::put(fault, "deviceIndex", i32::try_from(index).unwrap_or(i32::MAX));
        let path = if property == "operation" || property == "fileOperation" {
            property
        } else {
            &["device.", property].concat()
        };
        members::put(fault, "property", format!("virtualDeviceSpec.{path}"));
    }
    failure
}

/// The fault that the device of a change is wrong.
pub(super) fn invalid(index: usize, property: &str, problem: &str) -> Failure {
    of(InvalidDeviceSpec::new(), index, property, problem)
}

/// The fault that the machine can have no more devices of a kind.
pub(super) fn too_many(label: &str) -> Failure {
    let mut fault = TooManyDevices::new();
    fault.set_property("virtualDeviceSpec.device");
    fault::fault(fault, format!("There is no place for another device of the kind `{label}`."))
}
