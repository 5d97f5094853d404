//! What the simulator tells of its requests.

use std::fmt;
use std::time::Duration;

/// A request that was answered. Shown, it is one line; nothing in it is secret.
///
/// ```text
/// POST SessionManager/SessionManager/Login 200 0.2 ms administrator@vsphere.local
/// GET SessionManager/SessionManager/sessionList 500 0.1 ms NoPermission auditor@vsphere.local
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestLog {
    /// The HTTP verb.
    pub verb: String,
    /// Object and operation as in the URL, or the whole path if it names none. Never a query.
    pub target: String,
    /// The HTTP status.
    pub status: u16,
    /// The type of the fault; of a `SystemError`, which is a bug of the simulator, also the reason. In brackets the
    /// hostile modes that acted.
    pub note: Option<String>,
    /// Whose session the request was sent in or began.
    pub user_name: Option<String>,
    /// How long it took to answer.
    pub duration: Duration,
}

impl fmt::Display for RequestLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.duration.as_secs_f64() * 1_000.0;
        write!(f, "{} {} {} {milliseconds:.1} ms", self.verb, self.target, self.status)?;
        self.note.iter().chain(&self.user_name).try_for_each(|text| write!(f, " {}", text.escape_debug()))
    }
}
