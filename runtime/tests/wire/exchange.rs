//! Calls as HTTP requests, HTTP replies as results.

use bytes::Bytes;
use http::{Response, StatusCode};
use vim25_runtime::wire::Options;
use vim25_runtime::{Error, Exchange, ManagedObjectReference, Object, OperationInfo, RequestProblem, TypeInfo, Value};

use crate::api::*;

static NOTHING: TypeInfo = TypeInfo::request("", &[]);

fn exchange(operation: &'static OperationInfo) -> Exchange {
    let arguments = Object::new(operation.request.unwrap_or(&NOTHING));
    Exchange { operation, object: ManagedObjectReference::new("VirtualMachine", "vm-1"), arguments }
}

fn reply(operation: &'static OperationInfo, status: u16, body: impl Into<Bytes>) -> Result<Option<Value>, Error> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).expect("a status");
    exchange(operation).reply(&response, &REGISTRY, Options::default())
}

#[test]
fn a_request_has_verb_path_and_body() {
    let mut call = exchange(&RECONFIGURE);
    call.object = ManagedObjectReference::new("VirtualMachine", "session[52a0]/ü");
    call.arguments.set::<String>(0, "web".into());
    call.arguments.set_list::<Device>(1, std::iter::empty::<Device>());
    let request = call.request("http://localhost:8989/prefix/sdk/vim25/8.0.2.0", Options::default()).expect("complete");
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.uri(),
        "http://localhost:8989/prefix/sdk/vim25/8.0.2.0/VirtualMachine/session%5B52a0%5D%2F%C3%BC/Reconfigure"
    );
    assert_eq!(request.headers()["content-type"], "application/json");
    assert_eq!(request.body(), r#"{"name":"web","device":[]}"#);
}

#[test]
fn a_method_without_parameters_has_no_body() {
    let request = exchange(&PING).request("http://localhost", Options::default()).expect("complete");
    assert!(request.body().is_empty());
    assert!(!request.headers().contains_key("content-type"));
}

#[test]
fn an_incomplete_request_is_refused_before_it_is_sent() {
    let error = exchange(&RECONFIGURE).request("http://localhost", Options::default()).expect_err("incomplete");
    assert_eq!(
        error.to_string(),
        "Reconfigure on VirtualMachine/vm-1: `name` is required and was not set; nothing was sent"
    );
    assert!(matches!(error, Error::Request { path, problem: RequestProblem::Missing, .. } if path == "name"));
}

#[test]
fn the_three_forms_of_an_unset_result_are_taken() {
    for (status, body) in [(204, ""), (200, ""), (200, "null"), (200, " \n")] {
        assert_eq!(reply(&LABEL, status, body).expect(body), None);
        assert_eq!(reply(&NAMES, status, body).expect(body), None);
        let error = reply(&COUNT, status, body).expect_err("a value is due").to_string();
        assert!(error.starts_with("Count on VirtualMachine/vm-1: the reply ("), "{error}");
    }
}

#[test]
fn a_result_is_the_bare_value() {
    assert_eq!(reply(&LABEL, 200, "\"x\"").expect("a string"), Some("x".to_owned().into()));
    assert_eq!(reply(&COUNT, 200, "5").expect("an int"), Some(5.into()));
    assert_eq!(reply(&PING, 204, "").expect("nothing"), None);
    assert_eq!(reply(&PING, 200, "ignored").expect("nothing"), None);
}

#[test]
fn a_fault_is_an_error_that_tells_all_in_one_line() {
    let error =
        reply(&COUNT, 500, r#"{"_typeName":"InvalidLogin","faultstring":"Login failure"}"#).expect_err("a fault");
    assert_eq!(error.to_string(), "Count on VirtualMachine/vm-1: InvalidLogin (500): Login failure");
    assert!(error.is_fault::<InvalidLogin>() && error.is_fault::<MethodFault>() && !error.is_fault::<NoPermission>());
    assert_eq!(
        (error.status(), error.call().map(ToString::to_string).as_deref()),
        (Some(500), Some("Count on VirtualMachine/vm-1"))
    );
}

#[test]
fn a_fault_is_read_leniently_and_by_name_alone() {
    let error = reply(&COUNT, 500, r#"{"_typeName":"NeverHeardOf","x":1}"#).expect_err("a fault");
    assert_eq!(error.fault().map(vim25_runtime::Fault::type_name), Some("NeverHeardOf"));
}

#[test]
fn what_is_not_vi_json_is_kept_shortened_at_a_character() {
    let page = format!("<html>{}", "漢".repeat(200));
    let error = reply(&COUNT, 502, page.clone()).expect_err("a proxy").to_string();
    assert!(
        error.starts_with("Count on VirtualMachine/vm-1: the reply (502) is not one of VI JSON: \"<html>漢"),
        "{error}"
    );
    assert!(error.ends_with("…\""), "{error}");
    assert!(matches!(reply(&COUNT, 200, page), Err(Error::Reply { .. })));
    let vapi = r#"{"error_type":"UNAUTHENTICATED","messages":[]}"#;
    assert!(matches!(reply(&COUNT, 401, vapi), Err(Error::Reply { .. })));
    let soap = r#"<?xml version="1.0"?><soapenv:Envelope/>"#;
    assert!(matches!(reply(&COUNT, 500, soap), Err(Error::Reply { .. })));
}

#[test]
fn a_result_of_another_type_is_an_error_with_a_path() {
    let error = reply(&DISK_OF, 200, r#"{"_typeName":"Disk","key":"one"}"#).expect_err("a wrong key");
    let expected = "DiskOf on VirtualMachine/vm-1: cannot read the reply: key (in Disk): invalid type: string \"one\", expected int at line 1 column 31";
    assert_eq!(error.to_string(), expected);
    let cut = reply(&DISK_OF, 200, r#"{"_typeName":"Disk","key":1"#).expect_err("a cut reply");
    assert!(matches!(cut, Error::Decode { .. }), "{cut}");
}
