//! What a caller sees of the managed objects.

use std::sync::Arc;

use jiff::Timestamp;
use vim25_runtime::{ManagedObjectReference, OperationInfo, Secret, Value};

use crate::call::Call;
use crate::fault::{self, Failure};
use crate::objects::Reading;
use crate::property_path::PropertyPath;
use crate::session::Session;
use crate::state::State;
use crate::store::property;

/// Somebody who looks at the managed objects: the session decides what there is to see.
#[derive(Clone, Copy)]
pub(crate) struct Viewer<'a> {
    pub(crate) state: &'a State,
    pub(crate) now: Timestamp,
    /// The id of the caller's session, if it has a live one.
    pub(crate) session_id: Option<&'a Secret>,
}

impl<'a> Viewer<'a> {
    /// The caller of an operation.
    pub(crate) fn of(call: &'a Call<'_>) -> Self {
        Self { state: call.state, now: call.now, session_id: call.session_id }
    }

    /// Whether an object exists and is not one of another session.
    pub(crate) fn finds(&self, object: &ManagedObjectReference) -> bool {
        self.state.finds(self.session(), object)
    }

    /// Whether the caller may know of an object at all.
    pub(crate) fn sees(&self, object: &ManagedObjectReference) -> bool {
        let Some(session) = self.session() else { return false };
        self.finds(object)
            && (self.state.session_objects.is_owned(object)
                || self.state.missing_privileges(session, object, &["System.View"]).is_empty())
    }

    /// The value of the property that a path begins with.
    pub(crate) fn root(
        &self,
        object: &ManagedObjectReference,
        path: &PropertyPath,
    ) -> Result<Option<Arc<Value>>, Failure> {
        let declared = path.property;
        // A path may be declared by a base; the object's own type says who may read it.
        let own = (declared.managed_object != object.type_name()).then(|| property(object.type_name(), declared.name));
        let own = own.flatten().unwrap_or(declared);
        self.check(object, own)?;
        let reading = Reading { state: self.state, now: self.now, object, session_id: self.session_id };
        Ok(reading.value(own))
    }

    /// Whether the caller may read a property.
    fn check(&self, object: &ManagedObjectReference, property: &OperationInfo) -> Result<(), Failure> {
        if property.anonymous {
            return Ok(());
        }
        let privileges = if property.privileges.is_empty() { &["System.Read"] } else { property.privileges };
        let Some(session) = self.session() else {
            return Err(fault::not_authenticated(object, privileges.first().copied().unwrap_or_default()));
        };
        if self.state.session_objects.is_owned(object) {
            return Ok(());
        }
        let missing = self.state.missing_privileges(session, object, privileges);
        if missing.is_empty() { Ok(()) } else { Err(fault::no_permission(object, &missing)) }
    }

    fn session(&self) -> Option<&'a Session> {
        self.state.session(self.session_id)
    }
}
