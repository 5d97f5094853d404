//! `SearchIndex`: objects by what is known of them.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
