//! What the simulator is, and how much of everything there is.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Request, json};
use crate::reply::Reply;
use crate::simulation::Simulation;

/// What the simulator is, and how much of everything there is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    name: &'static str,
    pub(super) version: &'static str,
    /// The newest of the releases: what the simulator says it is.
    pub(super) release: String,
    releases: Vec<String>,
    /// The clock of the simulator.
    time: String,
    pub(super) uptime_seconds: f64,
    /// The number of the last change: as long as it is the same, so is the inventory.
    change: u64,
    pub(super) sessions: usize,
    pub(super) views: usize,
    pub(super) filters: usize,
    /// Property collectors that clients have made.
    pub(super) collectors: usize,
    pub(super) history_collectors: usize,
    pub(super) tasks_running: u64,
    pub(super) tasks_finished: u64,
    pub(super) objects: BTreeMap<String, usize>,
    /// Connections that were accepted, those to the endpoints among them.
    pub(super) connections: u64,
    pub(super) requests: BTreeMap<u16, u64>,
}

impl Status {
    pub(super) fn of(simulation: &Simulation) -> Self {
        let (connections, requests) = {
            let counted = simulation.requests();
            (counted.connections(), counted.by_status().clone())
        };
        let state = simulation.state();
        let running = state.tasks.running_count() as u64;
        Self {
            name: "vim25-simulator",
            version: env!("CARGO_PKG_VERSION"),
            release: simulation.settings.newest_release().to_string(),
            releases: simulation.settings.releases.iter().map(ToString::to_string).collect(),
            time: simulation.clock.now().to_string(),
            uptime_seconds: simulation.started.elapsed().as_secs_f64(),
            change: state.store.version(),
            sessions: state.sessions.len(),
            views: state.store.count("View"),
            filters: state.store.count("PropertyFilter"),
            collectors: state.session_objects.count("PropertyCollector"),
            history_collectors: state.store.count("HistoryCollector"),
            tasks_running: running,
            tasks_finished: state.tasks.begun() - running,
            objects: state.store.counts().map(|(kind, count)| (kind.to_owned(), count)).collect(),
            connections,
            requests,
        }
    }
}

pub(super) fn status(request: &Request) -> Reply {
    json(&Status::of(&request.simulation))
}
