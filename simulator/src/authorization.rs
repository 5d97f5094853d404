//! Who may do what with which object.

use vim25_runtime::ManagedObjectReference;

use crate::session::Session;
use crate::state::State;

impl State {
    /// Which of some privileges a session lacks for an object.
    pub(crate) fn missing_privileges(
        &self,
        session: &Session,
        _object: &ManagedObjectReference,
        privileges: &[&'static str],
    ) -> Vec<&'static str> {
        privileges.iter().copied().filter(|privilege| !session.role.has(privilege)).collect()
    }
}
