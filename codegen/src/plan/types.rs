//! The crate to be written, in Rust's terms: plain data, all decisions taken.

use crate::Layout;
use crate::model::{Access, OperationKind, Presence, Primitive, Release, Secrecy, Shape};
use crate::names::Ident;

/// The whole crate.
pub(crate) struct Plan {
    pub(crate) crate_name: String,
    pub(crate) layout: Layout,
    pub(crate) release: Release,
    /// All releases that it is merged from, the oldest first.
    pub(crate) releases: Vec<Release>,
    /// Documents that it is made from, for the crate docs.
    pub(crate) docs: Docs,
    pub(crate) types: Vec<Module<DataObject>>,
    pub(crate) enums: Vec<Module<Enumeration>>,
    /// Managed objects by service, vim25 first.
    pub(crate) services: Vec<Service>,
    pub(crate) requests: Vec<Module<Request>>,
    pub(crate) paths: Vec<Module<Paths>>,
    pub(crate) registry: Registry,
}

/// The managed objects of a service.
pub(crate) struct Service {
    /// None for vim25.
    pub(crate) name: Option<Ident>,
    /// Prefix of its paths.
    pub(crate) wire: String,
    pub(crate) managed_objects: Vec<Module<ManagedObject>>,
    /// Managed objects without operations, all in one module.
    pub(crate) referenced: Option<Module<Handle>>,
}

/// One file.
pub(crate) struct Module<T> {
    pub(crate) name: Ident,
    /// File name without folder and `.rs`.
    pub(crate) file: String,
    pub(crate) scope: Scope,
    pub(crate) items: Vec<T>,
}

/// What the names of a file mean.
#[derive(Default)]
pub(crate) struct Scope {
    /// Data types, their tables and enums that are imported, sorted.
    pub(crate) imports: Vec<Ident>,
    /// Whether the file names the runtime, and its traits whose constants are used, sorted.
    pub(crate) runtime: Runtime,
    /// Modules of the crate that are imported, sorted.
    pub(crate) modules: Vec<&'static str>,
    /// How data types and enums are written.
    pub(crate) types: TypePath,
    /// Names of the standard prelude that mean something else in this file; they are spelled in full.
    pub(crate) shadowed: Vec<&'static str>,
}

/// What a file uses of the runtime.
#[derive(Default)]
pub(crate) enum Runtime {
    #[default]
    Nothing,
    /// `rt`, and the constants of these traits.
    With(Vec<&'static str>),
}

/// How a file writes data types and enums.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum TypePath {
    /// `UserSession`, imported.
    #[default]
    Bare,
    /// `types::UserSession`.
    InTypes,
}

/// Lines of a doc comment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Docs(pub(crate) Vec<String>);

/// The attributes of an item.
#[derive(Clone, Default)]
pub(crate) struct About {
    pub(crate) docs: Docs,
    /// The wire name, if a search for it would miss the Rust name.
    pub(crate) alias: Option<String>,
    /// The reason, possibly empty.
    pub(crate) deprecated: Option<String>,
}

/// What a value is, by its Rust name.
#[derive(Clone)]
pub(crate) enum Kind {
    Primitive(Primitive),
    Enum(Ident),
    Object(TypeName),
    Reference(Target),
    AnyReference,
    Any,
}

/// A data type: its view and its static table. Tables refer to each other by name, not by the constant `TYPE`: constants
/// are evaluated through the tables that they lead to, and the tables lead in circles.
#[derive(Clone)]
pub(crate) struct TypeName {
    pub(crate) ident: Ident,
    pub(crate) table: Ident,
}

/// The managed object that a reference is of.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) path: MoPath,
    pub(crate) wire: String,
}

/// A managed object, or its module, as other files write it: `mo::VirtualMachine`,
/// `mo::vsan::VsanVcDiskManagementSystem`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MoPath {
    /// The module of its service; none for vim25.
    pub(crate) service: Option<Ident>,
    pub(crate) ident: Ident,
}

/// The type of a member, a parameter or a result.
#[derive(Clone)]
pub(crate) struct Type {
    pub(crate) kind: Kind,
    pub(crate) shape: Shape,
    pub(crate) presence: Presence,
    pub(crate) secrecy: Secrecy,
}

/// A line of a table of members.
pub(crate) struct FieldInfo {
    pub(crate) wire: String,
    pub(crate) ty: Type,
    pub(crate) since: Option<Release>,
    pub(crate) until: Option<Release>,
}

/// A data object or a fault.
pub(crate) struct DataObject {
    pub(crate) name: TypeName,
    pub(crate) wire: String,
    pub(crate) about: About,
    pub(crate) since: Option<Release>,
    pub(crate) until: Option<Release>,
    pub(crate) base: Base,
    /// Bases that a value of this type converts into.
    pub(crate) converts_into: Vec<Ident>,
    /// Number of inherited members.
    pub(crate) inherited: usize,
    pub(crate) members: Vec<Member>,
    /// Chained setters of inherited members.
    pub(crate) inherited_setters: Vec<ChainedSetter>,
}

/// What a data type derives from.
pub(crate) enum Base {
    /// `DataObject` itself.
    Root,
    /// `MethodFault` itself.
    FaultRoot,
    Type(TypeName),
}

/// A member that a data type adds.
pub(crate) struct Member {
    pub(crate) field: FieldInfo,
    pub(crate) index: usize,
    pub(crate) getter: Ident,
    pub(crate) setter: Ident,
    pub(crate) about: About,
    /// Only for types that a request can hold.
    pub(crate) chained: Option<ChainedSetter>,
}

/// `with_user_name`.
pub(crate) struct ChainedSetter {
    pub(crate) name: Ident,
    pub(crate) setter: Ident,
    pub(crate) origin: SetterOrigin,
    pub(crate) ty: Type,
    pub(crate) deprecated: Option<String>,
}

/// Where the setter behind a chained one is declared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SetterOrigin {
    Own,
    Inherited,
}

/// An enum.
pub(crate) struct Enumeration {
    pub(crate) ident: Ident,
    pub(crate) wire: String,
    pub(crate) about: About,
    pub(crate) form: EnumForm,
    pub(crate) values: Vec<EnumValue>,
}

/// How an enum is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum EnumForm {
    /// A Rust enum with one variant per value.
    Variants,
    /// Constants, because its values are met as plain strings.
    Constants,
}

/// A value of an enum: a variant or a constant.
pub(crate) struct EnumValue {
    pub(crate) ident: Ident,
    pub(crate) wire: String,
    pub(crate) about: About,
}

/// A managed object with its operations.
pub(crate) struct ManagedObject {
    pub(crate) ident: Ident,
    pub(crate) wire: String,
    pub(crate) about: About,
    /// What it inherits from, the nearest first.
    pub(crate) bases: Vec<MoPath>,
    pub(crate) operations: Vec<Operation>,
    /// Further operations, in child modules, because one file would be too long.
    pub(crate) more: Vec<Module<Operation>>,
}

/// A managed object without operations.
pub(crate) struct Handle {
    pub(crate) ident: Ident,
    pub(crate) wire: String,
    pub(crate) about: About,
    /// What it inherits from, the nearest first.
    pub(crate) bases: Vec<MoPath>,
}

/// A method or a property getter.
pub(crate) struct Operation {
    pub(crate) method: Ident,
    /// Name of its static table.
    pub(crate) table: Ident,
    pub(crate) about: About,
    pub(crate) info: OperationInfo,
    /// Parameters of the method.
    pub(crate) required: Vec<Parameter>,
    /// The type of the call, if there are optional parameters.
    pub(crate) call: Option<Call>,
    pub(crate) returns: Returns,
}

/// What a call gives.
pub(crate) enum Returns {
    Nothing,
    Value(Type),
    /// A task that brings nothing.
    Task,
    /// A task that brings a value of a known type, or of any type.
    TaskOf(Type),
}

/// The static table of an operation.
pub(crate) struct OperationInfo {
    pub(crate) managed_object: String,
    pub(crate) wire: String,
    pub(crate) service: String,
    pub(crate) kind: OperationKind,
    /// Name of the table of its request type.
    pub(crate) request: Option<Ident>,
    /// The result as it is on the wire; that of a task is the reference to it.
    pub(crate) result: Option<Type>,
    /// Their tables.
    pub(crate) faults: Vec<Ident>,
    pub(crate) privileges: Vec<String>,
    pub(crate) access: Access,
    pub(crate) since: Option<Release>,
    pub(crate) until: Option<Release>,
    pub(crate) maturity: Maturity,
}

/// Whether the document wants an operation to be used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Maturity {
    Current,
    Deprecated,
}

/// A parameter of an operation.
pub(crate) struct Parameter {
    pub(crate) name: Ident,
    pub(crate) index: usize,
    pub(crate) ty: Type,
    /// Docs are used for optional parameters, which are methods.
    pub(crate) about: About,
}

/// The type of a call with optional parameters.
pub(crate) struct Call {
    pub(crate) ident: Ident,
    pub(crate) docs: Docs,
    pub(crate) optional: Vec<Parameter>,
}

/// The static table of a request type.
pub(crate) struct Request {
    pub(crate) table: Ident,
    pub(crate) wire: String,
    pub(crate) fields: Vec<FieldInfo>,
}

/// The paths that begin at one thing, or go on from it.
pub(crate) enum Paths {
    /// The properties of a managed object: constants.
    Properties { owner: MoPath, paths: Vec<PathTo> },
    /// The members that a data type adds: methods of the paths to it.
    Members { owner: Ident, paths: Vec<PathTo> },
    /// The elements of a list of a data type, by key: a method of the paths to it.
    Elements { owner: Ident, key: Primitive },
}

/// A path to a property or to a member.
pub(crate) struct PathTo {
    pub(crate) name: Ident,
    pub(crate) wire: String,
    /// What is there if it is set; it counts as required.
    pub(crate) ty: Type,
    pub(crate) deprecated: Option<String>,
}

/// The tables of all types, enums and operations.
pub(crate) struct Registry {
    /// Tables, sorted by wire name.
    pub(crate) types: Vec<Ident>,
    /// Typed ones, sorted by wire name.
    pub(crate) enums: Vec<Ident>,
    /// Wire names of the managed objects, sorted, each with those of its bases, the nearest first.
    pub(crate) managed_objects: Vec<(String, Vec<String>)>,
    /// Wire names of the methods that change nothing on the server, sorted.
    pub(crate) reading_methods: Vec<String>,
    /// Tables by the module of their managed object, both sorted by wire name.
    pub(crate) operations: Vec<(MoPath, Vec<Ident>)>,
}
