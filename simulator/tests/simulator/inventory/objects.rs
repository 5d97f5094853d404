//! Everything that an inventory holds, read by a client.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;
use vim25_api::REGISTRY;
use vim25_runtime::OperationKind;
use vim25_runtime::wire::{Options, decode_value};

use crate::client::Client;

/// Type and id.
pub(super) type Id = (String, String);

/// The properties of objects that are set.
pub(super) struct Objects(pub(super) BTreeMap<Id, BTreeMap<String, Value>>);

impl Objects {
    /// Reads every property of every object that a reference leads to, from the service instance on, and checks each.
    pub(super) async fn read(client: &Client) -> Self {
        let mut connection = client.connect().await;
        let mut objects = BTreeMap::new();
        let mut todo = VecDeque::from([id("ServiceInstance", "ServiceInstance")]);
        while let Some((kind, id)) = todo.pop_front() {
            if objects.contains_key(&(kind.clone(), id.clone())) {
                continue;
            }
            let mut properties = BTreeMap::new();
            for operation in REGISTRY.operations_of(&kind).filter(|it| it.kind == OperationKind::Property) {
                let name = operation.name;
                if operation.until.is_some_and(|until| until < REGISTRY.release) {
                    continue;
                }
                let service = if operation.service.is_empty() { "vim25" } else { operation.service };
                let path = format!("/sdk/{service}/{}/{kind}/{id}/{name}", REGISTRY.release);
                let reply = connection.send("GET", &path, &[], "").await;
                if reply.status == 204 {
                    reply.no_content();
                    assert!(!operation.result.unwrap().is_required, "{kind} {id}: {name} is required");
                    continue;
                }
                let value = reply.result();
                let result = operation.result.unwrap();
                let options = Options { release: Some(REGISTRY.release), ..Options::default() };
                let decoded = decode_value(reply.text.as_bytes(), result.item, result.is_list, &REGISTRY, options);
                assert!(decoded.is_ok(), "{kind} {id}: {name}: {decoded:?}");
                properties.insert(name.to_owned(), value);
            }
            // A virtual machine without a configuration is not accessible: what it refers to is not known.
            if kind != "VirtualMachine" || properties.contains_key("config") {
                todo.extend(properties.values().flat_map(references));
            }
            objects.insert((kind, id), properties);
        }
        Self(objects)
    }

    pub(super) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a Id, &'a BTreeMap<String, Value>)> {
        self.0.iter().filter(move |((of, _), _)| of == kind)
    }

    pub(super) fn property(&self, object: &Id, name: &str) -> &Value {
        self.0[object].get(name).unwrap_or(&Value::Null)
    }

    pub(super) fn list(&self, object: &Id, name: &str) -> Vec<Id> {
        self.property(object, name).as_array().into_iter().flatten().map(reference).collect()
    }

    pub(super) fn entities(&self) -> impl Iterator<Item = &Id> {
        let is_entity = |id: &&Id| REGISTRY.find_managed_object(&id.0).is_some_and(|info| info.is_a("ManagedEntity"));
        self.0.keys().filter(is_entity)
    }
}

pub(super) fn id(kind: &str, value: &str) -> Id {
    (kind.to_owned(), value.to_owned())
}

#[track_caller]
pub(super) fn reference(value: &Value) -> Id {
    id(value["type"].as_str().unwrap(), value["value"].as_str().unwrap())
}

/// All references in a value.
fn references(value: &Value) -> Vec<Id> {
    match value {
        Value::Object(members) if members.get("_typeName").is_some_and(|name| name == "ManagedObjectReference") => {
            vec![reference(value)]
        }
        Value::Object(members) => members.values().flat_map(references).collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}
