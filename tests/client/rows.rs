//! Rows with names.

use vim25::Error;
use vim25::prelude::*;
use vim25::types::*;

use crate::server::*;

vim25::row! {
    /// A machine as a list shows it.
    #[derive(Debug)]
    struct Listed: VirtualMachine {
        vm: Ref<VirtualMachine>,
        name: String = VirtualMachine::NAME,
        power: VirtualMachinePowerState = VirtualMachine::RUNTIME.power_state(),
        boot_time: Option<DateTime> = VirtualMachine::RUNTIME.boot_time(),
        hardware: Prop<VirtualHardware> = VirtualMachine::CONFIG.hardware(),
    }
}

vim25::row! {
    struct Named: ManagedEntity { name: String = ManagedEntity::NAME }
}

vim25::row! {
    #[derive(Debug)]
    struct Booted: VirtualMachine { at: DateTime = VirtualMachine::RUNTIME.boot_time() }
}

#[tokio::test]
async fn fields_are_what_the_properties_are() {
    let server = start(6).await;
    let client = login(&server).await;
    let rows = client.retrieve::<VirtualMachine>().rows_as::<Listed>().collect().await.expect("rows");
    assert_eq!(rows.len(), 6);
    for row in &rows {
        assert_eq!(client.get(&row.vm).name().await.expect("a name"), row.name);
        assert_eq!(row.boot_time.is_some(), row.power == VirtualMachinePowerState::PoweredOn);
        assert!(row.hardware.value().is_some_and(|hardware| hardware.num_cpu() > 0));
    }
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn rows_of_a_base_are_for_all_that_derive_from_it() {
    let server = start(2).await;
    let client = login(&server).await;
    let hosts = client.retrieve::<HostSystem>().rows_as::<Named>().collect().await.expect("rows");
    let all = client.retrieve::<ManagedEntity>().rows_as::<Named>().collect().await.expect("rows");
    assert!(hosts.len() == 3 && all.len() > hosts.len() + 2);
    assert!(hosts.iter().all(|host| all.iter().any(|entity| entity.name == host.name)));
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_field_that_must_be_set_and_is_not_is_an_error_of_the_row() {
    let server = start(4).await;
    let client = login(&server).await;
    let (off, _) = idle_machine(&client).await;
    let mut rows = client.retrieve::<VirtualMachine>().rows_as::<Booted>();
    let (mut good, mut bad) = (0, Vec::new());
    while let Some(row) = rows.next().await {
        match row {
            Ok(_) => good += 1,
            Err(error) => bad.push(error),
        }
    }
    assert_eq!(good + bad.len(), 4);
    let of_it =
        |error: &&Error| matches!(error, Error::Property { object, .. } if **object == *off.reference().as_untyped());
    assert_eq!(bad.iter().filter(of_it).count(), 1);
    assert!(bad.iter().all(|error| error.to_string().ends_with("is not set")));
}
