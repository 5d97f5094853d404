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
