//! What is known of the operations of the API, as data. The client and the simulator both run on it.

use std::fmt;

use percent_encoding::utf8_percent_encode;

use crate::reference::PATH;
use crate::release::Release;
use crate::type_info::{Item, TypeInfo};

/// A method or a property of a managed object.
pub struct OperationInfo {
    /// The managed object, by wire name.
    pub managed_object: &'static str,
    /// The wire name of the method or property.
    pub name: &'static str,
    /// The prefix of the path: empty for vim25, else the service (`vsan`, `pbm`, …).
    pub service: &'static str,
    /// Method, task or property.
    pub kind: OperationKind,
    /// The parameters, if there are any.
    pub request: Option<&'static TypeInfo>,
    /// What a successful reply holds, if it holds anything.
    pub result: Option<ResultInfo>,
    /// The faults that the document declares. Any call can raise others.
    pub faults: &'static [&'static TypeInfo],
    /// The privileges that the session needs.
    pub privileges: &'static [&'static str],
    /// Whether the operation works without a session.
    pub anonymous: bool,
    /// The release that brought the operation, if the document tells.
    pub since: Option<Release>,
    /// The last release that has the operation, if a later one lacks it.
    pub until: Option<Release>,
    /// Whether the document calls it deprecated.
    pub deprecated: bool,
}

/// Shows the name, as in `SessionManager.Login`.
impl fmt::Debug for OperationInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.managed_object, self.name)
    }
}

/// The kinds of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// A property, read by GET.
    Property,
    /// A method, called by POST.
    Method,
    /// A method, called by POST, that returns the reference of a task at once.
    Task,
}

/// The result of an operation.
#[derive(Clone, Copy, Debug)]
pub struct ResultInfo {
    /// The type of the value, or of each element.
    pub item: Item,
    /// Whether it is an array.
    pub is_list: bool,
    /// Whether it is always set.
    pub is_required: bool,
    /// Whether the value must be masked wherever it could be shown.
    pub is_secret: bool,
}

impl ResultInfo {
    /// A result that is always set.
    pub const fn required(item: Item) -> Self {
        let is_secret = matches!(item, Item::Secret);
        Self { item, is_list: false, is_required: true, is_secret }
    }

    /// A result that may be unset.
    pub const fn optional(item: Item) -> Self {
        Self { is_required: false, ..Self::required(item) }
    }

    /// The same result as an array.
    pub const fn list(self) -> Self {
        Self { is_list: true, ..self }
    }

    /// The same result, marked as secret.
    pub const fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }
}

impl OperationInfo {
    /// The HTTP verb.
    pub fn verb(&self) -> http::Method {
        match self.kind {
            OperationKind::Property => http::Method::GET,
            OperationKind::Method | OperationKind::Task => http::Method::POST,
        }
    }

    /// The path below the release, for the object with an id: `/SessionManager/SessionManager/Login`.
    pub fn path(&self, id: &str) -> String {
        let id = utf8_percent_encode(id, PATH);
        let service = if self.service.is_empty() { String::new() } else { format!("/{}", self.service) };
        format!("{service}/{}/{id}/{}", self.managed_object, self.name)
    }
}
