//! The faults that the simulator raises, and the other ways in which it refuses.

use http::StatusCode;
use vim25_api::types;
use vim25_runtime::{DataType, ManagedObjectReference, Object};

/// Why a request gets no result.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// A fault of the API.
    Fault(Box<Object>),
    /// An HTTP status with a text, where the API has nothing to say.
    Status(StatusCode, String),
}

impl Failure {
    /// The fault; a status becomes one that says as much.
    pub(crate) fn into_fault(self) -> Object {
        match self {
            Failure::Fault(fault) => *fault,
            Failure::Status(_, text) => {
                let mut error = types::SystemError::new();
                error.set_reason(&text);
                let mut error = error.into_object();
                error.unknown_mut().insert("faultstring".to_owned(), text.into());
                error
            }
        }
    }
}

/// A fault with its text for people, which is in no schema but is what a vCenter sends.
pub(crate) fn fault(fault: impl DataType, message: impl Into<String>) -> Failure {
    let mut object = fault.into_object();
    object.unknown_mut().insert("faultstring".to_owned(), message.into().into());
    Failure::Fault(Box::new(object))
}

/// Wrong name, password or ticket: which of them is not said.
pub(crate) fn invalid_login() -> Failure {
    fault(types::InvalidLogin::new(), "The user name, the password or the ticket is wrong.")
}

/// A login where a session is there already.
pub(crate) fn already_logged_in() -> Failure {
    fault(types::InvalidLogin::new(), "There is a session already; log out first.")
}

pub(crate) fn invalid_locale(locale: &str) -> Failure {
    fault(types::InvalidLocale::new(), format!("The locale `{locale}` is not supported."))
}

pub(crate) fn no_client_certificate() -> Failure {
    fault(types::NoClientCertificate::new(), "The connection has no client certificate.")
}

pub(crate) fn not_found(message: impl Into<String>) -> Failure {
    fault(types::NotFound::new(), message)
}

pub(crate) fn not_supported(message: impl Into<String>) -> Failure {
    fault(types::NotSupported::new(), message)
}

/// An argument, or a member of one, that is wrong.
pub(crate) fn invalid_argument(path: &str, problem: &str) -> Failure {
    let mut invalid = types::InvalidArgument::new();
    invalid.set_invalid_property(path);
    fault(invalid, format!("Wrong argument `{path}`: {problem}"))
}

/// What is no request at all, or asks for a method that nobody knows.
pub(crate) fn invalid_request(message: impl Into<String>) -> Failure {
    fault(types::InvalidRequest::new(), message)
}

pub(crate) fn invalid_property(name: &str) -> Failure {
    let mut invalid = types::InvalidProperty::new();
    invalid.set_name(name);
    fault(invalid, format!("There is no property `{name}`."))
}

pub(crate) fn object_not_found(object: &ManagedObjectReference) -> Failure {
    let mut not_found = types::ManagedObjectNotFound::new();
    not_found.set_obj(object);
    fault(not_found, format!("There is no object {object}."))
}

/// A method that the API has and the object does not.
pub(crate) fn method_not_found(object: &ManagedObjectReference, method: &str) -> Failure {
    let mut not_found = types::MethodNotFound::new();
    not_found.set_receiver(object);
    not_found.set_method(method);
    fault(not_found, format!("The simulator does not play `{method}` of {object}."))
}

pub(crate) fn not_authenticated(object: &ManagedObjectReference, privilege: &str) -> Failure {
    let mut refused = types::NotAuthenticated::new();
    refused.set_object(object);
    refused.set_privilege_id(privilege);
    fault(refused, "There is no session; log in first.")
}

/// The session lacks privileges; the first of them is named twice.
pub(crate) fn no_permission(object: &ManagedObjectReference, missing: &[&'static str]) -> Failure {
    let mut entity = types::NoPermissionEntityPrivileges::new();
    entity.set_entity(object);
    entity.set_privilege_ids(missing.iter().copied());
    let mut refused = types::NoPermission::new();
    refused.set_object(object);
    refused.set_privilege_id(missing.first().copied().unwrap_or_default());
    refused.set_missing_privileges([entity]);
    fault(refused, format!("The privileges {} are missing.", missing.join(", ")))
}

/// The simulator itself is at fault.
pub(crate) fn system_error(reason: &str) -> Failure {
    let mut error = types::SystemError::new();
    error.set_reason(reason);
    fault(error, format!("The simulator has a bug: {reason}"))
}

pub(crate) fn too_many_sessions(limit: usize) -> Failure {
    Failure::Status(StatusCode::SERVICE_UNAVAILABLE, format!("there are {limit} sessions already, which is the limit"))
}
