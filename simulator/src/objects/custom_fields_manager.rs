//! `CustomFieldsManager`: fields that the users of a vCenter add to its objects.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
