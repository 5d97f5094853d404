//! `ListView`: a view of objects that its owner names.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
