//! The counters in the text format of Prometheus.

use std::fmt::{self, Display, Write};

use http::StatusCode;

use super::Request;
use super::status::Status;
use crate::reply::Reply;
use crate::requests::Durations;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn metrics(request: &Request) -> Reply {
    let durations = request.simulation.requests().durations().clone();
    let mut text = String::new();
    match write(&mut text, &Status::of(&request.simulation), &durations) {
        Ok(()) => Reply::new(StatusCode::OK, CONTENT_TYPE, text.into()),
        Err(error) => Reply::text(StatusCode::INTERNAL_SERVER_ERROR, &format!("the simulator has a bug: {error}")),
    }
}

fn write(text: &mut String, status: &Status, durations: &Durations) -> fmt::Result {
    head(text, "info", "gauge", "The simulator and the newest release that it serves.")?;
    let (version, release) = (status.version, &status.release);
    writeln!(text, "vim25_simulator_info{{version=\"{version}\",release=\"{release}\"}} 1")?;
    one(text, "uptime_seconds", "gauge", "Time since the start.", status.uptime_seconds)?;
    one(text, "sessions", "gauge", "Sessions that live.", status.sessions)?;
    one(text, "views", "gauge", "Views that exist.", status.views)?;
    one(text, "filters", "gauge", "Property filters that exist.", status.filters)?;
    one(text, "collectors", "gauge", "Property collectors that clients have made.", status.collectors)?;
    one(text, "history_collectors", "gauge", "History collectors that exist.", status.history_collectors)?;
    one(text, "tasks_running", "gauge", "Tasks that are running.", status.tasks_running)?;
    one(text, "tasks_finished_total", "counter", "Tasks that have ended.", status.tasks_finished)?;
    head(text, "objects", "gauge", "Managed objects by type.")?;
    for (kind, count) in &status.objects {
        writeln!(text, "vim25_simulator_objects{{type=\"{kind}\"}} {count}")?;
    }
    one(text, "connections_total", "counter", "Connections that were accepted.", status.connections)?;
    head(text, "requests_total", "counter", "Requests by status; those of the endpoints do not count.")?;
    for (code, count) in &status.requests {
        writeln!(text, "vim25_simulator_requests_total{{status=\"{code}\"}} {count}")?;
    }
    histogram(text, durations)
}

fn histogram(text: &mut String, durations: &Durations) -> fmt::Result {
    head(text, "request_duration_seconds", "histogram", "How long requests took; waiting calls wait.")?;
    for (bound, count) in durations.cumulated() {
        writeln!(text, "vim25_simulator_request_duration_seconds_bucket{{le=\"{bound}\"}} {count}")?;
    }
    let count = durations.count();
    writeln!(text, "vim25_simulator_request_duration_seconds_bucket{{le=\"+Inf\"}} {count}")?;
    writeln!(text, "vim25_simulator_request_duration_seconds_sum {}", durations.total())?;
    writeln!(text, "vim25_simulator_request_duration_seconds_count {count}")
}

fn one(text: &mut String, name: &str, kind: &str, help: &str, value: impl Display) -> fmt::Result {
    head(text, name, kind, help)?;
    writeln!(text, "vim25_simulator_{name} {value}")
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(text, "# HELP vim25_simulator_{name} {help}\n# TYPE vim25_simulator_{name} {kind}")
}
