//! What came of what the clients did.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use vim25::{Error, TransportErrorKind};

/// How often an activity had an outcome.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<BTreeMap<(&'static str, String), u64>>);

/// What must never happen.
pub(crate) const WRONG: &str = "!";

impl Tally {
    /// Counts an outcome.
    pub(crate) fn count(&self, activity: &'static str, outcome: String) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry((activity, outcome)).or_default() += 1;
    }

    /// Counts what a call came to, and gives it back if it went well.
    pub(crate) fn note<T>(&self, activity: &'static str, result: Result<T, Error>) -> Option<T> {
        let outcome = result.as_ref().err().map_or_else(|| "done".to_owned(), variant);
        self.count(activity, outcome);
        result.ok()
    }

    /// Activity, outcome, and how often.
    pub(crate) fn rows(&self) -> Vec<(&'static str, String, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|((activity, outcome), count)| (*activity, outcome.clone(), *count)).collect()
    }

    /// What must never have happened.
    pub(crate) fn wrong(&self) -> Vec<(&'static str, String, u64)> {
        self.rows().into_iter().filter(|(_, outcome, _)| outcome.starts_with(WRONG)).collect()
    }
}

/// The variant of an error, with what programs tell apart by. What no server can cause is marked as wrong.
pub(crate) fn variant(error: &Error) -> String {
    match error {
        Error::Fault { fault, .. } => format!("Fault {}", fault.type_name()),
        Error::Task { fault, .. } => format!("Task {}", fault.type_name()),
        Error::Reply { reply, .. } => format!("Reply {}", reply.status),
        Error::NoViJson { reply, .. } => format!("NoViJson {}", reply.status),
        Error::Transport { source, .. } => match source.kind() {
            kind @ (TransportErrorKind::Connect | TransportErrorKind::Timeout | TransportErrorKind::Interrupted) => {
                format!("Transport {kind:?}")
            }
            _ => format!("{WRONG} {error}"),
        },
        Error::Decode { .. } => "Decode".to_owned(),
        Error::NoCommonRelease { .. } => "NoCommonRelease".to_owned(),
        Error::NoSession(_) => "NoSession".to_owned(),
        Error::Property { .. } => "Property".to_owned(),
        Error::Gone(_) => "Gone".to_owned(),
        Error::TaskTimeout { .. } => "TaskTimeout".to_owned(),
        Error::TaskQuestion { .. } => "TaskQuestion".to_owned(),
        _ => format!("{WRONG} {error}"),
    }
}
