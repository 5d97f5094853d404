//! `View`: what all views have in common.

use super::Handler::Now;
use super::Handlers;

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[(
    "DestroyView",
    Now(|call| {
        call.state.remove_session_object(call.object);
        Ok(None)
    }),
)];
