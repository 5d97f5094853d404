//! Every hostile mode of the simulator, on all operations at once, against everything that a client does.
//!
//! What has to be right beyond that, how often something is sent again for example, is in the tests of each activity.

use std::time::Duration;

use tokio::task::JoinSet;
use vim25::mo::VirtualMachine;
use vim25::prelude::*;
use vim25::{ClientBuilder, Error};
use vim25_simulator::Simulator;

use crate::server::{idle_machine, soon, start};
use crate::soak::modes::MODES;
use crate::soak::tally::variant;

/// How many machines there are.
const VMS: usize = 4;

/// What the activities are, in the order of the columns.
const ACTIVITIES: [&str; 6] = ["read", "change", "retrieve", "watch", "task", "session"];

/// What comes of each activity while a mode acts on every call. Modes that are not here do no harm: all is `done`.
const HARM: &[(&str, [&str; 6])] = &[];

/// Modes by which a client cannot know what it made, or cannot destroy it: all of it goes with the session.
const LOSING: &[&str] = &[];

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

async fn task(client: &Client, machine: &VirtualMachine) -> Result<(), Error> {
    let task = machine.power_on_vm_task().await?;
    client.wait(&task).timeout(Duration::from_secs(2)).await
}

async fn session(server: &Simulator) -> Result<(), Error> {
    builder(server).connect().await?.logout().await
}

/// Does everything; what came of each.
async fn all(server: &Simulator, client: &Client, machine: &VirtualMachine) -> [String; 6] {
    let manager = client.session_manager();
    [
        told(soon(manager.session_list()).await),
        told(soon(manager.update_service_message("hello")).await),
        told(soon(retrieve(client)).await),
        told(soon(watch(client)).await),
        told(soon(task(client, machine)).await),
        told(soon(session(server)).await),
    ]
}

/// Does everything while a mode acts, and again afterwards.
async fn meet(mode: &'static str) -> [String; 6] {
    let server = start(VMS).await;
    let client = builder(&server).connect().await.expect("a login");
    let (machine, _) = idle_machine(&client).await;
    server.faults().add(mode.parse().expect("a rule")).expect("a rule");
    let outcomes = all(&server, &client, &machine).await;
    let struck = server.faults().struck()[0].1;
    server.faults().clear();
    eprintln!("{mode} {outcomes:?} {struck}");

    let (machine, _) = idle_machine(&client).await;
    assert_eq!(all(&server, &client, &machine).await, ACTIVITIES.map(|_| "done"), "after {mode}");
    tokio::time::sleep(Duration::from_millis(500)).await;
    eprintln!("{mode} left {:?}", crate::soak::left(&server));
    client.logout().await.expect("a logout");
    eprintln!("{mode} left {:?}", crate::soak::left(&server));
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_meets_everything() {
    let mut meetings = JoinSet::new();
    for mode in MODES {
        meetings.spawn(async move { (mode, meet(mode).await) });
    }
    for (mode, outcomes) in meetings.join_all().await {
        let usual = ACTIVITIES.map(|_| "done");
        let expected = HARM.iter().find(|(harmful, _)| *harmful == name(mode)).map_or(usual, |(_, outcomes)| *outcomes);
        assert_eq!(outcomes, expected, "{mode}");
    }
}
