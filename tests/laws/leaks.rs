//! No secret leaves a call by another way than the wire: not by what is told of the request, not by the error that its reply is.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use tracing::field::Visit;
use tracing::instrument::WithSubscriber;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use vim25::mock::MockTransport;
use vim25::prelude::*;
use vim25::wire::Options;
use vim25::{Exchange, Item, List, Object, OperationInfo, REGISTRY, TypeInfo, Value};

use crate::arbitrary::Arbitrary;
use crate::masking::{MARKER, assert_hidden};
use crate::roundtrip::text;

/// How deep in the arguments secrets are put.
const DEPTH: usize = 3;

/// An object with the secret in each place that is made for one, and with what leads there.
fn full_of_secrets(ty: &'static TypeInfo, depth: usize) -> Object {
    let mut object = Arbitrary::simplest().object(ty, 0);
    for field in ty.fields() {
        let value = match field.item {
            Item::Secret if field.is_list => Value::from(List::Secrets(vec![MARKER.into()].into())),
            Item::Secret => Secret::from(MARKER).into(),
            Item::Object(ty) if depth < DEPTH => {
                let heir = REGISTRY.types.iter().find(|heir| heir.is_a(ty) && has_secret(heir)).copied();
                let inner = full_of_secrets(heir.unwrap_or(ty), depth + 1);
                if !text(&inner).contains(MARKER) {
                    continue;
                }
                if field.is_list { List::Objects(vec![inner].into()).into() } else { inner.into() }
            }
            _ => continue,
        };
        object.insert(field.name, value).expect("it fits");
    }
    object
}

fn has_secret(ty: &&&'static TypeInfo) -> bool {
    ty.fields().any(|field| field.is_secret)
}

/// A call of each method that takes a secret.
fn exchanges() -> Vec<Exchange> {
    let exchange = |operation: &&'static OperationInfo| {
        let arguments = full_of_secrets(operation.request?, 0);
        let object = ManagedObjectReference::new(operation.managed_object, "id");
        text(&arguments).contains(MARKER).then_some(Exchange { operation, object, arguments })
    };
    let found: Vec<_> = REGISTRY.operations.iter().filter_map(exchange).collect();
    assert!(found.len() > 50, "{} methods take secrets", found.len());
    found
}

#[test]
fn no_request_shows_its_secrets() {
    let mut problems = 0;
    for mut exchange in exchanges() {
        assert_hidden(&format!("{exchange:?} {exchange:#?}"));
        let required = exchange.arguments.type_info().fields().find(|field| field.is_required && !field.is_secret);
        let request = exchange.request("http://localhost", Options::default()).expect("it is complete");
        assert!(String::from_utf8_lossy(request.body()).contains(MARKER));
        assert_hidden(&request.uri().to_string());
        if let Some(required) = required {
            exchange.arguments.remove(required.name);
            let error = exchange.request("http://localhost", Options::default()).expect_err("it is incomplete");
            assert_hidden(&format!("{error} {error:?} {error:#?}"));
            problems += 1;
        }
    }
    assert!(problems > 20, "{problems}");
}

/// What is said of a reply, whatever its status and its headers.
fn errors(exchange: &Exchange, body: &[u8]) -> String {
    let mut said = String::new();
    for (status, content_type) in [
        (200, Some("application/json")),
        (200, Some("text/html")),
        (200, None),
        (302, None),
        (401, Some("application/json")),
        (500, Some("application/json")),
        (500, Some("text/plain")),
    ] {
        let mut reply = Response::new(Bytes::copy_from_slice(body));
        *reply.status_mut() = StatusCode::from_u16(status).expect("a status");
        if let Some(content_type) = content_type {
            reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        match exchange.reply(&reply, &REGISTRY, Options::default()) {
            Ok(value) => write!(said, "{value:?}"),
            Err(error) => write!(said, "{error} {error:?}"),
        }
        .expect("memory");
    }
    said
}

#[test]
fn no_broken_result_shows_its_secrets() {
    let mut replies = 0;
    for operation in REGISTRY.operations {
        let Some(result) = operation.result else { continue };
        let body = match result.item {
            Item::Secret => format!("\"{MARKER}\""),
            Item::Object(ty) => text(&full_of_secrets(ty, 1)),
            _ => continue,
        };
        if !body.contains(MARKER) {
            continue;
        }
        let body = if result.is_list { format!("[{body}]") } else { body };
        let arguments = Object::new(operation.request.unwrap_or(REGISTRY.types[0]));
        let exchange =
            Exchange { operation, object: ManagedObjectReference::new(operation.managed_object, "id"), arguments };
        let mut ends: Vec<usize> = (0..body.len()).step_by(body.len() / 40 + 1).collect();
        ends.push(body.find(MARKER).expect("it was put there") + MARKER.len());
        for end in ends {
            assert_hidden(&errors(&exchange, &body.as_bytes()[..end]));
        }
        assert_hidden(&errors(&exchange, format!("{body}x").as_bytes()));
        // A text without a type in a wrapper of its own is the answer of another API.
        if matches!(result.item, Item::Object(_)) {
            assert_hidden(&errors(&exchange, format!("\n {{\"value\":{body}}}").as_bytes()));
        }
        replies += 1;
    }
    assert!(replies > 5, "{replies} results hold secrets");
}

#[test]
fn no_broken_fault_shows_its_secrets() {
    let operation = REGISTRY.find_operation("SessionManager", "LoginBySSPI").expect("it is known");
    let arguments = Object::new(operation.request.expect("it has parameters"));
    let exchange = Exchange { operation, object: ManagedObjectReference::new("SessionManager", "id"), arguments };
    let mut faults = 0;
    for ty in REGISTRY.types.iter().filter(|ty| ty.is_fault() && has_secret(ty)) {
        let body = text(&full_of_secrets(ty, DEPTH));
        let misfit = body.replacen('{', "{\"faultMessage\":5,", 1);
        assert!(errors(&exchange, misfit.as_bytes()).contains("(500"));
        for body in [&body, &misfit, &format!("[{body}]"), &format!("{body}}}")] {
            for end in 0..=body.len() {
                assert_hidden(&errors(&exchange, &body.as_bytes()[..end]));
            }
        }
        faults += 1;
    }
    assert!(faults > 0);
}

/// Everything that is told to `tracing`, as text.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<String>>);

impl Visit for &Told {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        write!(self.0.lock().expect("no panic"), " {field}={value:?}").expect("memory");
    }
}

impl Subscriber for Told {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut &*self);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut &*self);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut &*self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Each method that takes secrets is called with them, typed and as JSON, and is answered with a fault.
#[tokio::test]
async fn no_call_tells_its_secrets() {
    let told = Told::default();
    let exchanges = exchanges();
    let fault = serde_json::json!({ "_typeName": "NoPermission", "privilegeId": "P" });
    let mock = exchanges
        .iter()
        .fold(MockTransport::new(), |mock, exchange| mock.fault("POST", &exchange.operation.path("id"), fault.clone()));
    let work = async {
        let builder = Client::builder("http://mock").expect("a URL").transport(mock.clone()).retries(0);
        let client = builder.credentials("root", MARKER).connect().await.expect("the mock lets in");
        let session_manager = client.session_manager();
        for exchange in &exchanges {
            let arguments = serde_json::to_value(&exchange.arguments).expect("memory");
            let error = client.call(&exchange.object, exchange.operation.name, arguments).await.expect_err("a fault");
            tracing::error!(%error, debug = ?error);
            let error = session_manager.handle().invoker().invoke(exchange.clone()).await.expect_err("a fault");
            assert!(error.is_fault::<vim25::types::NoPermission>(), "{error}");
            tracing::error!(%error, debug = ?error, ?exchange);
        }
        tracing::error!(?client, ?mock, requests = ?mock.requests());
    };
    work.with_subscriber(told.clone()).await;
    let told = told.0.lock().expect("no panic");
    assert!(told.matches("operation=").count() >= 2 * exchanges.len(), "{told}");
    let sent = mock.requests().iter().filter(|request| request.json().to_string().contains(MARKER)).count();
    assert_eq!(sent, 2 * exchanges.len() + 1);
    assert_hidden(&told);
}
