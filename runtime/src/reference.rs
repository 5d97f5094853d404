//! References to managed objects.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use bytemuck::TransparentWrapper;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::managed_object::{Extends, ManagedObject};
use crate::object::JsonMap;
use crate::text::Text;

/// What RFC 3986 lets stand in a path as it is.
pub(crate) const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The reference of a managed object: its type and its id (a *moRef*).
///
/// Two references are equal if type and id are; members that the server adds do not count.
#[derive(Clone, Default)]
pub struct ManagedObjectReference {
    pub(crate) type_name: Text,
    pub(crate) value: Text,
    pub(crate) unknown: Option<Box<JsonMap>>,
}

impl ManagedObjectReference {
    /// The reference of the object of a type (`VirtualMachine`) with an id (`vm-42`).
    pub fn new(type_name: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self { type_name: type_name.into(), value: value.into(), unknown: None }
    }

    /// The type of the managed object, such as `VirtualMachine`.
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    /// The id of the object, unique per type and server, such as `vm-42` (the *moId*).
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The same reference, typed, if it names exactly this type of managed object.
    pub fn typed<M: ManagedObject>(&self) -> Option<&Ref<M>> {
        (self.type_name == M::NAME).then(|| Ref::wrap_ref(self))
    }

    /// The path of a method or property of the object, below the release: `/SessionManager/SessionManager/Login`.
    pub fn member_path(&self, member: &str) -> String {
        let [kind, id, member] =
            [self.type_name(), self.value(), member].map(|segment| utf8_percent_encode(segment, PATH));
        format!("/{kind}/{id}/{member}")
    }
}

impl PartialEq for ManagedObjectReference {
    fn eq(&self, other: &Self) -> bool {
        self.type_name == other.type_name && self.value == other.value
    }
}

impl Eq for ManagedObjectReference {}

impl Hash for ManagedObjectReference {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.type_name.hash(state);
        self.value.hash(state);
    }
}

impl fmt::Display for ManagedObjectReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.type_name, self.value)
    }
}

impl fmt::Debug for ManagedObjectReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl From<&ManagedObjectReference> for ManagedObjectReference {
    fn from(value: &ManagedObjectReference) -> Self {
        value.clone()
    }
}

impl Serialize for ManagedObjectReference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("_typeName", "ManagedObjectReference")?;
        map.serialize_entry("type", &self.type_name)?;
        map.serialize_entry("value", &self.value)?;
        for (name, value) in self.unknown.iter().flat_map(|unknown| unknown.iter()) {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The reference of a managed object of a known type: `Ref<VirtualMachine>`.
///
/// The document says which type it is; the server may still name a subtype (`Refers instance of *ManagedEntity*`, and
/// it is a `Folder`). [`as_untyped`](Self::as_untyped) tells what the server named.
#[derive(TransparentWrapper)]
#[repr(transparent)]
#[transparent(ManagedObjectReference)]
pub struct Ref<M>(ManagedObjectReference, PhantomData<fn() -> M>);

impl<M> Ref<M> {
    /// The reference as one of a type. That the object is of that type is the caller's word.
    pub fn from_untyped(reference: ManagedObjectReference) -> Self {
        Self(reference, PhantomData)
    }

    /// The reference without its static type.
    pub fn as_untyped(&self) -> &ManagedObjectReference {
        &self.0
    }

    /// The reference without its static type.
    pub fn into_untyped(self) -> ManagedObjectReference {
        self.0
    }

    /// The type that the server named, such as `VirtualMachine`.
    pub fn type_name(&self) -> &str {
        self.0.type_name()
    }

    /// The id of the object, such as `vm-42` (the *moId*).
    pub fn value(&self) -> &str {
        self.0.value()
    }
}

impl<M: ManagedObject> Ref<M> {
    /// The reference of the object with an id, such as `vm-42`.
    pub fn new(value: impl Into<Text>) -> Self {
        Self::wrap(ManagedObjectReference::new(Text::from_static(M::NAME), value))
    }

    /// The same reference as one of a base.
    pub fn upcast<Base>(&self) -> &Ref<Base>
    where
        M: Extends<Base>,
    {
        Ref::wrap_ref(&self.0)
    }
}

impl<M> Clone for Ref<M> {
    fn clone(&self) -> Self {
        Self::wrap(self.0.clone())
    }
}

impl<M> PartialEq for Ref<M> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<M> Eq for Ref<M> {}

impl<M> Hash for Ref<M> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<M> fmt::Display for Ref<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<M> fmt::Debug for Ref<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl<M> From<&Ref<M>> for Ref<M> {
    fn from(value: &Ref<M>) -> Self {
        value.clone()
    }
}

impl<M: ManagedObject> From<&M> for Ref<M> {
    fn from(object: &M) -> Self {
        Self::wrap(object.handle().reference().clone())
    }
}

impl<M> From<Ref<M>> for ManagedObjectReference {
    fn from(value: Ref<M>) -> Self {
        value.0
    }
}

impl<M> From<&Ref<M>> for ManagedObjectReference {
    fn from(value: &Ref<M>) -> Self {
        value.0.clone()
    }
}

impl<M> Serialize for Ref<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
