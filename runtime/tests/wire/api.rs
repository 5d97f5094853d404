//! A small API in the shape of generated code: every kind of member, a family of devices, faults.

#![allow(dead_code, reason = "the API is complete in the shape of generated code, whatever the tests use of it")]

use vim25_runtime as rt;

/// Declares a data type as the generator does: the wrapper, the macro, the table.
macro_rules! table {
    ($name:ident, $table:ident, $wire:literal, $parent:expr, $base:ty, $first:expr, [$($field:expr),* $(,)?] $(, into $ancestor:ty)* $(, since $since:expr)?) => {
        #[derive(bytemuck::TransparentWrapper)]
        #[repr(transparent)]
        pub(crate) struct $name(pub rt::Object);

        rt::data_type!($name = $table: $base $(, into $ancestor)*);

        pub(crate) static $table: rt::TypeInfo = rt::TypeInfo::new($wire, $parent, $first, &[$($field),*])$(.since($since))?;
    };
}

use rt::{Enumeration, Field, Item, Parent};

table!(DataObject, DATA_OBJECT, "DataObject", Parent::Root(&REGISTRY), rt::Object, 0, []);
table!(
    MethodFault,
    METHOD_FAULT,
    "MethodFault",
    Parent::FaultRoot(&REGISTRY),
    rt::Object,
    0,
    [
        Field::optional("faultCause", Item::Object(&METHOD_FAULT)),
        Field::optional("faultMessage", Item::Object(&LOCALIZABLE_MESSAGE)).list(),
    ]
);
table!(InvalidLogin, INVALID_LOGIN, "InvalidLogin", Parent::Type(&METHOD_FAULT), MethodFault, 2, [], into MethodFault);
table!(NoPermission, NO_PERMISSION, "NoPermission", Parent::Type(&METHOD_FAULT), MethodFault, 2, [
    Field::optional("object", Item::Reference(None)),
    Field::optional("privilegeId", Item::String),
], into MethodFault);
table!(NotAuthenticated, NOT_AUTHENTICATED, "NotAuthenticated", Parent::Type(&NO_PERMISSION), NoPermission, 4, [], into MethodFault);
table!(
    LocalizableMessage,
    LOCALIZABLE_MESSAGE,
    "LocalizableMessage",
    Parent::Type(&DATA_OBJECT),
    DataObject,
    0,
    [Field::required("key", Item::String), Field::optional("message", Item::String),]
);
table!(
    LocalizedMethodFault,
    LOCALIZED_METHOD_FAULT,
    "LocalizedMethodFault",
    Parent::Type(&DATA_OBJECT),
    DataObject,
    0,
    [Field::required("fault", Item::Object(&METHOD_FAULT)), Field::optional("localizedMessage", Item::String),]
);
table!(
    TaskInfo,
    TASK_INFO,
    "TaskInfo",
    Parent::Type(&DATA_OBJECT),
    DataObject,
    0,
    [
        Field::required("key", Item::String),
        Field::optional("error", Item::Object(&METHOD_FAULT)),
        Field::optional("result", Item::Any),
        Field::optional("wrapped", Item::Object(&LOCALIZED_METHOD_FAULT)),
    ]
);
table!(
    Device,
    DEVICE,
    "Device",
    Parent::Type(&DATA_OBJECT),
    DataObject,
    0,
    [
        Field::required("key", Item::Int),
        Field::optional("label", Item::String),
        Field::optional("child", Item::Object(&DEVICE)).list(),
    ]
);
table!(Disk, DISK, "Disk", Parent::Type(&DEVICE), Device, 3, [
    Field::required("capacity", Item::Long),
    Field::optional("thin", Item::Boolean),
    Field::optional("parent", Item::Object(&DISK)),
], into Device);
table!(
    Everything,
    EVERYTHING,
    "Everything",
    Parent::Type(&DATA_OBJECT),
    DataObject,
    0,
    [
        Field::optional("boolean", Item::Boolean),
        Field::optional("byte", Item::Byte),
        Field::optional("short", Item::Short),
        Field::optional("int", Item::Int),
        Field::optional("long", Item::Long),
        Field::optional("float", Item::Float),
        Field::optional("double", Item::Double),
        Field::optional("string", Item::String),
        Field::optional("secret", Item::Secret),
        Field::optional("dateTime", Item::DateTime),
        Field::optional("binary", Item::Binary),
        Field::optional("color", Item::Enum(Color::INFO)),
        Field::optional("reference", Item::Reference(Some(&"VirtualMachine"))),
        Field::optional("device", Item::Object(&DEVICE)),
        Field::optional("any", Item::Any),
        Field::optional("hidden", Item::Any).secret(),
        Field::optional("booleans", Item::Boolean).list(),
        Field::optional("bytes", Item::Byte).list(),
        Field::optional("shorts", Item::Short).list(),
        Field::optional("ints", Item::Int).list(),
        Field::optional("longs", Item::Long).list(),
        Field::optional("floats", Item::Float).list(),
        Field::optional("doubles", Item::Double).list(),
        Field::optional("strings", Item::String).list(),
        Field::optional("secrets", Item::Secret).list(),
        Field::optional("dateTimes", Item::DateTime).list(),
        Field::optional("binaries", Item::Binary).list(),
        Field::optional("colors", Item::Enum(Color::INFO)).list(),
        Field::optional("references", Item::Reference(None)).list(),
        Field::optional("devices", Item::Object(&DEVICE)).list(),
        Field::optional("anys", Item::Any).list(),
    ]
);

table!(Newer, NEWER, "Newer", Parent::Type(&DEVICE), Device, 3, [
    Field::required("size", Item::Int).since(rt::Release::new(9, 0, 0, 0)),
    Field::optional("old", Item::Int).until(rt::Release::new(8, 0, 2, 0)),
], into Device);
table!(Newest, NEWEST, "Newest", Parent::Type(&DEVICE), Device, 3, [], into Device, since rt::Release::new(9, 1, 0, 0));

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub(crate) enum Color {
    Red,
    Green,
    Unrecognized(rt::UnknownValue),
}

rt::enum_type!(Color = "Color" { Red = "red", Green = "green" });

pub(crate) static REGISTRY: rt::Registry = rt::Registry {
    release: rt::Release::new(8, 0, 2, 0),
    types: &[
        &DATA_OBJECT,
        &DEVICE,
        &DISK,
        &EVERYTHING,
        &INVALID_LOGIN,
        &LOCALIZABLE_MESSAGE,
        &LOCALIZED_METHOD_FAULT,
        &METHOD_FAULT,
        &NEWER,
        &NEWEST,
        &NO_PERMISSION,
        &NOT_AUTHENTICATED,
        &TASK_INFO,
    ],
    enums: &[Color::INFO],
    managed_objects: &[rt::ManagedObjectInfo { name: "VirtualMachine", bases: &[] }],
    operations: &[],
    reading_methods: &[],
};

/// A managed object without operations.
#[derive(Clone, Debug)]
pub(crate) struct VirtualMachine(rt::Handle);
rt::managed_object!(VirtualMachine = "VirtualMachine");

/// The request type of an operation with every kind of problem.
pub(crate) static REQUEST: rt::TypeInfo = rt::TypeInfo::request(
    "ReconfigureRequestType",
    &[
        Field::required("name", Item::String),
        Field::required("device", Item::Object(&DEVICE)).list(),
        Field::optional("factor", Item::Double),
        Field::optional("secret", Item::Secret),
    ],
);

pub(crate) static RECONFIGURE: rt::OperationInfo = operation("Reconfigure", Some(&REQUEST), None);
pub(crate) static NEW: rt::OperationInfo =
    rt::OperationInfo { since: Some(rt::Release::new(9, 1, 0, 0)), ..operation("New", None, None) };
pub(crate) static PING: rt::OperationInfo = operation("Ping", None, None);
pub(crate) static TICKET: rt::OperationInfo = operation("Ticket", None, Some(rt::ResultInfo::required(Item::Secret)));
pub(crate) static COUNT: rt::OperationInfo = operation("Count", None, Some(rt::ResultInfo::required(Item::Int)));
pub(crate) static LABEL: rt::OperationInfo = operation("Label", None, Some(rt::ResultInfo::optional(Item::String)));
pub(crate) static NAMES: rt::OperationInfo =
    operation("Names", None, Some(rt::ResultInfo::required(Item::String).list()));
pub(crate) static DISK_OF: rt::OperationInfo =
    operation("DiskOf", None, Some(rt::ResultInfo::required(Item::Object(&DEVICE))));

const fn operation(
    name: &'static str,
    request: Option<&'static rt::TypeInfo>,
    result: Option<rt::ResultInfo>,
) -> rt::OperationInfo {
    rt::OperationInfo {
        managed_object: "VirtualMachine",
        name,
        service: "",
        kind: rt::OperationKind::Method,
        request,
        result,
        faults: &[],
        privileges: &[],
        anonymous: false,
        since: None,
        until: None,
        deprecated: false,
    }
}
