//! The rules by HTTP, for tests in any language.

use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use super::rule::Rule;
use super::settings::Hostility;
use crate::reply::Reply;
use crate::simulation::{Simulation, wrong_verb};

/// Where the rules are: GET tells, PUT replaces, POST adds one, DELETE removes all.
pub(crate) const PATH: &str = "/simulator/faults";

/// Answers a request for the rules; in every reply are the rules that are in force then, each with how often it acted.
pub(crate) fn answer(simulation: &Simulation, head: &Parts, body: &[u8]) -> Reply {
    let rules = &simulation.hostile;
    let done = match head.method {
        Method::GET => Ok(()),
        Method::PUT => serde_json::from_slice::<Hostility>(body).map(|hostility| rules.set(hostility)),
        Method::POST => serde_json::from_slice::<Rule>(body).map(|rule| rules.add(rule)),
        Method::DELETE => {
            rules.set(Hostility::default());
            Ok(())
        }
        _ => return wrong_verb("GET, PUT, POST, DELETE"),
    };
    match done {
        Ok(()) => Reply::json(StatusCode::OK, told(simulation).to_string().into_bytes()),
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
