//! Reading properties of many objects.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::json;
use vim25::prelude::*;
use vim25::types::*;
use vim25::{Error, PropertyProblem};
use vim25_simulator::{Mode, Rule};

use crate::scripted::{Scripted, reference};
use crate::server::*;

#[tokio::test]
async fn all_machines_come_in_pages_each_once() {
    let server = start(25).await;
    let client = login(&server).await;
    for page_size in [1, 7, 25, 1000] {
        let retrieve = client.retrieve::<VirtualMachine>().below(client.root_folder()).page_size(page_size);
        let mut rows = retrieve
            .select((ManagedEntity::NAME, VirtualMachine::RUNTIME.power_state(), VirtualMachine::RUNTIME.boot_time()))
            .rows();
        let mut names = Vec::new();
        while let Some(row) = rows.next().await {
            let row = row.expect("a row");
            let (name, power, boot_time) = row.values();
            let line = format!("{name:<40} {power:<11} {boot_time:>1}");
            assert!(line.len() > 50 && line.starts_with(name.value().expect("a name")), "{line}");
            names.push(name.value().expect("a name").clone());
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 25);
        assert!(rows.next().await.is_none());
        assert_eq!(server.open_views(), 0, "the view is destroyed before the last row");
    }
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_page_may_hold_thousands_of_objects() {
    let server = start(5_000).await;
    let client = login(&server).await;
    let retrieve = client.retrieve::<VirtualMachine>().page_size(5_000).select((VirtualMachine::NAME,));
    assert_eq!(retrieve.rows().collect().await.expect("rows").len(), 5_000);
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn rows_are_a_stream_and_dropping_it_cancels_on_the_server() {
    let server = start(10).await;
    let client = login(&server).await;
    let rows = client.retrieve::<VirtualMachine>().page_size(3).select((ManagedEntity::NAME,)).rows();
    let first: Vec<_> = rows.take(2).map(|row| row.expect("a row").get().expect("a name").0.clone()).collect().await;
    assert_eq!(first.len(), 2);
    assert_nothing_left(&server).await;
    // Dropped while a call is under way, wherever it is.
    let slow = Rule::new(Mode::Latency { milliseconds: 20, jitter: 0 });
    server.faults().add(slow).expect("a rule");
    for milliseconds in [5, 25, 45, 65, 90] {
        let mut rows = client.retrieve::<VirtualMachine>().page_size(1).select((ManagedEntity::NAME,)).rows();
        let next = async { while rows.next().await.is_some() {} };
        drop(tokio::time::timeout(Duration::from_millis(milliseconds), next).await);
        drop(rows);
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn some_objects_by_reference_and_those_that_are_gone() {
    let server = start(4).await;
    let client = login(&server).await;
    let all = client.retrieve::<VirtualMachine>().rows().collect().await.expect("rows");
    let (a, b) = (all[0].reference().clone(), all[2].reference().clone());
    let gone = Ref::<VirtualMachine>::new("vm-999999");
    let mut rows = client.retrieve::<VirtualMachine>().of([&a, &gone, &b, &a]).select((ManagedEntity::NAME,)).rows();
    let mut seen = Vec::new();
    let mut errors = Vec::new();
    while let Some(row) = rows.next().await {
        match row {
            Ok(row) => seen.push(row.reference().clone()),
            Err(error) => errors.push(error),
        }
    }
    assert_eq!(seen, [a, b]);
    assert!(matches!(&errors[..], [Error::Gone(object)] if object == gone.as_untyped()), "{errors:?}");
    assert!(client.retrieve::<VirtualMachine>().of([] as [&Ref<VirtualMachine>; 0]).rows().next().await.is_none());
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn unset_is_not_hidden_and_arrays_are_never_unset() {
    let server = start(3).await;
    let client = login(&server).await;
    let (off, _) = idle_machine(&client).await;
    let mut rows = client
        .retrieve::<VirtualMachine>()
        .of([&off])
        .select((VirtualMachine::RUNTIME.boot_time(), VirtualMachine::NETWORK, VirtualMachine::RUNTIME))
        .rows();
    let row = rows.next().await.expect("a row").expect("a row");
    assert_eq!(row.values().0, Prop::Unset);
    assert_eq!(row.values().0.to_string(), "-");
    assert!(row.values().1.value().is_some());
    let runtime = row.values().2.value().expect("set");
    assert_eq!(runtime.power_state(), VirtualMachinePowerState::PoweredOff);
    let error = row.get().expect_err("unset").to_string();
    assert_eq!(error, format!("`runtime.bootTime` of {} is not set", row.reference()));
    let (boot_time, networks, _) = row.into_values();
    assert_eq!(boot_time.ok().expect("not hidden"), None);
    assert!(networks.into_value().is_some());
}

#[tokio::test]
async fn what_the_caller_may_not_read_is_hidden_with_its_fault() {
    let server = start(3).await;
    let client = login(&server).await;
    let machines = client.retrieve::<VirtualMachine>().rows().collect().await.expect("rows");
    // Without a session, properties are hidden one by one.
    let nobody = Client::builder(server.url()).expect("a URL").connect().await.expect("the content");
    let mut rows = nobody
        .retrieve::<VirtualMachine>()
        .of([machines[0].reference()])
        .select((ManagedEntity::NAME, VirtualMachine::RUNTIME.power_state()))
        .rows();
    let row = rows.next().await.expect("a row").expect("a row");
    let Prop::Hidden(fault) = &row.values().0 else { panic!("{row:?}") };
    assert!(fault.downcast_ref::<NotAuthenticated>().is_some());
    assert_eq!(row.values().0.to_string(), "<NotAuthenticated>");
    let error = row.get().expect_err("hidden");
    assert!(error.is_fault::<NotAuthenticated>(), "{error}");
}

#[tokio::test]
async fn one_bad_row_does_not_spoil_the_rest() {
    let server = start(5).await;
    let client = login(&server).await;
    let rows = StreamExt::collect::<Vec<_>>(client.retrieve::<VirtualMachine>().select((NAME_AS_NUMBER,)).rows());
    let rows = rows.await;
    assert_eq!(rows.len(), 5);
    for row in rows {
        let Err(Error::Property { path, problem: PropertyProblem::Unfit(met), .. }) = row else { panic!("{row:?}") };
        assert_eq!((path.as_str(), met.as_str()), ("name", "it is of type string"));
    }
    let mut rows = client.retrieve::<VirtualMachine>().select((NOWHERE,)).rows();
    let error = rows.next().await.expect("an error").expect_err("no such property");
    assert!(error.is_fault::<InvalidProperty>(), "{error}");
    assert!(rows.next().await.is_none(), "after an error of the call there is nothing");
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_lost_place_is_found_again() {
    let server = start(9).await;
    let client = login(&server).await;
    let mut rows = client.retrieve::<VirtualMachine>().page_size(2).select((ManagedEntity::NAME,)).rows();
    let mut names = vec![rows.next().await.expect("a row").expect("a row").get().expect("a name").0.clone()];
    server.faults().lose_collectors();
    while let Some(row) = rows.next().await {
        names.push(row.expect("a row").get().expect("a name").0.clone());
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 9, "each once, in spite of the restart");
    let mut rows = client.retrieve::<VirtualMachine>().page_size(2).select((ManagedEntity::NAME,)).rows();
    rows.next().await.expect("a row").expect("a row");
    server.faults().expire_sessions();
    let mut errors = 0;
    while let Some(row) = rows.next().await {
        errors += usize::from(row.is_err_and(|error| error.is_fault::<NotAuthenticated>()));
    }
    assert!(errors <= 1, "a session that cannot be renewed is one error");
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_container_that_is_none_is_an_error() {
    let server = start(1).await;
    let client = login(&server).await;
    let gone = Ref::<Folder>::new("group-d999");
    let mut rows = client.retrieve::<VirtualMachine>().below(&gone).rows();
    let error = rows.next().await.expect("an error").expect_err("no container");
    assert!(error.is_fault::<ManagedObjectNotFound>(), "{error}");
    assert!(rows.next().await.is_none());
    assert_nothing_left(&server).await;
}

/// A page of machines, of which the last has a name that is none.
fn page(ids: &[&str], token: Option<&str>, last_is_broken: bool) -> String {
    let objects = ids.iter().enumerate().map(|(index, id)| {
        let is_broken = last_is_broken && index + 1 == ids.len();
        let value = if is_broken {
            json!({ "_typeName": "int", "_value": "x" })
        } else {
            json!({ "_typeName": "string", "_value": format!("name of {id}") })
        };
        let property = json!({ "_typeName": "DynamicProperty", "name": "name", "val": value });
        json!({ "_typeName": "ObjectContent", "obj": reference("VirtualMachine", id), "propSet": [property] })
    });
    let mut page = json!({ "_typeName": "RetrieveResult", "objects": objects.collect::<Vec<_>>() });
    if let Some(token) = token {
        page["token"] = json!(token);
    }
    page.to_string()
}

#[tokio::test]
async fn a_value_that_cannot_be_decoded_spoils_its_row_only() {
    let machines = ["vm-1", "vm-2", "vm-3", "vm-4"].map(Ref::<VirtualMachine>::new);
    // The second page cannot be decoded, and its token is spent: begun anew, value by value.
    let script = Scripted::new()
        .reply(200, page(&["vm-1", "vm-2"], Some("t-1"), false))
        .reply(200, page(&["vm-3", "vm-4"], None, true))
        .reply(200, page(&["vm-1", "vm-2"], Some("t-2"), false))
        .reply(200, page(&["vm-3", "vm-4"], None, true));
    let builder = Client::builder("http://test").expect("a URL").release(vim25::RELEASE).transport(script.clone());
    let client = builder.connect().await.expect("content");
    let mut rows = client.retrieve::<VirtualMachine>().of(&machines).select((VirtualMachine::NAME,)).rows();
    let mut told = Vec::new();
    while let Some(row) = rows.next().await {
        told.push(match row {
            Ok(row) => row.values().0.to_string(),
            Err(error) => error.to_string(),
        });
    }
    assert_eq!(told[..3], ["name of vm-1", "name of vm-2", "name of vm-3"]);
    assert!(told[3].starts_with("`name` of VirtualMachine/vm-4 does not fit its type: "), "{told:?}");
    assert_eq!((told.len(), script.requests().len()), (4, 5));
}

#[tokio::test]
async fn a_view_that_is_lost_is_made_again_or_an_error_and_never_empty() {
    let server = start(5).await;
    let client = login(&server).await;
    let rule = || Rule::new(Mode::LoseCollectors).on("RetrievePropertiesEx");
    server.faults().set(vec![rule().once()]).expect("a rule");
    let rows = client.retrieve::<VirtualMachine>().rows().collect().await.expect("the second time");
    assert_eq!(rows.len(), 5);
    server.faults().set(vec![rule()]).expect("a rule");
    let error = client.retrieve::<VirtualMachine>().rows().collect().await.expect_err("each time");
    assert!(error.is_fault::<ManagedObjectNotFound>(), "{error}");
    server.faults().clear();
    assert_nothing_left(&server).await;
}
