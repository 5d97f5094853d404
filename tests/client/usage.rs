//! Programs as users write them. If one of them turns ugly, the API is ugly.

use serde_json::json;
use vim25::mock::MockTransport;
use vim25::prelude::*;
use vim25::types::*;
use vim25_simulator::Simulator;

#[tokio::test]
async fn log_in_look_log_out() -> Result<(), Error> {
    let vcenter = Simulator::builder().start().await.expect("a free port");
    let client = Client::builder(vcenter.url())?.credentials(vcenter.user(), vcenter.password()).connect().await?;
    println!("{}, API {}", client.about().full_name(), client.release());
    client.logout().await
}

#[tokio::test]
async fn clone_a_session_by_ticket() -> Result<(), Error> {
    let vcenter = Simulator::builder().start().await.expect("a free port");
    let client = Client::builder(vcenter.url())?.credentials(vcenter.user(), vcenter.password()).connect().await?;
    let ticket: Secret = client.session_manager().acquire_clone_ticket().await?;
    let twin = Client::builder(vcenter.url())?.clone_ticket(ticket).connect().await?;
    let session: UserSession = twin.session().await?;
    println!("{} since {}", session.user_name(), session.login_time());
    assert_eq!(session.user_name(), vcenter.user());
    Ok(())
}

#[tokio::test]
async fn say_what_went_wrong() -> Result<(), Error> {
    let vcenter = Simulator::builder().start().await.expect("a free port");
    let client = Client::builder(vcenter.url())?.connect().await?;
    let told = match client.session_manager().clone_session("spent").await {
        Ok(session) => format!("hello {}", session.user_name()),
        Err(err) if err.is_fault::<InvalidLogin>() => "the ticket is spent or wrong".to_owned(),
        Err(err) => match err.fault_as::<NoPermission>() {
            Some(denied) => format!("needs {} on {:?}", denied.privilege_id().unwrap_or("?"), denied.object()),
            None => return Err(err),
        },
    };
    assert_eq!(told, "the ticket is spent or wrong");
    let error = client.session_manager().login("root", "wrong").await.expect_err("a wrong password");
    assert!(error.to_string().starts_with("Login on SessionManager/SessionManager: InvalidLogin (500): "), "{error}");
    Ok(())
}

#[test]
fn build_what_a_request_can_hold() {
    let spec = SessionManagerHttpServiceRequestSpec::new()
        .with_method(SessionManagerHttpServiceRequestSpecMethod::HTTP_GET)
        .with_url("https://host/folder/file.iso");
    assert_eq!(spec.method(), Some("httpGet"));
    let spec: SessionManagerServiceRequestSpec = spec.into();
    assert_eq!(
        spec.downcast_ref::<SessionManagerHttpServiceRequestSpec>().map(|spec| spec.url()),
        Some("https://host/folder/file.iso")
    );
    assert!(spec.is::<SessionManagerServiceRequestSpec>() && !spec.is::<SessionManagerVmomiServiceRequestSpec>());
    assert_eq!(spec.clone(), spec);
    let json = serde_json::to_string(&spec).expect("JSON");
    assert_eq!(
        json,
        r#"{"_typeName":"SessionManagerHttpServiceRequestSpec","method":"httpGet","url":"https://host/folder/file.iso"}"#
    );
    assert_eq!(serde_json::from_str::<SessionManagerServiceRequestSpec>(&json).expect("its own JSON"), spec);
}

#[test]
fn read_a_tree_of_objects() {
    let json = r#"{"_typeName":"VirtualHardware","numCPU":1,"memoryMB":64,"device":[
        {"_typeName":"VirtualE1000","key":4000,"macAddress":"00:0c:29:36:63:62"},
        {"_typeName":"VirtualTimeMachine","key":1,"epoch":1900},
        {"_typeName":"VirtualDisk","key":2000,"capacityInKB":10485760,"capacityInBytes":10737418240}]}"#;
    let hardware: VirtualHardware = serde_json::from_str(json).expect("hardware");
    let mut seen = Vec::new();
    for device in hardware.device() {
        if let Some(nic) = device.downcast_ref::<VirtualEthernetCard>() {
            seen.push(format!("{:>5} {}", nic.key(), nic.mac_address().unwrap_or("-")));
        } else if let Some(disk) = device.downcast_ref::<VirtualDisk>() {
            seen.push(format!("{:>5} {} KB", disk.key(), disk.capacity_in_kb()));
        } else if device.type_name() == "VirtualTimeMachine" {
            seen.push(format!("{:>5} {}", device.key(), device.unknown()["epoch"]));
        }
    }
    assert_eq!(seen, [" 4000 00:0c:29:36:63:62", "    1 1900", " 2000 10485760 KB"]);
}

#[test]
fn change_something() {
    let disk = VirtualDisk::new()
        .with_key(-101)
        .with_controller_key(1000)
        .with_unit_number(1)
        .with_capacity_in_kb(10 << 20)
        .with_backing(
            VirtualDiskFlatVer2BackingInfo::new()
                .with_file_name("")
                .with_disk_mode("persistent")
                .with_thin_provisioned(true),
        );
    let spec = VirtualMachineConfigSpec::new().with_num_cpus(4).with_device_change([VirtualDeviceConfigSpec::new()
        .with_operation(VirtualDeviceConfigSpecOperation::Add)
        .with_file_operation(VirtualDeviceConfigSpecFileOperation::Create)
        .with_device(disk)]);
    assert_eq!(spec.check(), Ok(()));
    let mut incomplete = spec.clone();
    incomplete
        .set_device_change([VirtualDeviceConfigSpec::new().with_device(VirtualDisk::new().with_capacity_in_kb(1))]);
    let (path, problem) = incomplete.check().expect_err("a device needs a key");
    assert_eq!(
        (path.as_str(), problem.to_string().as_str()),
        ("deviceChange[0].device.key", "is required and was not set")
    );
}

#[test]
fn references_go_where_their_base_is_expected() {
    let folder = Ref::<Folder>::new("group-v3");
    let entity: &Ref<ManagedEntity> = folder.upcast();
    assert_eq!(entity.to_string(), "Folder/group-v3");
    let spec = ObjectSpec::new().with_obj(&folder).with_skip(false);
    assert_eq!(spec.obj().type_name(), "Folder");
}

#[test]
fn things_newer_than_the_enum_are_kept() {
    let state: VirtualMachinePowerState = "hibernated".into();
    assert!(!state.is_known());
    assert_eq!(state.as_str(), "hibernated");
}

#[test]
fn a_builder_that_lacks_a_member_reads_as_empty_and_is_not_sent() {
    let spec = SessionManagerHttpServiceRequestSpec::new();
    assert_eq!((spec.url(), spec.method()), ("", None));
    let (path, problem) = spec.check().expect_err("url is required");
    assert_eq!((path.as_str(), problem.to_string().as_str()), ("url", "is required and was not set"));
}

#[test]
fn things_the_bindings_do_not_know() {
    let json = r#"{"_typeName":"SessionManagerTimeTravelRequestSpec","epoch":1900}"#;
    let spec: SessionManagerServiceRequestSpec = serde_json::from_str(json).expect("a newer type");
    assert_eq!((spec.type_name(), &spec.unknown()["epoch"]), ("SessionManagerTimeTravelRequestSpec", &1900.into()));
    assert_eq!(serde_json::to_string(&spec).expect("JSON"), json);
}

#[tokio::test]
async fn test_my_own_code_without_a_vcenter() -> Result<(), Error> {
    let vcenter = Simulator::builder().start().await.expect("a free port");
    let client = Client::builder(vcenter.url())?.credentials(vcenter.user(), vcenter.password()).connect().await?;
    vcenter.faults().expire_sessions();
    client.session_manager().session_list().await?;
    assert_eq!(client.relogins(), 1);
    Ok(())
}

#[tokio::test]
async fn test_my_own_code_without_a_socket() -> Result<(), Error> {
    let mock = MockTransport::new().reply("GET", "/VirtualMachine/vm-1/name", json!("web-1"));
    let client = Client::builder("http://mock")?.transport(mock.clone()).credentials("me", "secret").connect().await?;
    assert_eq!(client.get(&Ref::<VirtualMachine>::new("vm-1")).name().await?, "web-1");
    Ok(())
}

#[tokio::test]
async fn call_what_the_bindings_do_not_know() -> Result<(), Error> {
    let mock = MockTransport::new().reply("POST", "/VirtualMachine/vm-1/BrandNewMethod", json!({ "taken": true }));
    let client = Client::builder("http://mock")?.transport(mock).connect().await?;
    let vm = Ref::<VirtualMachine>::new("vm-1");
    let reply = client.call(&vm, "BrandNewMethod", json!({ "force": true })).await?;
    assert_eq!(reply["taken"], true);
    Ok(())
}

#[tokio::test]
async fn list_many_things_in_one_round_trip() -> Result<(), Error> {
    let vcenter = Simulator::builder().vms(20).start().await.expect("a free port");
    let client = Client::builder(vcenter.url())?.credentials(vcenter.user(), vcenter.password()).connect().await?;
    let mut rows = client
        .retrieve::<VirtualMachine>()
        .below(client.root_folder())
        .select((
            VirtualMachine::NAME,
            VirtualMachine::RUNTIME.power_state(),
            VirtualMachine::SUMMARY.quick_stats().overall_cpu_usage(),
        ))
        .rows();
    let mut lines = 0;
    while let Some(row) = rows.next().await {
        let row = row?;
        let (name, power, mhz) = row.values();
        println!("{name:<40} {power:<11} {mhz:>6}");
        lines += 1;
    }
    assert_eq!(lines, 20);
    client.logout().await
}

#[tokio::test]
async fn watch_what_there_is() -> Result<(), Error> {
    let vcenter = Simulator::builder().vms(2).start().await.expect("a free port");
    let client = Client::builder(vcenter.url())?.credentials(vcenter.user(), vcenter.password()).connect().await?;
    let properties = (VirtualMachine::NAME, VirtualMachine::RUNTIME.power_state());
    let watch = client.watch::<VirtualMachine>().below(client.root_folder()).select(properties);
    let mut changes = watch.changes();
    let mut shown = 0;
    while let Some(change) = changes.next().await {
        match change? {
            Change::Enter(row) | Change::Modify(row) => shown += usize::from(!row.get()?.0.is_empty()),
            Change::Leave(vm) => println!("{vm} is gone"),
            Change::Resync => shown = 0,
        }
        if shown == 2 {
            break;
        }
    }
    changes.close().await?;
    client.logout().await
}
