//! A server for tests of the property collector, who logs in to it, and what may be left on it: nothing.

use std::marker::PhantomData;
use std::time::Duration;

use vim25::prelude::*;
use vim25::types::*;
use vim25::{FromValue, Row};
use vim25_simulator::Simulator;

/// A path that the API does not have.
pub(crate) struct Path<M, T>(&'static str, PhantomData<fn() -> (M, T)>);

impl<M: ManagedObject, T: FromValue> PropertyPath for Path<M, T> {
    type Object = M;
    type Value = T;

    fn as_str(&self) -> &str {
        self.0
    }
}

const fn path<M, T>(path: &'static str) -> Path<M, T> {
    Path(path, PhantomData)
}

/// The type is a lie.
pub(crate) const NAME_AS_NUMBER: Path<ManagedEntity, i32> = path("name");
/// There is no such property.
pub(crate) const NOWHERE: Path<ManagedEntity, i32> = path("nowhere");

/// A row of the name and the power state.
pub(crate) type Listed = Row<VirtualMachine, (String, VirtualMachinePowerState)>;

pub(crate) async fn start(vms: usize) -> Simulator {
    let builder = Simulator::builder().vms(vms).task_duration(Duration::from_millis(60));
    builder.start().await.expect("a free port")
}

pub(crate) async fn login(server: &Simulator) -> Client {
    let builder = Client::builder(server.url()).expect("a URL");
    builder.credentials(server.user(), server.password().clone()).connect().await.expect("a session")
}

/// What the client has made on the server.
fn left(server: &Simulator) -> (usize, usize, usize) {
    (server.open_views(), server.open_filters(), server.open_collectors())
}

/// Asserts that nothing is left on the server, at the latest when what goes on in the background is done.
pub(crate) async fn assert_nothing_left(server: &Simulator) {
    for _ in 0..200 {
        if left(server) == (0, 0, 0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(left(server), (0, 0, 0), "views, filters, collectors");
}

/// Fails instead of hanging.
pub(crate) async fn soon<T>(future: impl IntoFuture<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future.into_future()).await.expect("it ends")
}

/// A virtual machine that does not run and is no template, and its name.
pub(crate) async fn idle_machine(client: &Client) -> (VirtualMachine, String) {
    let retrieve = client.retrieve::<VirtualMachine>().select((
        ManagedEntity::NAME,
        VirtualMachine::RUNTIME.power_state(),
        VirtualMachine::CONFIG.template(),
    ));
    let rows = retrieve.rows().collect().await.expect("rows");
    let mut rows = rows.iter().map(|row| (row.reference(), row.get().expect("values")));
    let (reference, (name, power, _)) = rows.find(|(_, (_, _, is_template))| !**is_template).expect("a machine");
    let machine = client.get(reference);
    if *power == VirtualMachinePowerState::PoweredOn {
        client.wait(&machine.power_off_vm_task().await.expect("a task")).await.expect("off");
    }
    (machine, name.clone())
}
