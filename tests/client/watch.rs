//! Watching objects.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::json;
use vim25::prelude::*;
use vim25::types::*;
use vim25::{Changes, Error, PropertyProblem};
use vim25_simulator::Simulator;
use vim25_simulator::{Mode, Rule};

use crate::scripted::{Scripted, reference};
use crate::server::*;

/// What a watch of names and power states has told so far.
#[derive(Debug, Default)]
struct Picture {
    machines: BTreeMap<String, (String, String)>,
    resyncs: usize,
}

type Watching = Changes<VirtualMachine, Listed>;

fn watch(client: &Client) -> Watching {
    client
        .watch::<VirtualMachine>()
        .below(client.root_folder())
        .select((ManagedEntity::NAME, VirtualMachine::RUNTIME.power_state()))
        .changes()
}

impl Picture {
    fn apply(&mut self, change: Change<VirtualMachine, Listed>) {
        match change {
            Change::Enter(row) => {
                let (name, power) = row.get().expect("values");
                let old = self.machines.insert(row.reference().value().to_owned(), (name.clone(), power.to_string()));
                assert_eq!(old, None, "what enters was not there");
            }
            Change::Modify(row) => {
                let (name, power) = row.get().expect("values");
                let old = self.machines.insert(row.reference().value().to_owned(), (name.clone(), power.to_string()));
                assert!(old.is_some(), "what is modified was there");
            }
            Change::Leave(vm) => {
                assert!(self.machines.remove(vm.value()).is_some(), "what leaves was there");
            }
            Change::Resync => {
                self.machines.clear();
                self.resyncs += 1;
            }
        }
    }

    /// Goes on until something is so.
    async fn until(&mut self, changes: &mut Watching, is_so: impl Fn(&Self) -> bool) {
        soon(async {
            while !is_so(self) {
                let change = changes.next().await.expect("a change").expect("no error");
                self.apply(change);
            }
        })
        .await;
    }

    fn is(&self, name: &str, power: &str) -> bool {
        self.machines.values().any(|found| found.0 == name && found.1 == power)
    }
}

async fn power_on(client: &Client, machine: &VirtualMachine) {
    soon(client.wait(&machine.power_on_vm_task().await.expect("a task"))).await.expect("powered on");
}

#[tokio::test]
async fn machines_enter_change_and_leave() {
    let server = start(6).await;
    let client = login(&server).await;
    let (machine, name) = idle_machine(&client).await;
    let (mut changes, mut picture) = (watch(&client), Picture::default());
    picture.until(&mut changes, |picture| picture.machines.len() == 6).await;
    assert!(picture.is(&name, "poweredOff"));
    power_on(&client, &machine).await;
    picture.until(&mut changes, |picture| picture.is(&name, "poweredOn")).await;
    soon(client.wait(&machine.power_off_vm_task().await.expect("a task"))).await.expect("off");
    soon(client.wait(&machine.destroy_task().await.expect("a task"))).await.expect("destroyed");
    picture.until(&mut changes, |picture| picture.machines.len() == 5).await;
    assert_eq!(picture.resyncs, 0);
    assert_eq!((server.open_views(), server.open_collectors()), (1, 1));
    changes.close().await.expect("closed");
    assert_eq!((server.open_views(), server.open_collectors(), server.open_filters()), (0, 0, 0));
}

#[tokio::test]
async fn a_property_comes_as_a_whole_when_it_changes_inside() {
    let server = start(1).await;
    let client = login(&server).await;
    let (machine, _) = idle_machine(&client).await;
    let watch = client.watch::<VirtualMachine>().of([&machine]).select((
        VirtualMachine::RUNTIME,
        VirtualMachine::CONFIG.hardware(),
        VirtualMachine::RUNTIME.boot_time(),
        VirtualMachine::CONFIG.annotation(),
    ));
    let mut changes = watch.changes();
    let Some(Ok(Change::Enter(row))) = soon(changes.next()).await else { panic!("it is there") };
    let before = row.values().1.value().expect("hardware").clone();
    assert_eq!(row.values().2, Prop::Unset);
    power_on(&client, &machine).await;
    let runtime = soon(async {
        loop {
            let Some(Ok(Change::Modify(row))) = changes.next().await else { panic!("nothing else happens") };
            let hardware = row.values().1.value().expect("what has not changed is still there");
            assert_eq!((hardware.memory_mb(), hardware.device().len()), (before.memory_mb(), before.device().len()));
            let runtime = row.values().0.value().expect("runtime").clone();
            if runtime.power_state() == VirtualMachinePowerState::PoweredOn && row.values().2.value().is_some() {
                return runtime;
            }
        }
    })
    .await;
    assert!(runtime.host().is_some());
    soon(client.wait(&machine.power_off_vm_task().await.expect("a task"))).await.expect("off");
    let spec =
        VirtualMachineConfigSpec::new().with_memory_mb(i64::from(before.memory_mb()) + 4).with_annotation("watched");
    soon(client.wait(&machine.reconfig_vm_task(spec).await.expect("a task"))).await.expect("reconfigured");
    soon(async {
        loop {
            let Some(Ok(Change::Modify(row))) = changes.next().await else { panic!("nothing else happens") };
            let (_, hardware, boot_time, annotation) = row.values();
            let hardware = hardware.value().expect("hardware");
            assert_eq!(hardware.device().len(), before.device().len());
            let is_annotated = annotation.value().is_some_and(|text| text == "watched");
            if hardware.memory_mb() == before.memory_mb() + 4 && is_annotated && *boot_time == Prop::Unset {
                return;
            }
        }
    })
    .await;
    drop(changes);
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn named_rows_and_references_that_are_gone() {
    vim25::row! { struct Named: ManagedEntity { name: String = ManagedEntity::NAME } }
    let server = start(1).await;
    let client = login(&server).await;
    let (machine, name) = idle_machine(&client).await;
    let gone = Ref::<VirtualMachine>::new("vm-999999");
    let mut changes = client.watch::<VirtualMachine>().of([&machine.reference(), &gone]).changes_as::<Named>();
    let mut seen = (None, None);
    while seen.0.is_none() || seen.1.is_none() {
        match soon(changes.next()).await.expect("a change").expect("no error") {
            Change::Enter(row) => seen.0 = Some(row.name),
            Change::Leave(vm) => seen.1 = Some(vm),
            Change::Modify(_) | Change::Resync => panic!("nothing has changed"),
        }
    }
    assert_eq!(seen, (Some(name), Some(gone)));
    changes.close().await.expect("closed");
    let mut nothing = client.watch::<VirtualMachine>().of([] as [&Ref<VirtualMachine>; 0]).changes();
    assert!(nothing.next().await.is_none());
    let mut changes = client.watch::<VirtualMachine>().select((NAME_AS_NUMBER,)).changes();
    let error = soon(changes.next()).await.expect("a change").expect_err("no number");
    assert!(matches!(error, Error::Property { problem: PropertyProblem::Unfit(_), .. }), "{error:?}");
    drop(changes);
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_lost_collector_is_a_resync() {
    let server = start(4).await;
    let client = login(&server).await;
    let (machine, name) = idle_machine(&client).await;
    let (mut changes, mut picture) = (watch(&client), Picture::default());
    picture.until(&mut changes, |picture| picture.machines.len() == 4).await;
    for round in 1..=3 {
        let lose = async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            server.faults().lose_collectors();
        };
        let resynced = picture.until(&mut changes, |picture| picture.resyncs == round && picture.machines.len() == 4);
        tokio::join!(lose, resynced);
    }
    power_on(&client, &machine).await;
    picture.until(&mut changes, |picture| picture.is(&name, "poweredOn")).await;
    drop(changes);
    assert_nothing_left(&server).await;
}

/// What a watch must get over, by the rule that makes it happen to the wait.
async fn survives(server: &Simulator, mode: Mode, is_resync: bool) {
    let client = login(server).await;
    let (machine, name) = idle_machine(&client).await;
    let (mut changes, mut picture) = (watch(&client), Picture::default());
    picture.until(&mut changes, |picture| picture.machines.len() == 3).await;
    let rule = Rule::new(mode.clone()).on("WaitForUpdatesEx").once();
    server.faults().add(rule).expect("a rule");
    let switch = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        machine.power_on_vm_task().await.expect("a task")
    };
    let (task, ()) = tokio::join!(switch, picture.until(&mut changes, |picture| picture.is(&name, "poweredOn")));
    soon(client.wait(&task)).await.expect("powered on");
    assert_eq!(server.faults().struck().iter().map(|(_, count)| count).sum::<u64>(), 1, "{mode:?}");
    assert_eq!(picture.resyncs, usize::from(is_resync), "{mode:?}");
    server.faults().clear();
    soon(client.wait(&machine.power_off_vm_task().await.expect("a task"))).await.expect("off");
    changes.close().await.expect("closed");
    assert_nothing_left(server).await;
    client.logout().await.expect("logged out");
}

#[tokio::test]
async fn broken_waits_are_repeated_or_begun_anew() {
    let server = start(3).await;
    survives(&server, Mode::DropBeforeReply, false).await;
    survives(&server, Mode::DropMidBody, false).await;
    survives(&server, Mode::BadGateway, false).await;
    survives(&server, Mode::ServiceUnavailable { retry_after: 1, as_date: false }, false).await;
    survives(&server, Mode::InvalidCollectorVersion, true).await;
    survives(&server, Mode::LoseCollectors, true).await;
    survives(&server, Mode::InvalidUtf8, false).await;
}

#[tokio::test]
async fn sets_that_are_truncated_are_told_in_full() {
    let server = start(20).await;
    server.faults().add(Rule::new(Mode::IgnorePageSize { objects: Some(3) })).expect("a rule");
    let client = login(&server).await;
    let (mut changes, mut picture) = (watch(&client), Picture::default());
    picture.until(&mut changes, |picture| picture.machines.len() == 20).await;
    changes.close().await.expect("closed");
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_ends_the_watch() {
    let server = start(2).await;
    let owner = login(&server).await;
    let session_id = owner.session_id().expect("a session");
    let client = Client::builder(server.url()).expect("a URL").session_id(session_id).connect().await.expect("resumed");
    let (mut changes, mut picture) = (watch(&client), Picture::default());
    picture.until(&mut changes, |picture| picture.machines.len() == 2).await;
    let expire = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        server.faults().expire_sessions();
    };
    let (change, ()) = soon(async { tokio::join!(changes.next(), expire) }).await;
    let error = change.expect("an error").expect_err("no session");
    assert!(error.is_fault::<NotAuthenticated>(), "{error}");
    assert!(changes.next().await.is_none());
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_server_that_stays_away_ends_the_watch_when_patience_does() {
    let server = start(1).await;
    let client = login(&server).await;
    let watch = client.watch::<VirtualMachine>().select((ManagedEntity::NAME,)).patience(Duration::from_millis(500));
    let mut changes = watch.changes();
    soon(changes.next()).await.expect("a change").expect("no error");
    server.stop().await;
    let error = soon(changes.next()).await.expect("an error").expect_err("nobody is there");
    assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    assert!(changes.next().await.is_none());
}

#[tokio::test]
async fn a_watch_that_cannot_begin_is_an_error() {
    let server = start(1).await;
    let client = login(&server).await;
    let gone = Ref::<Folder>::new("group-d999");
    let mut changes = client.watch::<VirtualMachine>().below(&gone).changes();
    let error = soon(changes.next()).await.expect("an error").expect_err("no container");
    assert!(error.is_fault::<ManagedObjectNotFound>(), "{error}");
    let mut changes = client.watch::<VirtualMachine>().select((NOWHERE,)).changes();
    let error = soon(changes.next()).await.expect("an error").expect_err("no property");
    assert!(error.is_fault::<InvalidProperty>(), "{error}");
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_slow_consumer_holds_the_server_back() {
    let server = start(2).await;
    let client = login(&server).await;
    let (machine, _) = idle_machine(&client).await;
    let changes = watch(&client);
    let mut changes = changes.map(|change| change.expect("no error"));
    for _ in 0..2 {
        assert!(matches!(soon(changes.next()).await, Some(Change::Enter(_))));
    }
    for round in 0..5 {
        let task = machine.rename_task(format!("name-{round}")).await.expect("a task");
        soon(client.wait(&task)).await.expect("renamed");
    }
    let Some(Change::Modify(row)) = soon(changes.next()).await else { panic!("it was renamed") };
    assert_eq!(row.get().expect("values").0, "name-4", "the newest, in one change");
    drop(changes);
    assert_nothing_left(&server).await;
}

/// A reply to a wait: what has changed of `vm-1`.
fn update(version: u32, kind: &str, path: &str, op: &str, value: &str) -> String {
    let mut change = json!({ "_typeName": "PropertyChange", "name": path, "op": op });
    match value {
        "" => {}
        "broken" => change["val"] = json!({ "_typeName": "int", "_value": "x" }),
        value => change["val"] = json!({ "_typeName": "string", "_value": value }),
    }
    let object = json!({
        "_typeName": "ObjectUpdate", "kind": kind, "obj": reference("VirtualMachine", "vm-1"), "changeSet": [change],
    });
    let filter = reference("PropertyFilter", "f-1");
    let filter = json!({ "_typeName": "PropertyFilterUpdate", "filter": filter, "objectSet": [object] });
    json!({ "_typeName": "UpdateSet", "version": version.to_string(), "filterSet": [filter] }).to_string()
}

/// A page with `vm-1`.
fn read(value: &str) -> String {
    let value = json!({ "_typeName": "string", "_value": value });
    let property = json!({ "_typeName": "DynamicProperty", "name": "config.annotation", "val": value });
    let obj = reference("VirtualMachine", "vm-1");
    let object = json!({ "_typeName": "ObjectContent", "obj": obj, "propSet": [property] });
    json!({ "_typeName": "RetrieveResult", "objects": [object] }).to_string()
}

/// Replies that a simulator does not give: paths that were not selected, operations that cannot be applied.
#[tokio::test]
async fn what_cannot_be_applied_is_read_again() {
    let script = Scripted::new()
        .reply(200, reference("PropertyCollector", "pc-2").to_string())
        .reply(200, reference("PropertyFilter", "f-1").to_string())
        .reply(200, update(1, "enter", "config.annotation", "assign", "a"))
        .reply(200, update(2, "modify", "config.annotation[4000]", "add", "x"))
        .reply(200, read("b"))
        // Nothing has changed, in the three forms that servers have for it.
        .reply(204, "")
        .reply(200, "")
        .reply(200, "null")
        .reply(200, update(3, "modify", "config.annotation.deep[\"k\"]", "assign", "x"))
        .reply(200, read("c"))
        .reply(200, update(4, "modify", "config.annotation", "indirectRemove", ""))
        .reply(200, update(5, "modify", "config", "remove", ""))
        .reply(200, read("d"))
        // A value that cannot be read: the same is asked for again, and spoils its row only.
        .reply(200, update(6, "modify", "config.annotation", "assign", "broken"))
        .reply(200, update(6, "modify", "config.annotation", "assign", "broken"))
        .reply(200, update(7, "modify", "config.annotation", "assign", "e"));
    let builder = Client::builder("http://test").expect("a URL").release(vim25::RELEASE).transport(script.clone());
    let client = builder.connect().await.expect("content");
    let vm = Ref::<VirtualMachine>::new("vm-1");
    let watch = client.watch::<VirtualMachine>().of([&vm]).select((VirtualMachine::CONFIG.annotation(),));
    let mut changes = watch.patience(Duration::ZERO).changes();
    let mut told = Vec::new();
    for _ in 0..7 {
        told.push(match soon(changes.next()).await.expect("a change") {
            Ok(Change::Enter(row)) => format!("enter {}", row.values().0),
            Ok(Change::Modify(row)) => format!("modify {}", row.values().0),
            Ok(other) => panic!("{other:?}"),
            Err(error) => {
                assert!(matches!(error, Error::Property { problem: PropertyProblem::Unfit(_), .. }), "{error}");
                "unfit".to_owned()
            }
        });
    }
    assert_eq!(told, ["enter a", "modify b", "modify c", "modify -", "modify d", "unfit", "modify e"]);
}
