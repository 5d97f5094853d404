//! Every hostile mode of the simulator, on all operations at once, against everything that a client does.
//!
//! What has to be right beyond that, how often something is sent again for example, is in the tests of each activity.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use vim25::mo::VirtualMachine;
use vim25::prelude::*;
use vim25::types::TaskInfoState;
use vim25::{ClientBuilder, Error};
use vim25_simulator::Simulator;

use crate::server::{assert_nothing_left, idle_machine, soon, start};
use crate::soak::left;
use crate::soak::modes::MODES;
use crate::soak::tally::variant;

/// How many machines there are.
const VMS: usize = 4;

/// What the activities are, in the order of the columns.
const ACTIVITIES: [&str; 6] = ["read", "change", "retrieve", "watch", "task", "session"];

/// What comes of each activity while a mode acts on every call. Modes that are not here do no harm.
const HARM: [(&str, [&str; 6]); 12] = [
    ("dropBeforeReply", [BROKEN; 6]),
    ("dropMidBody", [BROKEN, DONE, BROKEN, BROKEN, BROKEN, BROKEN]),
    ("badGateway", ["Reply 502", "Reply 502", "Reply 502", "Reply 502", "Reply 502", "NoViJson 502"]),
    ("serviceUnavailable", ["Reply 503", "Reply 503", "Reply 503", "Reply 503", "Reply 503", "NoViJson 503"]),
    ("redirect", ["Reply 302", "Reply 302", "Reply 302", "Reply 302", "Reply 302", "NoViJson 302"]),
    ("invalidUtf8", ["Decode", DONE, "Decode", "Decode", "Decode", "NoViJson 200"]),
    ("expireSession", [ENDED; 6]),
    ("falseNotAuthenticated", [ENDED; 6]),
    ("loseCollectors", [DONE, DONE, LOST, LOST, "TaskTimeout or done", DONE]),
    ("invalidCollectorVersion", [DONE, DONE, DONE, "Fault InvalidCollectorVersion", "TaskTimeout", DONE]),
    ("unknownTypes", [DONE, DONE, "Property", DONE, "Property", DONE]),
    ("unknownEnumValues", [DONE, DONE, DONE, DONE, "TaskTimeout", DONE]),
];

const DONE: &str = "done";
const BROKEN: &str = "Transport Interrupted";
const ENDED: &str = "Fault NotAuthenticated";
const LOST: &str = "Fault ManagedObjectNotFound";

/// Modes by which a client does not get to know what it has made: it goes with the session.
const LOSING: [&str; 4] = ["dropBeforeReply", "dropMidBody", "invalidUtf8", "falseNotAuthenticated"];

fn builder(server: &Simulator) -> ClientBuilder {
    let builder = Client::builder(server.url()).expect("a URL").credentials(server.user(), server.password().clone());
    builder.retries(1)
}

/// The name of a mode.
fn name(mode: &str) -> &str {
    mode.trim_start_matches("{\"mode\":\"").split('"').next().unwrap_or_default()
}

fn told<T>(result: Result<T, Error>) -> String {
    result.map_or_else(|error| variant(&error), |_| "done".to_owned())
}

async fn retrieve(client: &Client) -> Result<(), Error> {
    let rows = client.retrieve::<VirtualMachine>().page_size(2).select((
        VirtualMachine::NAME,
        VirtualMachine::RUNTIME.power_state(),
        VirtualMachine::CONFIG.hardware(),
        VirtualMachine::RUNTIME.host(),
    ));
    let rows = rows.rows().collect().await?;
    assert_eq!(rows.len(), VMS, "all or an error");
    rows.iter().try_for_each(|row| row.get().map(drop))
}

async fn watch(client: &Client) -> Result<(), Error> {
    let watch = client.watch::<VirtualMachine>().patience(Duration::from_millis(500));
    let mut changes = watch.select((VirtualMachine::RUNTIME.power_state(),)).changes();
    for _ in 0..VMS {
        let change = changes.next().await.expect("an error ends it")?;
        assert!(matches!(change, Change::Enter(_)), "{change:?}");
    }
    changes.close().await
}

async fn task(client: &Client, machine: &VirtualMachine, patience: Duration) -> Result<(), Error> {
    let task = machine.power_on_vm_task().await?;
    client.wait(&task).timeout(patience).await
}

async fn session(server: &Simulator) -> Result<(), Error> {
    builder(server).connect().await?.logout().await
}

/// What is expected of a mode.
fn expected(mode: &str) -> [&'static str; 6] {
    HARM.iter().find(|(harmful, _)| *harmful == name(mode)).map_or([DONE; 6], |(_, outcomes)| *outcomes)
}

/// Does everything; what came of each.
async fn all(server: &Simulator, client: &Client, machine: &VirtualMachine, expected: [&str; 6]) -> [String; 6] {
    // The end of a task that cannot be seen is not waited for as long as that of one that takes its time.
    let patience = Duration::from_secs(if expected[4].starts_with("TaskTimeout") { 1 } else { 15 });
    let manager = client.session_manager();
    [
        told(soon(manager.session_list()).await),
        told(soon(manager.update_service_message("hello")).await),
        told(soon(retrieve(client)).await),
        told(soon(watch(client)).await),
        told(soon(task(client, machine, patience)).await),
        told(soon(session(server)).await),
    ]
}

/// Lets the tasks of a machine end: a client that could not read the reply does not know of the one that it began.
async fn settle(client: &Client, machine: &VirtualMachine) {
    for task in machine.recent_task().await.expect("tasks") {
        let task = client.get(&task);
        while matches!(task.info().await.expect("a task").state(), TaskInfoState::Queued | TaskInfoState::Running) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Does everything while a mode acts, and again afterwards.
async fn meet(mode: &'static str) -> [String; 6] {
    let server = start(VMS).await;
    let client = builder(&server).connect().await.expect("a login");
    let (machine, _) = idle_machine(&client).await;
    assert_nothing_left(&server).await;
    server.faults().add(mode.parse().expect("a rule")).expect("a rule");
    let outcomes = all(&server, &client, &machine, expected(mode)).await;
    server.faults().clear();

    settle(&client, &machine).await;
    let (machine, _) = idle_machine(&client).await;
    assert_eq!(all(&server, &client, &machine, [DONE; 6]).await, [DONE; 6], "after {mode}");
    if !LOSING.contains(&name(mode)) {
        assert_nothing_left(&server).await;
    }
    client.logout().await.expect("a logout");
    if name(mode) == "falseNotAuthenticated" {
        // The client had to believe that its sessions had ended.
        server.faults().expire_sessions();
    }
    assert_eq!(left(&server), [0; 5], "after {mode}: sessions, views, filters, collectors, history collectors");
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_meets_everything() {
    let (mut meetings, places) = (JoinSet::new(), Arc::new(Semaphore::new(6)));
    for mode in MODES {
        let places = places.clone();
        meetings.spawn(async move {
            let _place = places.acquire().await;
            (mode, meet(mode).await)
        });
    }
    for (mode, outcomes) in meetings.join_all().await {
        for ((activity, outcome), expected) in ACTIVITIES.iter().zip(outcomes).zip(expected(mode)) {
            assert!(expected.split(" or ").any(|expected| expected == outcome), "{mode}: {activity}: {outcome}");
        }
    }
    assert!(HARM.iter().all(|(harmful, _)| MODES.iter().any(|mode| name(mode) == *harmful)));
}
