//! The client without async, as a script uses it.

use std::time::Duration;

use vim25::prelude::*;
use vim25::types::*;
use vim25::{Change, Error, blocking};
use vim25_simulator::Simulator;

/// A simulator on a runtime of its own: the script has none.
fn simulator() -> (tokio::runtime::Runtime, Simulator) {
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let builder = Simulator::builder().vms(6).task_duration(Duration::from_millis(50));
    let simulator = runtime.block_on(builder.start()).expect("a free port");
    (runtime, simulator)
}

#[test]
fn a_script_logs_in_lists_changes_and_watches() -> Result<(), Error> {
    let (_runtime, vcenter) = simulator();
    let client = blocking::Client::builder(vcenter.url())?.credentials(vcenter.user(), vcenter.password()).connect()?;
    assert_eq!(client.session()?.user_name(), vcenter.user());
    let mut off = None;
    let mut names = Vec::new();
    let properties = (VirtualMachine::NAME, VirtualMachine::RUNTIME.power_state());
    for row in client.retrieve::<VirtualMachine>().page_size(2).select(properties).rows() {
        let row = row?;
        let (name, power) = row.get()?;
        names.push(name.clone());
        if *power == VirtualMachinePowerState::PoweredOff {
            off = Some(row.reference().clone());
        }
    }
    assert_eq!(names.len(), 6);
    let vm = client.get(&off.expect("one that is off"));
    let mut changes = client.watch::<VirtualMachine>().of([&vm]).select((VirtualMachine::NAME,)).changes();
    assert!(matches!(changes.next(), Some(Ok(Change::Enter(_)))));
    let task = client.run(vm.rename_task("from-a-script"))?;
    client.wait(&task)?;
    assert_eq!(client.run(vm.name())?, "from-a-script");
    assert!(matches!(changes.next(), Some(Ok(Change::Modify(row))) if row.get()?.0 == "from-a-script"));
    changes.close()?;
    client.logout()?;
    assert_eq!((vcenter.open_sessions(), vcenter.open_views(), vcenter.open_filters()), (0, 0, 0));
    Ok(())
}

#[test]
fn it_does_not_block_async_code() {
    let (runtime, vcenter) = simulator();
    let error = runtime.block_on(async {
        blocking::Client::builder(vcenter.url()).expect("a URL").connect().expect_err("it would block")
    });
    assert!(error.to_string().contains("async code"), "{error}");
}

#[test]
fn it_can_be_dropped_in_async_code() -> Result<(), Error> {
    let (runtime, vcenter) = simulator();
    let client = blocking::Client::builder(vcenter.url())?.connect()?;
    runtime.block_on(async { drop(client) });
    Ok(())
}
