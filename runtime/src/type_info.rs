//! What is known of the types of the API, as data. The generated crate consists of these tables.

use std::fmt;

use crate::operation::{OperationInfo, OperationKind};
use crate::release::Release;

/// A data type (data object or fault) or a request type: its name, its base and its own members.
///
/// Two data types are the same if and only if their tables stand at the same address.
pub struct TypeInfo {
    name: &'static str,
    parent: Parent,
    first: u16,
    fields: &'static [Field],
    since: Option<Release>,
    until: Option<Release>,
}

/// What a type derives from.
#[derive(Clone, Copy, Debug)]
pub enum Parent {
    /// Another data type.
    Type(&'static TypeInfo),
    /// Nothing: the type is the root of the data objects.
    Root(&'static Registry),
    /// Nothing: the type is the root of the faults.
    FaultRoot(&'static Registry),
    /// Nothing: the type is a request type, the parameters of an operation.
    Request,
}

impl TypeInfo {
    /// A data object or a fault. `first` is the number of inherited members.
    pub const fn new(name: &'static str, parent: Parent, first: u16, fields: &'static [Field]) -> Self {
        Self { name, parent, first, fields, since: None, until: None }
    }

    /// A request type.
    pub const fn request(name: &'static str, fields: &'static [Field]) -> Self {
        Self::new(name, Parent::Request, 0, fields)
    }

    /// The same type, marked with the release that brought it.
    pub const fn since(mut self, release: Release) -> Self {
        self.since = Some(release);
        self
    }

    /// The same type, marked with the last release that has it.
    pub const fn until(mut self, release: Release) -> Self {
        self.until = Some(release);
        self
    }

    /// The wire name: the value of `_typeName`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The base, unless the type is a root or a request type.
    pub const fn parent(&self) -> Option<&'static TypeInfo> {
        match self.parent {
            Parent::Type(parent) => Some(parent),
            _ => None,
        }
    }

    /// The release that brought the type, if the document tells.
    pub const fn introduced(&self) -> Option<Release> {
        self.since
    }

    /// The last release that has the type, if a later one lacks it.
    pub const fn dropped_after(&self) -> Option<Release> {
        self.until
    }

    /// The type itself, its base, the base of that, up to the root.
    pub fn ancestry(&'static self) -> impl Iterator<Item = &'static TypeInfo> {
        std::iter::successors(Some(self), |ty| ty.parent())
    }

    /// Whether the type is `ancestor` or derives from it.
    pub fn is_a(&'static self, ancestor: &TypeInfo) -> bool {
        self.ancestry().any(|ty| std::ptr::eq(ty, ancestor))
    }

    /// Whether the type is `MethodFault` or derives from it.
    pub fn is_fault(&'static self) -> bool {
        matches!(self.root().parent, Parent::FaultRoot(_))
    }

    /// Whether the type is a request type: it has no `_typeName` on the wire.
    pub const fn is_request(&self) -> bool {
        matches!(self.parent, Parent::Request)
    }

    /// The registry of the API that the type belongs to; none for request types.
    pub fn registry(&'static self) -> Option<&'static Registry> {
        match self.root().parent {
            Parent::Root(registry) | Parent::FaultRoot(registry) => Some(registry),
            Parent::Type(_) | Parent::Request => None,
        }
    }

    /// Number of members, inherited ones included.
    pub const fn field_count(&self) -> usize {
        self.first as usize + self.fields.len()
    }

    /// The members that the type itself adds.
    pub const fn own_fields(&self) -> &'static [Field] {
        self.fields
    }

    /// The member at an index; inherited members come first.
    pub fn field(&self, index: usize) -> Option<&'static Field> {
        let mut ty = self;
        while index < ty.first.into() {
            ty = ty.parent()?;
        }
        ty.fields.get(index - usize::from(ty.first))
    }

    /// All members in the order of the wire: inherited ones first.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        (0..self.field_count()).filter_map(|index| self.field(index))
    }

    /// The index of the member with a wire name. The search starts at `hint`, so that members which come in their
    /// usual order are found at the first look.
    pub fn index_of(&self, name: &str, hint: usize) -> Option<usize> {
        let count = self.field_count();
        let named = |&index: &usize| self.field(index).is_some_and(|field| field.name == name);
        (hint.min(count)..count).chain(0..hint.min(count)).find(named)
    }

    fn root(&'static self) -> &'static TypeInfo {
        let mut ty = self;
        while let Some(parent) = ty.parent() {
            ty = parent;
        }
        ty
    }
}

/// Shows the name: the tables refer to each other in circles.
impl fmt::Debug for TypeInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// A member of a data type, or a parameter of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name on the wire.
    pub name: &'static str,
    /// Type of the value, or of each element.
    pub item: Item,
    /// Whether the member is an array.
    pub is_list: bool,
    /// Whether the member must be present.
    pub is_required: bool,
    /// Whether the value must be masked wherever it could be shown.
    pub is_secret: bool,
    /// The release that brought the member, if it is newer than its type.
    pub since: Option<Release>,
    /// The last release that has the member, if a later one lacks it.
    pub until: Option<Release>,
}

impl Field {
    /// A member that must be present.
    pub const fn required(name: &'static str, item: Item) -> Self {
        let is_secret = matches!(item, Item::Secret);
        Self { name, item, is_list: false, is_required: true, is_secret, since: None, until: None }
    }

    /// A member that may be absent.
    pub const fn optional(name: &'static str, item: Item) -> Self {
        Self { is_required: false, ..Self::required(name, item) }
    }

    /// The same member as an array.
    pub const fn list(self) -> Self {
        Self { is_list: true, ..self }
    }

    /// The same member, marked as secret.
    pub const fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }

    /// The same member, marked with the release that brought it.
    pub const fn since(self, release: Release) -> Self {
        Self { since: Some(release), ..self }
    }

    /// The same member, marked with the last release that has it.
    pub const fn until(self, release: Release) -> Self {
        Self { until: Some(release), ..self }
    }

    /// Whether a release has the member; every release has what no document dates.
    pub fn is_in(&self, release: Release) -> bool {
        self.since.is_none_or(|since| since <= release) && self.until.is_none_or(|until| release <= until)
    }
}

/// What a value is. The scalars are those of the OpenAPI document.
#[derive(Clone, Copy, Debug)]
pub enum Item {
    /// `type: boolean`.
    Boolean,
    /// `type: integer`, -128 to 127.
    Byte,
    /// `type: integer`, -32,768 to 32,767.
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
    /// `format: byte`: base64 on the wire.
    Binary,
    /// A value of an enum, or a newer one.
    Enum(&'static EnumInfo),
    /// A reference to a managed object; the kind of object if it is known.
    Reference(Option<&'static &'static str>),
    /// A data object or a fault of this type or any descendant.
    Object(&'static TypeInfo),
    /// Anything.
    Any,
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Item::Boolean => "boolean",
            Item::Byte => "byte",
            Item::Short => "short",
            Item::Int => "int",
            Item::Long => "long",
            Item::Float => "float",
            Item::Double => "double",
            Item::String => "string",
            Item::Secret => "secret string",
            Item::DateTime => "date-time",
            Item::Binary => "base64 string",
            Item::Enum(info) => info.name,
            Item::Reference(_) => "ManagedObjectReference",
            Item::Object(ty) => ty.name,
            Item::Any => "Any",
        })
    }
}

/// An enum of the API: its wire name and the values that this version of the crate knows.
#[derive(Debug)]
pub struct EnumInfo {
    /// Wire name: the `_typeName` of a boxed value.
    pub name: &'static str,
    /// The values in the order of the document.
    pub values: &'static [&'static str],
}

/// What is known of a type of managed object.
#[derive(Debug)]
pub struct ManagedObjectInfo {
    /// Wire name.
    pub name: &'static str,
    /// Wire names of its bases, the nearest first; without `ManagedObject`, which all have as their root.
    pub bases: &'static [&'static str],
}

impl ManagedObjectInfo {
    /// Whether it is the type with this wire name or derives from it.
    pub fn is_a(&self, name: &str) -> bool {
        self.name == name || name == "ManagedObject" || self.bases.contains(&name)
    }
}

/// All types and operations of a generated crate, by name.
pub struct Registry {
    /// The release of the API that the crate was generated from.
    pub release: Release,
    /// Data objects and faults, sorted by wire name.
    pub types: &'static [&'static TypeInfo],
    /// Enums, sorted by wire name.
    pub enums: &'static [&'static EnumInfo],
    /// Types of managed objects, sorted by wire name.
    pub managed_objects: &'static [ManagedObjectInfo],
    /// Operations, sorted by managed object and wire name.
    pub operations: &'static [&'static OperationInfo],
    /// Methods that change nothing on the server, by wire name, sorted.
    pub reading_methods: &'static [&'static str],
}

/// Shows the release: the tables refer to each other in circles.
impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "registry of {}", self.release)
    }
}

impl Registry {
    /// The data object or fault with a wire name.
    pub fn find_type(&self, name: &str) -> Option<&'static TypeInfo> {
        let index = self.types.binary_search_by(|ty| ty.name.cmp(name)).ok()?;
        Some(self.types[index])
    }

    /// The enum with a wire name.
    pub fn find_enum(&self, name: &str) -> Option<&'static EnumInfo> {
        let index = self.enums.binary_search_by(|info| info.name.cmp(name)).ok()?;
        Some(self.enums[index])
    }

    /// The type of managed object with a wire name.
    pub fn find_managed_object(&self, name: &str) -> Option<&'static ManagedObjectInfo> {
        let index = self.managed_objects.binary_search_by(|info| info.name.cmp(name)).ok()?;
        Some(&self.managed_objects[index])
    }

    /// The operation of a managed object.
    pub fn find_operation(&self, managed_object: &str, name: &str) -> Option<&'static OperationInfo> {
        let key = |operation: &&OperationInfo| (operation.managed_object, operation.name).cmp(&(managed_object, name));
        let index = self.operations.binary_search_by(key).ok()?;
        Some(self.operations[index])
    }

    /// Whether an operation changes nothing on the server, so that it can be carried out twice: properties, and methods
    /// that only read.
    pub fn only_reads(&self, operation: &OperationInfo) -> bool {
        match operation.kind {
            OperationKind::Property => true,
            OperationKind::Method => self.reading_methods.binary_search(&operation.name).is_ok(),
            OperationKind::Task => false,
        }
    }

    /// The operations of a managed object.
    pub fn operations_of(&self, managed_object: &str) -> impl Iterator<Item = &'static OperationInfo> {
        let first = self.operations.partition_point(|operation| operation.managed_object < managed_object);
        self.operations[first..].iter().copied().take_while(move |operation| operation.managed_object == managed_object)
    }
}
