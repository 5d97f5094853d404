//! Faults in every form that servers are known to send.

use serde_json::json;
use vim25_runtime::{DataType, Fault, wire};

use crate::api::*;
use crate::round_trip;

#[test]
fn a_wrapped_fault_is_read_as_the_fault_and_written_back_wrapped() {
    for json in [
        r#"{"_typeName":"TaskInfo","key":"t","error":{"_typeName":"LocalizedMethodFault","fault":{"_typeName":"InvalidLogin"},"localizedMessage":"no"}}"#,
        r#"{"_typeName":"TaskInfo","key":"t","error":{"fault":{"_typeName":"InvalidLogin"},"localizedMessage":"no","_typeName":"LocalizedMethodFault"}}"#,
    ] {
        let info: TaskInfo = wire::decode(json.as_bytes()).expect(json);
        let fault: &MethodFault = info.0.object(1);
        assert!(fault.is::<InvalidLogin>());
        assert_eq!(Fault::new(fault.as_object().clone()).message(), Some("no"));
        let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(crate::written(&info), value);
    }
}

#[test]
fn a_wrapper_without_a_name_is_known_by_its_member() {
    let info: TaskInfo =
        wire::decode(br#"{"key":"t","error":{"fault":{"_typeName":"InvalidLogin"}}}"#).expect("wrapper");
    assert!(info.0.object::<MethodFault>(1).is::<InvalidLogin>());
}

#[test]
fn a_flattened_fault_is_read_as_it_is() {
    let info: TaskInfo = round_trip(&json!({"_typeName": "TaskInfo", "key": "t", "error":
        {"_typeName": "InvalidLogin", "faultstring": "A specified parameter was not correct."}}));
    let fault = Fault::new(info.0.object::<MethodFault>(1).as_object().clone());
    assert_eq!(fault.message(), Some("A specified parameter was not correct."));
}

#[test]
fn a_flattened_fault_where_the_wrapper_is_declared_is_wrapped() {
    let info: TaskInfo = round_trip(&json!({"_typeName": "TaskInfo", "key": "t", "wrapped":
        {"_typeName": "NoPermission", "privilegeId": "System.View", "faultstring": "no"}}));
    let wrapper: &LocalizedMethodFault = info.0.object(3);
    assert_eq!(wrapper.0.opt_string(1), Some("no"));
    assert_eq!(
        wrapper.0.object::<MethodFault>(0).downcast_ref::<NoPermission>().map(|fault| fault.0.string(3)),
        Some("System.View")
    );
}

#[test]
fn an_unknown_fault_in_a_wrapper_keeps_its_name() {
    let info: TaskInfo = round_trip(&json!({"_typeName": "TaskInfo", "key": "t", "error":
        {"_typeName": "LocalizedMethodFault", "fault": {"_typeName": "BrandNewFault", "why": 1}, "since": 9}}));
    assert_eq!(info.0.object::<MethodFault>(1).type_name(), "BrandNewFault");
}

#[test]
fn a_wrapper_without_a_fault_is_refused() {
    let error = crate::refusal::<TaskInfo>(r#"{"key":"t","error":{"_typeName":"LocalizedMethodFault"}}"#);
    assert!(error.starts_with("error.fault (in MethodFault): the required member is absent"), "{error}");
}

#[test]
fn the_message_is_taken_from_wherever_it_stands() {
    let message = |json: &str| {
        let fault: MethodFault = wire::decode(json.as_bytes()).expect(json);
        Fault::new(fault.into_object()).message().map(str::to_owned)
    };
    assert_eq!(message(r#"{"_typeName":"InvalidLogin","faultstring":"text"}"#).as_deref(), Some("text"));
    let listed = r#"{"_typeName":"InvalidLogin","faultMessage":[{"_typeName":"LocalizableMessage","key":"k","message":"listed"}]}"#;
    assert_eq!(message(listed).as_deref(), Some("listed"));
    assert_eq!(message(r#"{"_typeName":"InvalidLogin","faultstring":""}"#), None);
    assert_eq!(message(r#"{"_typeName":"InvalidLogin"}"#), None);
}

#[test]
fn a_fault_is_found_by_its_base_and_among_its_causes() {
    let json =
        r#"{"_typeName":"InvalidLogin","faultCause":{"_typeName":"NotAuthenticated","privilegeId":"System.View"}}"#;
    let fault: MethodFault = wire::decode(json.as_bytes()).expect(json);
    let fault = Fault::new(fault.into_object());
    assert!(fault.find::<InvalidLogin>().is_some());
    assert_eq!(fault.find::<NoPermission>().map(|fault| fault.0.string(3)), Some("System.View"));
    assert!(fault.downcast_ref::<NoPermission>().is_none());
    assert!(fault.find::<MethodFault>().is_some_and(|fault| fault.is::<InvalidLogin>()));
}

#[test]
fn a_reference_in_a_fault_needs_no_type_name() {
    let json = r#"{"_typeName":"NotAuthenticated","object":{"type":"GuestProcessManager","value":"g"},"privilegeId":"","faultstring":"The session is not authenticated."}"#;
    let fault: MethodFault = wire::decode(json.as_bytes()).expect(json);
    let denied = fault.downcast_ref::<NoPermission>().expect("a subtype");
    assert_eq!(denied.0.opt_untyped_reference(2).map(ToString::to_string).as_deref(), Some("GuestProcessManager/g"));
}
