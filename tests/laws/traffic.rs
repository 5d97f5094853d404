//! Whatever a simulator says is read, and written back with the same members and the same values.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value as Json, json};
use vim25::prelude::*;
use vim25::wire::{self, Options};
use vim25::{
    BoxFuture, OperationInfo, OperationKind, REGISTRY, ReqwestTransport, Transport, TransportError, TransportOptions,
};
use vim25_simulator::{Simulator, User};

/// Keeps the replies that it carries: the path below the release, and the body.
#[derive(Clone, Debug)]
struct Recorder {
    transport: Arc<ReqwestTransport>,
    replies: Arc<Mutex<Vec<(String, Bytes)>>>,
}

impl Transport for Recorder {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let path = request.uri().path().to_owned();
        Box::pin(async move {
            let reply = self.transport.send(request).await?;
            if reply.status().is_success() {
                self.replies.lock().expect("no panic").push((path, reply.body().clone()));
            }
            Ok(reply)
        })
    }
}

/// The references in a JSON value.
fn references(json: &Json, found: &mut Vec<(String, String)>) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| references(item, found)),
        Json::Object(members) => {
            if members.get("_typeName").and_then(Json::as_str) == Some("ManagedObjectReference") {
                let text = |name: &str| members[name].as_str().expect("a text").to_owned();
                found.push((text("type"), text("value")));
            }
            members.values().for_each(|value| references(value, found));
        }
        _ => {}
    }
}

fn properties(ty: &str) -> impl Iterator<Item = &'static OperationInfo> {
    REGISTRY.operations_of(ty).filter(|operation| operation.kind == OperationKind::Property)
}

/// Reads each property of each object that can be reached, one by one; gives the objects.
async fn crawl(client: &Client) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut queue = VecDeque::from([("ServiceInstance".to_owned(), "ServiceInstance".to_owned())]);
    while let Some(object) = queue.pop_front() {
        if !found.insert(object.clone()) {
            continue;
        }
        let reference = ManagedObjectReference::new(object.0.as_str(), object.1.as_str());
        for property in properties(&object.0) {
            let Ok(value) = client.fetch(&reference, property.name).await else { continue };
            let mut more = Vec::new();
            references(&value, &mut more);
            queue.extend(more);
        }
    }
    found
}

/// The same members, and the same values: numbers as numbers.
fn assert_same(path: &str, body: &[u8]) {
    let theirs: Json = serde_json::from_slice(body).expect("JSON");
    let segments: Vec<&str> = path.rsplit('/').take(3).collect();
    let [name, _, ty] = segments[..] else { panic!("{path} is no path of an operation") };
    let Some(operation) = REGISTRY.find_operation(ty, name) else { return };
    let Some(result) = operation.result else { return };
    let value = wire::decode_value(body, result.item, result.is_list, &REGISTRY, Options::default());
    let value = value.unwrap_or_else(|error| panic!("{path}: {error}"));
    let ours = serde_json::to_vec(&value).expect("memory");
    assert_eq!(serde_json::from_slice::<Json>(&ours).expect("JSON"), theirs, "{path}");
    let again = wire::decode_value(&ours, result.item, result.is_list, &REGISTRY, Options::default());
    assert_eq!(again, Ok(value), "{path}");
}

#[tokio::test]
async fn what_a_simulator_says_is_written_back_as_it_was() {
    let vcenter =
        Simulator::builder().user(User::administrator("root", "secret")).vms(3).start().await.expect("a port");
    let transport = Arc::new(ReqwestTransport::new(false, &TransportOptions::default()).expect("a transport"));
    let recorder = Recorder { transport, replies: Arc::default() };
    let builder = Client::builder(vcenter.url()).expect("a URL").transport(recorder.clone());
    let client = builder.credentials("root", "secret").connect().await.expect("a login");
    let objects = crawl(&client).await;
    assert!(objects.len() > 30, "{} objects", objects.len());

    let types: BTreeSet<&str> = objects.iter().map(|(ty, _)| ty.as_str()).collect();
    let property = |ty: &&str| json!({ "_typeName": "PropertySpec", "type": ty, "all": true });
    let object = |(ty, id): &(String, String)| {
        let reference = json!({ "_typeName": "ManagedObjectReference", "type": ty, "value": id });
        json!({ "_typeName": "ObjectSpec", "obj": reference })
    };
    let filter = json!({
        "_typeName": "PropertyFilterSpec",
        "propSet": types.iter().map(property).collect::<Vec<_>>(),
        "objectSet": objects.iter().map(object).collect::<Vec<_>>(),
        "reportMissingObjectsInResults": true,
    });
    let collector = client.content().property_collector().as_untyped().clone();
    let arguments = json!({ "specSet": [filter], "options": { "_typeName": "RetrieveOptions" } });
    let all = client.call(collector, "RetrievePropertiesEx", arguments).await.expect("all properties");
    assert_eq!(all["objects"].as_array().map(Vec::len), Some(objects.len()));
    client.logout().await.expect("a logout");

    let replies = recorder.replies.lock().expect("no panic").clone();
    for (path, body) in replies.iter().filter(|(path, body)| !body.is_empty() && path.contains("/vim25/")) {
        assert_same(path, body);
    }
    assert!(replies.len() > 300, "{} replies", replies.len());
    vcenter.stop().await;
}
