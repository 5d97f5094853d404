//! Typed paths to properties: what they say on the wire, and that the tables have what they lead to.

use vim25::prelude::*;
use vim25::types::*;
use vim25::{Field, FromValue, Item, OperationKind, Path, REGISTRY};

/// What stands at the end of a path, by the tables: the kind of each value, and whether it is an array.
fn at_the_end<M: ManagedObject, T: FromValue>(path: &Path<M, T>) -> (Item, bool) {
    let (property, rest) = path.as_str().split_once('.').unwrap_or((path.as_str(), ""));
    let operation = REGISTRY.find_operation(<M as ManagedObject>::NAME, property).expect("the property exists");
    assert_eq!(operation.kind, OperationKind::Property, "{path}");
    let result = operation.result.expect("a property has a value");
    let members = rest.split('.').filter(|name| !name.is_empty());
    members.fold((result.item, result.is_list), |(item, is_list), name| {
        let Item::Object(ty) = item else { panic!("{path}: {name} is looked for in {item:?}") };
        assert!(!is_list, "{path}: {name} is looked for in an array");
        let field: &Field = ty.fields().find(|field| field.name == name).expect("the member exists");
        (field.item, field.is_list)
    })
}

macro_rules! assert_path {
    ($path:expr, $text:literal, $value:ty, $item:pat, $is_list:literal) => {{
        let path: Path<_, $value> = $path;
        assert_eq!(path.as_str(), $text);
        assert_eq!(format!("{path} {path:?}"), concat!($text, " ", $text));
        let (item, is_list) = at_the_end(&path);
        assert!(matches!(item, $item), "{path}: {item:?}");
        assert_eq!(is_list, $is_list, "{path}");
    }};
}

#[test]
fn a_property_is_a_constant_of_its_managed_object() {
    assert_path!(VirtualMachine::NAME, "name", String, Item::String, false);
    assert_path!(HostSystem::NAME, "name", String, Item::String, false);
    assert_path!(VirtualMachine::RUNTIME, "runtime", VirtualMachineRuntimeInfo, Item::Object(_), false);
    assert_path!(VirtualMachine::OVERALL_STATUS, "overallStatus", ManagedEntityStatus, Item::Enum(_), false);
    assert_path!(VirtualMachine::PARENT, "parent", Ref<ManagedEntity>, Item::Reference(Some(&"ManagedEntity")), false);
    assert_path!(VirtualMachine::DATASTORE, "datastore", Vec<Ref<Datastore>>, Item::Reference(_), true);
    assert_path!(VirtualMachine::DISABLED_METHOD, "disabledMethod", Vec<String>, Item::String, true);
    assert_path!(EventHistoryCollector::FILTER, "filter", Any, Item::Any, false);
    assert_path!(Task::INFO, "info", TaskInfo, Item::Object(_), false);
}

#[test]
fn methods_lead_to_members() {
    let state = VirtualMachine::RUNTIME.power_state();
    assert_path!(state, "runtime.powerState", VirtualMachinePowerState, Item::Enum(_), false);
    let usage = VirtualMachine::SUMMARY.quick_stats().overall_cpu_usage();
    assert_path!(usage, "summary.quickStats.overallCpuUsage", i32, Item::Int, false);
    let devices = VirtualMachine::CONFIG.hardware().device();
    assert_path!(devices, "config.hardware.device", Vec<VirtualDevice>, Item::Object(_), true);
    assert_path!(VirtualMachine::RUNTIME.boot_time(), "runtime.bootTime", DateTime, Item::DateTime, false);
    assert_path!(VirtualMachine::RUNTIME.host(), "runtime.host", Ref<HostSystem>, Item::Reference(_), false);
    let question = VirtualMachine::RUNTIME.question().choice().default_index();
    assert_path!(question, "runtime.question.choice.defaultIndex", i32, Item::Int, false);
    assert_path!(Task::INFO.state(), "info.state", TaskInfoState, Item::Enum(_), false);
    assert_path!(Task::INFO.error(), "info.error", MethodFault, Item::Object(_), false);
}

#[test]
fn inherited_members_are_there_too() {
    let hosts = ClusterComputeResource::SUMMARY_EX.num_hosts();
    assert_path!(hosts, "summaryEx.numHosts", i32, Item::Int, false);
    let read_only = VirtualMachine::RUNTIME.question().choice().value_is_readonly();
    assert_path!(read_only, "runtime.question.choice.valueIsReadonly", bool, Item::Boolean, false);
    let cause = Task::INFO.error().fault_cause().fault_message();
    assert_path!(cause, "info.error.faultCause.faultMessage", Vec<LocalizableMessage>, Item::Object(_), true);
}

#[test]
fn a_key_leads_to_an_element() {
    let device: Path<VirtualMachine, VirtualDevice> = VirtualMachine::CONFIG.hardware().device().key(4000);
    assert_eq!(device.as_str(), "config.hardware.device[4000]");
    assert_eq!(device.device_info().label().as_str(), "config.hardware.device[4000].deviceInfo.label");
    let option: Path<VirtualMachine, OptionValue> = VirtualMachine::CONFIG.extra_config().key("guestinfo.x");
    assert_eq!(option.as_str(), "config.extraConfig[\"guestinfo.x\"]");
}

#[test]
fn paths_are_equal_if_their_texts_are() {
    assert_eq!(VirtualMachine::RUNTIME.power_state(), VirtualMachine::RUNTIME.power_state().clone());
    assert_ne!(VirtualMachine::CONFIG.name(), VirtualMachine::CONFIG.uuid());
}

/// What a path promises is what the value is read as.
#[test]
fn the_type_of_a_path_reads_the_value() {
    fn read<P: PropertyPath>(_: &P, value: impl Into<Any>) -> Option<P::Value> {
        P::Value::from_any(value.into())
    }
    assert_eq!(read(&VirtualMachine::NAME, "web-1"), Some("web-1".to_owned()));
    assert_eq!(
        read(&VirtualMachine::RUNTIME.power_state(), VirtualMachinePowerState::PoweredOn),
        Some(VirtualMachinePowerState::PoweredOn)
    );
    let disk = VirtualDisk::new().with_key(2000);
    let devices = read(&VirtualMachine::CONFIG.hardware().device(), vec![VirtualDevice::from(disk)]);
    assert!(devices.is_some_and(|devices| devices[0].is::<VirtualDisk>()));
    assert_eq!(read(&VirtualMachine::SUMMARY.quick_stats().overall_cpu_usage(), "fast"), None);
}
