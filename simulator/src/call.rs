//! A call on its way through the simulator.

use jiff::Timestamp;
use vim25_api::types::Event;
use vim25_runtime::{DataType, List, ManagedObjectReference, Object, OperationInfo, Release, Secret, Text, Value};

use crate::fault::{self, Failure};
use crate::members;
use crate::session::{Identity, Origin, Session};
use crate::simulation::Simulation;
use crate::state::State;

/// What a handler gives: the value of the result, or nothing where there is none or it is unset.
pub(crate) type Outcome = Result<Option<Value>, Failure>;

/// What a handler gives that may have to wait for something to happen.
pub(crate) enum Waiting {
    /// It is done.
    Done(Option<Value>),
    /// It wants to be asked again when something has changed, and at this time at the latest.
    Until(Timestamp),
}

/// A call that was admitted: operation and object exist, the session has the privileges, the arguments are of their
/// types. Handlers get it, and with it the state under its lock.
pub(crate) struct Call<'a> {
    pub(crate) simulation: &'a Simulation,
    pub(crate) state: &'a mut State,
    pub(crate) now: Timestamp,
    /// When the call came in: before `now` if it had to wait.
    pub(crate) begun: Timestamp,
    /// The number of the last change of the store when the call came in.
    pub(crate) begun_version: u64,
    /// The release that the client speaks.
    pub(crate) release: Release,
    /// Whether the simulator is about to stop, so that nothing should wait any longer.
    pub(crate) is_stopping: bool,
    pub(crate) operation: &'static OperationInfo,
    pub(crate) object: &'a ManagedObjectReference,
    pub(crate) arguments: Object,
    pub(crate) origin: &'a Origin,
    /// The id of the caller's session, if it has a live one.
    pub(crate) session_id: Option<&'a Secret>,
    /// The id of a session that the call begins: it goes into the header of the reply.
    pub(crate) opened: Option<Secret>,
}

impl Call<'_> {
    /// An argument that is a reference.
    pub(crate) fn reference(&self, name: &str) -> Option<&ManagedObjectReference> {
        members::reference(&self.arguments, name)
    }

    /// An argument that is an array of references.
    pub(crate) fn references(&self, name: &str) -> &[ManagedObjectReference] {
        members::references(&self.arguments, name)
    }

    /// An argument that is a data object.
    pub(crate) fn object<T: DataType>(&self, name: &str) -> Option<&T> {
        members::data(&self.arguments, name)
    }

    /// An argument that is an array of data objects.
    pub(crate) fn objects<T: DataType>(&self, name: &str) -> Vec<&T> {
        match self.arguments.member(name) {
            Some(Value::List(List::Objects(objects))) => objects.iter().filter_map(Object::downcast_ref).collect(),
            _ => Vec::new(),
        }
    }

    /// An argument that is an integer of any width.
    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        members::integer(&self.arguments, name)
    }

    /// A required argument that is an `int`.
    pub(crate) fn int(&self, name: &str) -> Result<i32, Failure> {
        let value = self.integer(name).and_then(|value| i32::try_from(value).ok());
        value.ok_or_else(|| fault::invalid_argument(name, "the required argument is absent"))
    }

    /// An argument that is a boolean.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        members::boolean(&self.arguments, name)
    }

    /// An argument that is a string; `None` if it is absent.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        members::text(&self.arguments, name).map(ToOwned::to_owned)
    }

    /// A required argument that is a string.
    pub(crate) fn required_text(&self, name: &str) -> Result<String, Failure> {
        self.text(name).ok_or_else(|| fault::invalid_argument(name, "the required argument is absent"))
    }

    /// A required argument that is a secret.
    pub(crate) fn required_secret(&self, name: &str) -> Result<Secret, Failure> {
        match self.arguments.member(name) {
            Some(Value::Secret(secret)) => Ok(Secret::clone(secret)),
            _ => Err(fault::invalid_argument(name, "the required argument is absent")),
        }
    }

    /// An argument that is an array of strings.
    pub(crate) fn texts(&self, name: &str) -> &[Text] {
        match self.arguments.member(name) {
            Some(Value::List(List::Strings(texts))) => texts,
            _ => &[],
        }
    }

    /// A required argument that is an object.
    pub(crate) fn required_object(&self, name: &str) -> Result<&Object, Failure> {
        match self.arguments.member(name) {
            Some(Value::Object(object)) => Ok(object),
            _ => Err(fault::invalid_argument(name, "the required argument is absent")),
        }
    }

    /// Adds an event about an entity, by the caller, to the history.
    pub(crate) fn post(&mut self, event: impl Into<Event>, message: &str, entity: &ManagedObjectReference) {
        let user_name = self.session().map(|session| session.user_name.clone()).unwrap_or_default();
        self.state.post_event(event, message, Some(entity), &user_name, self.now);
    }

    /// The caller's session.
    pub(crate) fn session(&self) -> Option<&Session> {
        self.state.session(self.session_id)
    }

    /// The caller's session, for operations that work without one but need it for this.
    pub(crate) fn required_session(&self) -> Result<&Session, Failure> {
        self.session().ok_or_else(|| self.not_authenticated())
    }

    /// The name of the caller; empty without a session.
    pub(crate) fn user_name(&self) -> String {
        self.session().map(|session| session.user_name.clone()).unwrap_or_default()
    }

    /// The fault that there is no session.
    pub(crate) fn not_authenticated(&self) -> Failure {
        let privilege = self.operation.privileges.first().copied().unwrap_or("System.View");
        fault::not_authenticated(self.object, privilege)
    }

    /// Begins a session, gives it as the result and its id in the header.
    pub(crate) fn open_session(&mut self, identity: Identity) -> Outcome {
        self.check_limit()?;
        let state = &mut *self.state;
        let id = state.sessions.open(identity, self.origin, self.now, &mut state.random);
        let shown = state.sessions.get(&id).map(Session::describe);
        self.opened = Some(id);
        if let Some(session) = &shown {
            state.post_login(session, self.now);
        }
        Ok(shown.map(Into::into))
    }

    /// Fails if there are as many sessions as there may be.
    pub(crate) fn check_limit(&self) -> Result<(), Failure> {
        let limit = self.simulation.settings.max_sessions;
        if self.state.sessions.len() < limit { Ok(()) } else { Err(fault::too_many_sessions(limit)) }
    }
}
