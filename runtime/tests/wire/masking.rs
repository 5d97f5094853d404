//! Secrets are shown nowhere.

use bytes::Bytes;
use vim25_runtime::wire::{self, Options};
use vim25_runtime::{Any, Exchange, ManagedObjectReference, Object, Secret};

use crate::api::*;

const PASSWORD: &str = "hunter2";

#[test]
fn debug_masks_secret_members_of_every_kind() {
    let mut everything = Everything::new();
    everything.0.set::<String>(7, "shown".into());
    everything.0.set::<Secret>(8, PASSWORD.into());
    everything.0.set::<Any>(15, PASSWORD.into());
    everything.0.set_list::<Secret>(24, [PASSWORD]);
    let mut info = TaskInfo::new();
    info.0.set::<Any>(2, everything.into());
    let shown = format!("{info:?} {info:#?}");
    assert!(!shown.contains(PASSWORD), "{shown}");
    assert!(shown.contains(r#"Everything { string: "shown", secret: ***, hidden: ***, secrets: *** }"#), "{shown}");
}

#[test]
fn debug_of_a_call_masks_its_arguments() {
    let mut arguments = Object::new(&REQUEST);
    arguments.set::<Secret>(3, PASSWORD.into());
    let exchange =
        Exchange { operation: &RECONFIGURE, object: ManagedObjectReference::new("VirtualMachine", "vm-1"), arguments };
    assert!(!format!("{exchange:?}").contains(PASSWORD));
}

#[test]
fn decode_errors_do_not_quote_secret_members() {
    for json in [
        r#"{"secret":["hunter2"]}"#,
        r#"{"secret":{"a":"hunter2"}}"#,
        r#"{"secrets":"hunter2"}"#,
        r#"{"secrets":["a",{"b":"hunter2"}]}"#,
        r#"{"hidden":{"_typeName":"int","_value":"hunter2"}}"#,
    ] {
        let error = wire::decode::<Everything>(json.as_bytes()).expect_err(json).to_string();
        assert!(!error.contains(PASSWORD) && error.contains("not a value of the declared type"), "{error}");
    }
}

#[test]
fn errors_about_a_secret_result_do_not_quote_it() {
    let exchange = Exchange {
        operation: &TICKET,
        object: ManagedObjectReference::new("VirtualMachine", "vm-1"),
        arguments: Object::new(&REQUEST),
    };
    for body in [r#"["hunter2"]"#, r#"{"ticket":"hunter2"}"#, "\"hunter2"] {
        let reply = http::Response::new(Bytes::from(body));
        let error = exchange.reply(&reply, &REGISTRY, Options::default()).expect_err(body);
        assert!(!format!("{error} {error:?}").contains(PASSWORD), "{error:?}");
    }
}

#[test]
fn a_secret_is_read_by_one_call_alone() {
    let secret = Secret::from(PASSWORD);
    assert_eq!((format!("{secret:?}").as_str(), secret.expose()), ("***", PASSWORD));
}

#[test]
fn debug_masks_secrets_of_known_types_in_unknown_members() {
    let json =
        r#"{"_typeName":"Device","key":1,"new":[{"_typeName":"Everything","secret":"hunter2","string":"shown"}]}"#;
    let device: Device = wire::decode(json.as_bytes()).expect("a device");
    let shown = format!("{device:?}");
    assert!(!shown.contains(PASSWORD) && shown.contains(r#""secret":"***","string":"shown""#), "{shown}");
}

/// What other APIs answer is shown, since it tells what went wrong.
#[test]
fn a_reply_that_could_be_vi_json_is_not_quoted() {
    let error = |status: u16, body: &str| {
        let mut reply = http::Response::new(Bytes::copy_from_slice(body.as_bytes()));
        *reply.status_mut() = http::StatusCode::from_u16(status).expect("a status");
        reply.headers_mut().insert("content-type", http::HeaderValue::from_static("text/plain"));
        let object = ManagedObjectReference::new("VirtualMachine", "vm-1");
        let exchange = Exchange { operation: &DISK_OF, object, arguments: Object::new(&REQUEST) };
        let error = exchange.reply(&reply, &REGISTRY, Options::default()).expect_err(body);
        format!("{error} {error:?}")
    };
    for (status, body) in [
        (500, r#"{"_typeName":"InvalidLogin","faultMessage":5,"secret":"hunter2"}"#),
        (500, r#"{"secret":"hunter2","_typeName":"Inval"#),
        (500, r#"[{"_typeName":"InvalidLogin","secret":"hunter2"}]"#),
        (500, "\u{feff} {\"secret\":\"hunter2"),
        (401, r#""hunter2""#),
        (200, r#"{"_typeName":"Everything","secret":"hunter2"#),
    ] {
        assert!(!error(status, body).contains(PASSWORD), "{}", error(status, body));
    }
    assert!(error(500, r#"{"secret":"hunter2"#).contains("18 bytes of JSON, not shown"));
    assert!(error(401, r#"{"error_type":"UNAUTHENTICATED"}"#).contains("UNAUTHENTICATED"));
    assert!(error(502, "no JSON").contains("no JSON"));
}
