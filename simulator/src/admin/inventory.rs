//! The inventory as a tree of names and types, one level at a time or all of it up to a limit.

use http::StatusCode;
use serde_json::{Value as Json, json};
use vim25_api::types::{HostRuntimeInfo, VirtualMachineRuntimeInfo};
use vim25_runtime::{List, ManagedObjectReference, Value};

use super::{Request, json};
use crate::objects::singleton;
use crate::reply::Reply;
use crate::state::State;
use crate::store::is_a;

/// How many children of an object are given if nobody says how many.
const LIMIT: usize = 200;

/// How many objects a reply has at most.
const MAX_OBJECTS: usize = 10_000;

/// How deep a tree goes at most; inventories stay far below.
const MAX_DEPTH: usize = 64;

/// What lies in an object: type, and the properties that name what lies in it. A virtual machine lies in its folder.
const CHILDREN: &[(&str, &[&str])] = &[
    ("Folder", &["childEntity"]),
    ("Datacenter", &["hostFolder", "vmFolder", "datastoreFolder", "networkFolder"]),
    ("ComputeResource", &["host", "resourcePool"]),
    ("ResourcePool", &["resourcePool"]),
];

/// What of the tree is asked for.
struct Query {
    depth: usize,
    offset: usize,
    limit: usize,
}

/// `?object=Type:id` is the object to begin with, without it the root folder; `depth` the number of levels below it,
/// `offset` and `limit` which of its children.
pub(super) fn inventory(request: &Request) -> Reply {
    let object = match request.parameter("object") {
        None => singleton("Folder"),
        Some(text) => match text.split_once(':') {
            Some((kind, id)) => ManagedObjectReference::new(kind, id),
            None => return Reply::text(StatusCode::BAD_REQUEST, "`object` is Type:id, such as Folder:group-d1"),
        },
    };
    let query = match query(request) {
        Ok(query) => query,
        Err(name) => return Reply::text(StatusCode::BAD_REQUEST, &format!("`{name}` is a number")),
    };
    let state = request.simulation.state();
    if !state.store.contains(&object) {
        return Reply::text(StatusCode::NOT_FOUND, &format!("there is no object {object}"));
    }
    let mut left = MAX_OBJECTS;
    let tree = node(&state, &object, &query, 0, &mut left);
    drop(state);
    json(&tree)
}

fn query(request: &Request) -> Result<Query, &'static str> {
    let number = |name, default| match request.parameter(name) {
        None => Ok(default),
        Some(text) => text.parse::<usize>().map_err(|_| name),
    };
    let depth = number("depth", 1)?.min(MAX_DEPTH);
    // The whole is asked for without limits but that of the reply.
    let limit = number("limit", if depth > 1 { MAX_OBJECTS } else { LIMIT })?;
    Ok(Query { depth, offset: number("offset", 0)?, limit })
}

/// An object, with its children down to a level.
fn node(state: &State, object: &ManagedObjectReference, query: &Query, level: usize, left: &mut usize) -> Json {
    let all = children(state, object);
    let mut shown = json!({
        "type": object.type_name(),
        "id": object.value(),
        "name": state.store.text(object, "name"),
        "children": all.len(),
    });
    if let Some(condition) = condition(state, object) {
        shown["state"] = condition.into();
    }
    if level < query.depth && !all.is_empty() {
        // Pages are those of the object that was asked for.
        let offset = if level == 0 { query.offset } else { 0 };
        let mut nodes = Vec::new();
        for child in all.iter().skip(offset).take(query.limit) {
            if *left == 0 {
                break;
            }
            *left -= 1;
            nodes.push(node(state, child, query, level + 1, left));
        }
        shown["isTruncated"] = (offset + nodes.len() < all.len()).into();
        shown["nodes"] = nodes.into();
    }
    shown
}

fn children<'a>(state: &'a State, object: &ManagedObjectReference) -> Vec<&'a ManagedObjectReference> {
    let known = CHILDREN.iter().find(|(kind, _)| is_a(object.type_name(), kind));
    let values = known.into_iter().flat_map(|(_, names)| names.iter()).filter_map(|name| state.store.get(object, name));
    let references = values.flat_map(|value| match value.as_ref() {
        Value::Reference(reference) => std::slice::from_ref(&**reference),
        Value::List(List::References(references)) => &references[..],
        _ => &[],
    });
    references.filter(|reference| state.store.contains(reference)).collect()
}

/// Whether a machine is on, or a host there.
fn condition<'a>(state: &'a State, object: &ManagedObjectReference) -> Option<&'a str> {
    let runtime = state.store.get(object, "runtime")?;
    let Value::Object(runtime) = runtime.as_ref() else { return None };
    let name = match object.type_name() {
        "VirtualMachine" if runtime.is::<VirtualMachineRuntimeInfo>() => "powerState",
        "HostSystem" if runtime.is::<HostRuntimeInfo>() => "connectionState",
        _ => return None,
    };
    match runtime.member(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}
