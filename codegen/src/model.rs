//! The API in vSphere's terms: plain data, no logic.
//!
//! `lower` makes a [`Model`] from the document; nothing is filled in later. Every item knows its
//! [`Pointer`], so that a later stage can still say where a problem came from. The order of items is the order of
//! the document.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use crate::spec::Pointer;

/// A name as it stands on the wire and in the document. It reaches the generated code as a string literal only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WireName(pub String);

impl WireName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WireName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A release of the API: four numbers, as in `8.0.2.0`. Ordered as numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release(pub [u16; 4]);

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.0;
        write!(f, "{a}.{b}.{c}.{d}")
    }
}

impl FromStr for Release {
    type Err = ParseIntError;

    /// Missing numbers at the end are zero: `7.0` is `7.0.0.0`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut numbers = [0; 4];
        let mut parts = text.splitn(4, '.');
        for (number, part) in numbers.iter_mut().zip(&mut parts) {
            *number = part.parse()?;
        }
        Ok(Self(numbers))
    }
}

/// Prose about an item: Markdown as in the document or, with priority, in an overlay. The paragraphs that are data
/// (`***Fault***:`, `***Required privileges:***`, `***Since:***`, `Refers instance of *X*`) are taken out of it.
/// Empty if nobody described the item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub String);

/// What is known of every named thing.
#[derive(Clone, Debug)]
pub struct About {
    /// Prose.
    pub text: Text,
    /// The release that brought it, if the documents tell. Absent if it is that of the thing around it (the type of a
    /// member, the enum of a value, the operation of a parameter).
    pub since: Option<Release>,
    /// The last release that had it, if a newer document lacks it.
    pub until: Option<Release>,
    /// `deprecated: true`, with the reason from the prose ("Deprecated as of …"), possibly empty.
    pub deprecated: Option<String>,
    /// The Rust name that an overlay chose instead of the one that follows from the wire name.
    pub rename: Option<String>,
    /// Where it stands in the document.
    pub origin: Pointer,
}

/// The whole API of one document, or of several that were merged.
#[derive(Clone, Debug)]
pub struct Model {
    /// The release that the document describes (`info.version`); the newest of several.
    pub release: Release,
    /// All releases that it was merged from, oldest first.
    pub releases: Vec<Release>,
    /// The document; the newest of several.
    pub origin: Pointer,
    /// Data objects and faults, in the order of the document.
    pub data_types: Vec<DataType>,
    /// Enums: the schemas that end in `_enum`.
    pub enums: Vec<EnumType>,
    /// Request types: the schemas of request bodies.
    pub requests: Vec<RequestType>,
    /// Managed objects, in the order of the document's paths.
    pub managed_objects: Vec<ManagedObject>,
    /// Schemas that end in no item of their own, with the reason (boxed values, boxed arrays, `Any`, …).
    pub excluded: Vec<Excluded>,
}

/// Index into [`Model::data_types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub usize);

/// Index into [`Model::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub usize);

/// Index into [`Model::requests`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub usize);

/// A schema that the model has no item for.
#[derive(Clone, Debug)]
pub struct Excluded {
    /// Schema name.
    pub name: WireName,
    /// Why it is no item of its own: one lower-case phrase, the same for all of a kind ("boxed array", …).
    pub reason: &'static str,
}

/// A data object or a fault.
///
/// ```yaml
/// AlarmInfo:
///   type: object
///   properties: { key: { type: string } }
///   required: [key]
///   allOf: [ { $ref: '#/components/schemas/AlarmSpec' } ]
/// ```
#[derive(Clone, Debug)]
pub struct DataType {
    /// Schema name, which is its `_typeName`.
    pub name: WireName,
    /// The base; absent for the roots `DataObject` and `MethodFault`.
    pub parent: Option<TypeId>,
    /// Whether it is `MethodFault` or one of its descendants.
    pub family: Family,
    /// Own members, without the inherited ones.
    pub fields: Vec<Field>,
    /// Prose, since, until, deprecation, origin.
    pub about: About,
}

/// The two trees of data types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Below `DataObject`.
    DataObject,
    /// `MethodFault` and below.
    Fault,
}

/// A member of a data type, or a parameter of an operation.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name on the wire.
    pub name: WireName,
    /// Type.
    pub ty: Type,
    /// Whether it may be left out.
    pub presence: Presence,
    /// Whether it must be masked: `format: password`, or marked by an overlay.
    pub secrecy: Secrecy,
    /// Privileges that are checked on this argument (parameters only).
    pub privileges: Vec<String>,
    /// Prose, since, until, deprecation, origin.
    pub about: About,
}

/// Whether a member may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In `required`.
    Required,
    /// Not in `required`; for results: `nullable`.
    Optional,
}

/// Whether a value must be masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// May be shown.
    Public,
    /// Masked wherever it could be shown.
    Secret,
}

/// The type of a member, a parameter or a result: one item or a list of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Type {
    /// The type of the value, or of each element.
    pub item: Item,
    /// One value or an array.
    pub shape: Shape,
}

/// One value or an array of values. Arrays of arrays do not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One value.
    One,
    /// `type: array`.
    List,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// A scalar.
    Primitive(Primitive),
    /// A value of an enum that the document refers to.
    Enum(EnumId),
    /// A data object or fault, or any descendant of it.
    Object(TypeId),
    /// A `ManagedObjectReference`; the managed object if the prose names one that the model has.
    Reference(Option<MoId>),
    /// Anything.
    Any,
}

/// Index into [`Model::managed_objects`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MoId(pub usize);

/// The scalars of IDIOMS section 14, by their schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Primitive {
    /// `type: boolean`.
    Boolean,
    /// `type: integer`, -128 to 127, no format.
    Byte,
    /// `type: integer`, -32768 to 32767, no format.
    Short,
    /// `format: int32`.
    Int,
    /// `format: int64`.
    Long,
    /// `format: float`.
    Float,
    /// `format: double`.
    Double,
    /// `type: string`.
    String,
    /// `format: password`.
    Secret,
    /// `format: date-time`.
    DateTime,
    /// `format: byte`: base64.
    Binary,
}

/// An enum.
///
/// ```yaml
/// VirtualMachinePowerState_enum:
///   type: string
///   enum: ['poweredOff', 'poweredOn']
/// ```
#[derive(Clone, Debug)]
pub struct EnumType {
    /// Schema name without `_enum`, which is its `_typeName` in a box.
    pub name: WireName,
    /// Values in the order of the document.
    pub values: Vec<EnumValue>,
    /// Whether any member, parameter or result refers to it. The values of the others are met as plain strings.
    pub usage: EnumUsage,
    /// Prose (without the list of values), since, deprecation, origin.
    pub about: About,
}

/// How an enum is used in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnumUsage {
    /// Some `$ref` leads to it, or it has a boxed companion (IDIOMS section 10): it becomes a Rust enum.
    Typed,
    /// No `$ref` leads to it: its members are plain strings, its values become constants.
    Untyped,
}

/// A value of an enum.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// The value on the wire.
    pub name: WireName,
    /// Prose, since, until, deprecation, origin.
    pub about: About,
}

/// The parameters of an operation. Not a data type: no `_typeName`, no parent.
#[derive(Clone, Debug)]
pub struct RequestType {
    /// Schema name, such as `CloneSessionRequestType`.
    pub name: WireName,
    /// Parameters in the order of the document.
    pub fields: Vec<Field>,
    /// Prose, since, until, deprecation, origin.
    pub about: About,
}

/// A managed object, known from its operations.
#[derive(Clone, Debug)]
pub struct ManagedObject {
    /// Name, the first segment of its paths.
    pub name: WireName,
    /// The prefix of its paths without slashes: empty for vim25, else `vsan`, `pbm`, ….
    pub service: String,
    /// The managed object that it inherits from, if an overlay tells.
    pub base: Option<MoId>,
    /// Methods and properties in the order of the document.
    pub operations: Vec<Operation>,
    /// Prose (`tags`), since, origin of its first operation.
    pub about: About,
}

/// A method or a property of a managed object.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Last segment of the path: the wire name of the method or property.
    pub name: WireName,
    /// Which of the three it is.
    pub kind: OperationKind,
    /// Path as in the document: `/SessionManager/{moId}/Login`.
    pub path: String,
    /// Parameters, if there are any.
    pub request: Option<RequestId>,
    /// What a successful reply holds; `None` for 204.
    pub result: Option<OperationResult>,
    /// What the task brings in the end, if an overlay tells (tasks only).
    pub task_result: Option<TaskResult>,
    /// Faults that the text of the 500 response declares, in its order.
    pub faults: Vec<DeclaredFault>,
    /// Privileges that the session needs.
    pub privileges: Vec<String>,
    /// Whether a session is needed.
    pub access: Access,
    /// Prose, since, until, deprecation, origin.
    pub about: About,
}

/// The three kinds of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationKind {
    /// GET of a property.
    Property,
    /// POST of a method.
    Method,
    /// POST of a method named `X_Task` that returns a reference to a `Task`.
    Task,
}

/// Whether an operation needs a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `security: [Session: []]`.
    Session,
    /// `security: [Session: [], {}]`.
    Anonymous,
}

/// The value of a 200 reply.
#[derive(Clone, Debug)]
pub struct OperationResult {
    /// Type.
    pub ty: Type,
    /// Whether it may be unset (`nullable`).
    pub presence: Presence,
    /// Prose of the response.
    pub text: Text,
}

/// What a task brings when it ends well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskResult {
    /// Nothing.
    Void,
    /// A value of this type.
    Value(Type),
}

/// A fault named by an operation.
#[derive(Clone, Debug)]
pub struct DeclaredFault {
    /// The fault.
    pub fault: TypeId,
    /// The release since which the operation declares it; absent if since the operation is there.
    pub since: Option<Release>,
    /// The last release in which the operation declared it, if a newer one does not.
    pub until: Option<Release>,
    /// When it is raised.
    pub text: Text,
}
