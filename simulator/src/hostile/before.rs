//! What happens before a call is carried out, or in its place.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use vim25_api::types::InvalidCollectorVersion;
use vim25_runtime::{List, ManagedObjectReference};

use super::encounter::Encounter;
use super::mode::Mode;
use crate::fault;
use crate::objects;
use crate::reply::Reply;
use crate::state::State;
use crate::store::is_a;

const BAD_GATEWAY: &[u8] = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
    <h1>502 Bad Gateway</h1>\r\n</body>\r\n</html>\r\n";

impl Encounter<'_> {
    /// Whether a mode is one of those that act before a call, and can act on this one.
    pub(super) fn can_act_before(&self, mode: &Mode) -> bool {
        match mode {
            Mode::Latency { .. } | Mode::BadGateway | Mode::ServiceUnavailable { .. } | Mode::Redirect { .. } => true,
            Mode::InvalidCollectorVersion => self.operation.is_some_and(|operation| mode.suits(operation)),
            Mode::LoseCollectors => self.target.is_some(),
            Mode::ExpireSession | Mode::FalseNotAuthenticated => self.has_live_session(),
            _ => false,
        }
    }

    fn has_live_session(&self) -> bool {
        self.target.is_some() && self.simulation.state().session(self.session_id.as_ref()).is_some()
    }

    /// How long the call has to wait.
    pub(super) fn latency(&self, mode: &Mode) -> Option<Duration> {
        let Mode::Latency { milliseconds, jitter } = *mode else { return None };
        let more = Duration::from_millis(jitter).mul_f64(self.simulation.hostile.random().fraction());
        Some(Duration::from_millis(milliseconds) + more)
    }

    /// Acts before the call; a reply takes the place of it.
    pub(super) fn act_before(&self, mode: &Mode) -> Option<Reply> {
        match mode {
            Mode::BadGateway => Some(Reply::new(StatusCode::BAD_GATEWAY, "text/html", Bytes::from_static(BAD_GATEWAY))),
            Mode::ServiceUnavailable { retry_after, as_date } => Some(self.unavailable(*retry_after, *as_date)),
            Mode::Redirect { location } => {
                let reply = Reply::text(StatusCode::FOUND, "what was here is elsewhere");
                Some(with_header(reply, header::LOCATION, location))
            }
            Mode::FalseNotAuthenticated => {
                self.target.map(|target| Reply::of_failure(fault::not_authenticated(&target.object, "")))
            }
            Mode::InvalidCollectorVersion => Some(Reply::of_failure(fault::fault(
                InvalidCollectorVersion::new(),
                "The version is not one of the recent ones.",
            ))),
            Mode::ExpireSession => {
                if let Some(id) = &self.session_id {
                    self.simulation.state().sessions.close(id, self.simulation.clock.now());
                }
                None
            }
            Mode::LoseCollectors => {
                lose_collectors(&mut self.simulation.state());
                None
            }
            _ => None,
        }
    }

    fn unavailable(&self, retry_after: u64, as_date: bool) -> Reply {
        let time = i64::try_from(retry_after).ok().filter(|_| as_date).and_then(|seconds| self.date(seconds));
        let reply = Reply::text(StatusCode::SERVICE_UNAVAILABLE, "the service is not available at the moment");
        with_header(reply, header::RETRY_AFTER, &time.unwrap_or_else(|| retry_after.to_string()))
    }

    /// The time in so many seconds, as headers have it.
    pub(super) fn date(&self, seconds: i64) -> Option<String> {
        let time = later(self.simulation.clock.now(), seconds)?;
        DateTimePrinter::new().timestamp_to_rfc9110_string(&time).ok()
    }
}

/// The time so many seconds later, if it can be told.
pub(super) fn later(time: Timestamp, seconds: i64) -> Option<Timestamp> {
    time.checked_add(SignedDuration::from_secs(seconds)).ok()
}

fn with_header(mut reply: Reply, name: HeaderName, value: &str) -> Reply {
    // Rules with values that do not fit are refused.
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.response.headers_mut().insert(name, value);
    }
    reply
}

/// Removes all filters and views, and all property collectors but the one that is always there.
pub(crate) fn lose_collectors(state: &mut State) {
    let default = objects::singleton("PropertyCollector");
    let is_lost = |object: &&ManagedObjectReference| {
        let kind = object.type_name();
        ["PropertyFilter", "PropertyCollector", "View"].into_iter().any(|base| is_a(kind, base)) && **object != default
    };
    let mut lost: Vec<ManagedObjectReference> = state.store.objects().filter(is_lost).cloned().collect();
    // The order is seen by those who ask what has changed.
    lost.sort_by(|a, b| (a.type_name(), a.value()).cmp(&(b.type_name(), b.value())));
    for object in &lost {
        if state.session_objects.is_owned(object) {
            state.remove_session_object(object);
        } else {
            state.store.remove(object);
        }
    }
    for (object, property) in [(default, "filter"), (objects::singleton("ViewManager"), "viewList")] {
        if state.store.contains(&object) {
            state.store.set(&object, property, List::References(Vec::new().into()));
        }
    }
}
