//! When a request is sent again, and how long to wait before.
//!
//! A request that did not reach the server can always be sent again. One that may have reached it is sent again only if
//! the operation reads and changes nothing, not even a cursor on the server: the registry tells which do.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use bytes::Bytes;
use http::{Response, StatusCode, header};

use crate::{TransportError, TransportErrorKind};

/// The first wait, without jitter.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// The longest wait that is not asked for by the server.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// The longest wait that a server can ask for with `Retry-After`.
const MAX_ASKED_WAIT: Duration = Duration::from_secs(30);

/// The waits before each further attempt.
pub(super) fn waits(retries: usize) -> ExponentialBackoff {
    let waits = ExponentialBuilder::new().with_min_delay(FIRST_WAIT).with_max_delay(MAX_WAIT).with_jitter();
    waits.with_max_times(retries).build()
}

/// What an attempt came to, as far as sending again is concerned.
pub(super) enum Verdict {
    /// It is over: a reply that counts, or a failure that sending again could make worse.
    Final,
    /// It can be sent again; the server may say after what time.
    Again(Option<Duration>),
}

/// Judges an attempt of a request, which only reads or does not.
pub(super) fn judge(attempt: &Result<Response<Bytes>, TransportError>, only_reads: bool) -> Verdict {
    match attempt {
        Ok(reply) if only_reads && is_overload(reply) => Verdict::Again(asked_wait(reply)),
        Ok(_) => Verdict::Final,
        Err(error) => match error.kind() {
            TransportErrorKind::Connect => Verdict::Again(None),
            TransportErrorKind::Interrupted if only_reads => Verdict::Again(None),
            // After a timeout the time that the user allows is over.
            _ => Verdict::Final,
        },
    }
}

/// What proxies and servers send that are overloaded or starting. Faults have the status 500.
fn is_overload(reply: &Response<Bytes>) -> bool {
    matches!(reply.status(), StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
}

/// `Retry-After` in seconds; a date is left to our own waits.
fn asked_wait(reply: &Response<Bytes>) -> Option<Duration> {
    let seconds = reply.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(MAX_ASKED_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OperationKind, REGISTRY};

    #[test]
    fn nothing_that_sounds_like_a_change_is_sent_twice() {
        let changes =
            ["Add", "Update", "Create", "Delete", "Remove", "Set", "Start", "Stop", "Power", "Reset", "Write"];
        let reading = REGISTRY.operations.iter().filter(|operation| REGISTRY.only_reads(operation));
        let methods: Vec<_> = reading.filter(|operation| operation.kind == OperationKind::Method).collect();
        assert!(methods.len() > 100, "{}", methods.len());
        for operation in methods {
            // What checks something may have no result but a fault.
            let checks = ["Check", "Validate"].iter().any(|begin| operation.name.starts_with(begin));
            assert!(operation.result.is_some() || checks, "{operation:?} reads nothing");
            let sounds =
                changes.iter().find(|word| operation.name.contains(*word) && !operation.name.starts_with("Query"));
            let is_known = ["FindByUuid"].contains(&operation.name) || sounds.is_none();
            assert!(is_known, "{operation:?}");
        }
    }

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<_> = waits(6).collect();
        assert_eq!(waits.len(), 6);
        assert!(waits[0] >= FIRST_WAIT && waits.iter().all(|wait| *wait <= 2 * MAX_WAIT), "{waits:?}");
    }
}
