//! Waiting for tasks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use vim25::prelude::*;
use vim25::types::*;
use vim25::{Error, TaskRef};
use vim25_simulator::Simulator;

use crate::server::*;

async fn slow_start(vms: usize, milliseconds: u64) -> Simulator {
    let builder = Simulator::builder().vms(vms).task_duration(Duration::from_millis(milliseconds));
    builder.start().await.expect("a free port")
}

#[tokio::test]
async fn a_task_gives_its_result_and_its_progress() {
    let server = start(3).await;
    let client = login(&server).await;
    let (machine, name) = soon(idle_machine(&client)).await;
    let percents = Mutex::new(Vec::new());
    let task = machine.power_on_vm_task().await.expect("a task");
    let wait = client.wait(&task).on_progress(|percent| percents.lock().expect("no panic").push(percent));
    soon(wait).await.expect("powered on");
    let percents = percents.into_inner().expect("no panic");
    assert_eq!(percents.last(), Some(&100));
    assert!(percents.is_sorted(), "{percents:?}");
    // A task that has ended already.
    soon(client.wait(&task)).await.expect("powered on");
    assert_nothing_left(&server).await;

    let folder = machine.parent().await.expect("a parent").expect("a parent");
    let spec = VirtualMachineCloneSpec::new()
        .with_location(VirtualMachineRelocateSpec::new())
        .with_power_on(false)
        .with_template(false);
    let folder = Ref::<Folder>::from_untyped(folder.into_untyped());
    let clone = machine.clone_vm_task(&folder, format!("{name}-twin"), spec).await.expect("a task");
    let twin: Ref<VirtualMachine> = soon(client.wait(&clone)).await.expect("a clone");
    assert_eq!(client.get(&twin).name().await.expect("a name"), format!("{name}-twin"));
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_task_that_fails_says_which_and_why() {
    let server = start(2).await;
    let client = login(&server).await;
    let (machine, name) = soon(idle_machine(&client)).await;
    let task = machine.power_off_vm_task().await.expect("a task");
    let error = soon(client.wait(&task)).await.expect_err("it is off");
    assert!(matches!(error, Error::Task { .. }) && error.is_fault::<InvalidPowerState>(), "{error:?}");
    let told = error.to_string();
    let expected = format!("{} (VirtualMachine.powerOffVM of {name}): InvalidPowerState", task.as_untyped());
    assert!(told.starts_with(&expected), "{told}");
    let unknown = TaskRef::<()>::new(vim25::ManagedObjectReference::new("Task", "task-999999"));
    let error = soon(client.wait(&unknown)).await.expect_err("no such task");
    assert!(matches!(error, Error::Gone(_)), "{error:?}");
    let mistaken = TaskRef::<String>::new(machine_task(&client, &machine).await);
    let error = soon(client.wait(&mistaken)).await.expect_err("no text");
    assert!(error.to_string().starts_with("`info.result` of Task/"), "{error}");
    assert_nothing_left(&server).await;
}

/// A task with no result.
async fn machine_task(client: &Client, machine: &VirtualMachine) -> vim25::ManagedObjectReference {
    let task = machine.power_on_vm_task().await.expect("a task");
    soon(client.wait(&task)).await.expect("powered on");
    task.as_untyped().clone()
}

#[tokio::test]
async fn many_tasks_share_one_collector() {
    let server = slow_start(12, 300).await;
    let client = login(&server).await;
    let rows = client.retrieve::<VirtualMachine>().rows().collect().await.expect("rows");
    let mut waits = tokio::task::JoinSet::new();
    for row in &rows {
        let machine = client.get(row.reference());
        let client = client.clone();
        waits.spawn(async move {
            let task = machine.rename_task(format!("new-{}", machine.reference().value())).await.expect("a task");
            client.wait(&task).await
        });
    }
    let mut most = 0;
    while !waits.is_empty() {
        tokio::select! {
            Some(ended) = waits.join_next() => ended.expect("no panic").expect("renamed"),
            () = tokio::time::sleep(Duration::from_millis(10)) => most = most.max(server.open_collectors()),
        }
    }
    assert_eq!(most, 1);
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_timeout_leaves_the_task_running_or_cancels_it() {
    let server = slow_start(2, 600).await;
    let client = login(&server).await;
    let (machine, name) = soon(idle_machine(&client)).await;
    let task = machine.power_on_vm_task().await.expect("a task");
    let limit = Duration::from_millis(200);
    let error = soon(client.wait(&task).timeout(limit)).await.expect_err("too short");
    let expected = format!("{} (VirtualMachine.powerOnVM of {name}): not finished after 200ms", task.as_untyped());
    assert_eq!(error.to_string(), expected);
    soon(client.wait(&task)).await.expect("it went on");
    let task = machine.power_off_vm_task().await.expect("a task");
    let error = soon(client.wait(&task).timeout(limit).cancel_on_timeout()).await.expect_err("too short");
    assert!(matches!(error, Error::TaskTimeout { .. }), "{error:?}");
    let error = soon(client.wait(&task)).await.expect_err("cancelled");
    assert!(error.is_fault::<RequestCanceled>(), "{error}");
    let task = machine.power_off_vm_task().await.expect("a task");
    client.cancel(&task).await.expect("cancelled");
    assert!(soon(client.wait(&task)).await.expect_err("cancelled").is_fault::<RequestCanceled>());
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn progress_is_a_stream_too() {
    let server = slow_start(2, 300).await;
    let client = login(&server).await;
    let (machine, _) = soon(idle_machine(&client)).await;
    let task = machine.power_on_vm_task().await.expect("a task");
    let mut progress = client.wait(&task).progress();
    let mut last = None;
    while let Some(step) = soon(progress.next()).await {
        assert!(!matches!(last, Some(Progress::Done(()))), "nothing comes after the end");
        last = Some(step.expect("no error"));
    }
    assert_eq!(last, Some(Progress::Done(())));
    // Dropped in the middle.
    let task = machine.power_off_vm_task().await.expect("a task");
    let mut progress = client.wait(&task).progress();
    drop(tokio::time::timeout(Duration::from_millis(50), progress.next()).await);
    drop(progress);
    assert_nothing_left(&server).await;
}

/// A machine whose next power-on asks something, and the task of it.
async fn asking(client: &Client) -> (VirtualMachine, TaskRef<()>) {
    let (machine, _) = soon(idle_machine(client)).await;
    let option = OptionValue::new().with_key("vim25.simulator.question").with_value("moved or copied?");
    let spec = VirtualMachineConfigSpec::new().with_extra_config([option]);
    soon(client.wait(&machine.reconfig_vm_task(spec).await.expect("a task"))).await.expect("reconfigured");
    let task = machine.power_on_vm_task().await.expect("a task");
    (machine, TaskRef::new(task.as_untyped().clone()))
}

#[tokio::test]
async fn a_question_is_an_error_unless_it_is_answered() {
    let server = start(2).await;
    let client = login(&server).await;
    let (machine, task) = asking(&client).await;
    let error = soon(client.wait(&task)).await.expect_err("nobody answers");
    let Error::TaskQuestion { question, .. } = &error else { panic!("{error:?}") };
    assert_eq!((question.text.as_str(), question.choices.len()), ("moved or copied?", 2));
    assert!(error.to_string().contains("asks: moved or copied? (0 = "), "{error}");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let asked = seen.clone();
    let wait = client.wait(&task).on_question(move |question| {
        asked.lock().expect("no panic").push(question.text().to_owned());
        Some("0".to_owned())
    });
    soon(wait).await.expect("powered on");
    assert_eq!(*seen.lock().expect("no panic"), ["moved or copied?"]);
    soon(client.wait(&machine.power_off_vm_task().await.expect("a task"))).await.expect("off");
    // Somebody else answers in time.
    let (machine, task) = asking(&client).await;
    let waiting = {
        let (client, task) = (client.clone(), task.clone());
        tokio::spawn(async move { client.wait(&task).question_patience(Duration::from_secs(10)).await })
    };
    let question = soon(async {
        loop {
            if let Some(question) = machine.runtime().await.expect("runtime").question() {
                return question.clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    machine.answer_vm(question.await.id(), "1").await.expect("answered");
    let error = soon(waiting).await.expect("no panic").expect_err("cancelled by the answer");
    assert!(matches!(error, Error::Task { .. }), "{error:?}");
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_lost_collector_does_not_disturb_the_waits() {
    let server = slow_start(3, 500).await;
    let client = login(&server).await;
    let (machine, _) = soon(idle_machine(&client)).await;
    let task = machine.power_on_vm_task().await.expect("a task");
    let lose = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            server.faults().lose_collectors();
        }
    };
    let (ended, ()) = soon(async { tokio::join!(client.wait(&task).into_future(), lose) }).await;
    ended.expect("powered on");
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_session_that_cannot_be_renewed_is_a_typed_error() {
    let server = slow_start(2, 60_000).await;
    // A client that has the session, but not the password.
    let owner = login(&server).await;
    let session_id = owner.session_id().expect("a session");
    let client = Client::builder(server.url()).expect("a URL").session_id(session_id).connect().await.expect("resumed");
    let machine = client.get(client.retrieve::<VirtualMachine>().rows().collect().await.expect("rows")[0].reference());
    let task = machine.rename_task("other").await.expect("a task");
    let expire = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        server.faults().expire_sessions();
    };
    let (ended, ()) = soon(async { tokio::join!(client.wait(&task).into_future(), expire) }).await;
    let error = ended.expect_err("no session");
    assert!(error.is_fault::<NotAuthenticated>(), "{error}");
    assert_nothing_left(&server).await;
}
