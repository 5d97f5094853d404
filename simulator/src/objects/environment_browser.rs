//! `EnvironmentBrowser`: what a compute resource can run.

use super::Handlers;

/// What the simulator plays of it.
pub(super) const HANDLERS: Handlers = &[];
