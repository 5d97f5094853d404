//! Talking to a server of an older release.

use vim25_runtime::wire::{self, NewerMembers, Options};
use vim25_runtime::{DataType, Error, Exchange, ManagedObjectReference, Object, Release, RequestProblem};

use crate::api::*;

const OLD: Release = Release::new(8, 0, 2, 0);
const NEW_SIZE: RequestProblem = RequestProblem::Newer { since: Release::new(9, 0, 0, 0), release: OLD };

fn options(release: Release, newer_members: NewerMembers) -> Options {
    Options { release: Some(release), newer_members, ..Options::default() }
}

/// A call with a member that came with 9.0.0.0, deep in its arguments.
fn exchange() -> Exchange {
    let mut newer = Newer::new();
    newer.0.set(0, 1);
    newer.0.set(3, 7);
    let mut outer = Device::new();
    outer.0.set(0, 2);
    outer.0.set_list::<Device>(2, [newer]);
    let mut arguments = Object::new(&REQUEST);
    arguments.set::<String>(0, "web".into());
    arguments.set_list::<Device>(1, [outer]);
    Exchange { operation: &RECONFIGURE, object: ManagedObjectReference::new("VirtualMachine", "vm-1"), arguments }
}

#[test]
fn a_newer_member_is_refused_with_both_releases() {
    let error = exchange().request("http://localhost", options(OLD, NewerMembers::Refuse)).expect_err("it is newer");
    assert_eq!(
        error.to_string(),
        "Reconfigure on VirtualMachine/vm-1: `device[0].child[0].size` came with 9.0.0.0, and the server speaks 8.0.2.0; \
         nothing was sent"
    );
    assert!(matches!(error, Error::Request { problem, .. } if problem == NEW_SIZE));
}

#[test]
fn a_newer_member_is_left_out_if_asked() {
    let request = exchange().request("http://localhost", options(OLD, NewerMembers::Drop)).expect("it is dropped");
    let child = r#"{"_typeName":"Newer","key":1}"#;
    let device = format!(r#"{{"_typeName":"Device","key":2,"child":[{child}]}}"#);
    assert_eq!(request.body(), format!(r#"{{"name":"web","device":[{device}]}}"#).as_str());
}

#[test]
fn a_member_that_the_server_knows_is_sent() {
    for release in [Release::new(9, 0, 0, 0), Release::new(9, 1, 0, 0)] {
        assert!(exchange().request("http://localhost", options(release, NewerMembers::Refuse)).is_ok());
    }
    assert!(exchange().request("http://localhost", Options::default()).is_ok());
}

#[test]
fn an_object_of_a_newer_type_is_refused_whatever_is_asked() {
    let mut newest = Newest::new();
    newest.0.set(0, 1);
    let expected = RequestProblem::Newer { since: Release::new(9, 1, 0, 0), release: OLD };
    assert_eq!(newest.check_for(Some(OLD)), Err(("$".to_owned(), expected)));
    newest.drop_newer(OLD);
    assert_eq!(newest.check_for(Some(OLD)), Err(("$".to_owned(), expected)));
    assert_eq!(newest.check(), Ok(()));
}

#[test]
fn a_newer_operation_is_refused() {
    let arguments = Object::new(&REQUEST);
    let mut exchange =
        Exchange { operation: &NEW, object: ManagedObjectReference::new("VirtualMachine", "vm-1"), arguments };
    let error = exchange.request("http://localhost", options(OLD, NewerMembers::Drop)).expect_err("it is newer");
    let expected =
        "New on VirtualMachine/vm-1: the operation came with 9.1.0.0, and the server speaks 8.0.2.0; nothing was sent";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_older_server_need_not_send_newer_members() {
    let read = |release| {
        let options = Options { release: Some(release), ..Options::default() };
        wire::decode_object(br#"{"_typeName":"Newer","key":1}"#, Device::TYPE, None, options)
    };
    assert_eq!(read(OLD).expect("too old for it").int(3), 0);
    let error = read(Release::new(9, 0, 0, 0)).expect_err("new enough").to_string();
    assert!(error.starts_with("size (in Newer): the required member is absent"), "{error}");
    let newer: Newer = wire::decode(br#"{"key":1,"size":2,"old":3}"#).expect("both");
    assert_eq!(newer.0.opt_int(4), Some(3));
}
