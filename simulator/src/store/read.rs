//! Properties as what they are known to be.

use vim25_runtime::{DataType, List, ManagedObjectReference, Object, Text, Value};

use super::Store;

impl Store {
    /// A property that is text; empty if it is unset.
    pub(crate) fn text(&self, object: &ManagedObjectReference, property: &str) -> &str {
        match self.get(object, property).map(AsRef::as_ref) {
            Some(Value::String(text)) => text,
            _ => "",
        }
    }

    /// A property that is a reference.
    pub(crate) fn reference(&self, object: &ManagedObjectReference, property: &str) -> Option<&ManagedObjectReference> {
        match self.get(object, property)?.as_ref() {
            Value::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// A property that is an array of references; empty if it is unset.
    pub(crate) fn references(&self, object: &ManagedObjectReference, property: &str) -> &[ManagedObjectReference] {
        match self.get(object, property).map(AsRef::as_ref) {
            Some(Value::List(List::References(references))) => references,
            _ => &[],
        }
    }

    /// A property that is a data object.
    pub(crate) fn object<T: DataType>(&self, object: &ManagedObjectReference, property: &str) -> Option<&T> {
        match self.get(object, property)?.as_ref() {
            Value::Object(value) => value.downcast_ref(),
            _ => None,
        }
    }

    /// A property that is an array of data objects; empty if it is unset.
    pub(crate) fn data_objects<T: DataType>(&self, object: &ManagedObjectReference, property: &str) -> Vec<&T> {
        match self.get(object, property).map(AsRef::as_ref) {
            Some(Value::List(List::Objects(objects))) => objects.iter().filter_map(Object::downcast_ref).collect(),
            _ => Vec::new(),
        }
    }

    /// A property that is an array of strings; empty if it is unset.
    pub(crate) fn texts(&self, object: &ManagedObjectReference, property: &str) -> &[Text] {
        match self.get(object, property).map(AsRef::as_ref) {
            Some(Value::List(List::Strings(texts))) => texts,
            _ => &[],
        }
    }
}
