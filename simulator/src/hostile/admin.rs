//! The rules by HTTP, for tests in any language.

use http::StatusCode;
use serde_json::{Value as Json, json};

use super::rule::Rule;
use super::settings::Hostility;
use crate::admin::{self, Request};
use crate::reply::Reply;
use crate::simulation::Simulation;

/// Tells the rules that are in force, each with how often it acted. So do the other endpoints, when they are done.
pub(crate) fn rules(request: &Request) -> Reply {
    admin::json(&told(&request.simulation))
}

/// Puts other rules in force.
pub(crate) fn replace(request: &Request) -> Reply {
    changed(request, serde_json::from_slice(&request.body).map(|hostility| request.simulation.hostile.set(hostility)))
}

/// Adds a rule.
pub(crate) fn add(request: &Request) -> Reply {
    changed(request, serde_json::from_slice::<Rule>(&request.body).map(|rule| request.simulation.hostile.add(rule)))
}

/// Removes all rules.
pub(crate) fn clear(request: &Request) -> Reply {
    request.simulation.hostile.set(Hostility::default());
    rules(request)
}

fn changed(request: &Request, done: Result<(), serde_json::Error>) -> Reply {
    match done {
        Ok(()) => rules(request),
        Err(error) => Reply::text(StatusCode::BAD_REQUEST, &error.to_string()),
    }
}

fn told(simulation: &Simulation) -> Json {
    let rules = simulation.hostile.struck().into_iter().map(|(rule, struck)| {
        let mut members = rule.members().unwrap_or_default();
        members.insert("struck".to_owned(), struck.into());
        members
    });
    json!({ "rules": rules.collect::<Vec<_>>() })
}
