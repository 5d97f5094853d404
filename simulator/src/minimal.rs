//! The least that a value of a declared type can be: what a property has that nobody set.

use vim25_runtime::{
    Any, DateTime, Element, Item, List, ManagedObjectReference, Object, ResultInfo, Secret, TypeInfo, Value,
};

/// The least value of a result: no elements, no text, zero, the first value of an enum, an object of the declared type
/// with its required members.
pub(crate) fn value(result: &ResultInfo) -> Value {
    if result.is_list { list(result.item).into() } else { one(result.item) }
}

/// An object with its required members, each the least that it can be.
pub(crate) fn object(ty: &'static TypeInfo) -> Object {
    let mut object = Object::new(ty);
    for field in ty.fields().filter(|field| field.is_required) {
        let value = if field.is_list { list(field.item).into() } else { one(field.item) };
        let inserted = object.insert(field.name, value);
        debug_assert!(inserted.is_ok(), "{}.{}", ty.name(), field.name);
    }
    object
}

fn one(item: Item) -> Value {
    match item {
        Item::Boolean => false.into(),
        Item::Byte => 0_i8.into(),
        Item::Short => 0_i16.into(),
        Item::Int => 0_i32.into(),
        Item::Long => 0_i64.into(),
        Item::Float => 0_f32.into(),
        Item::Double => 0_f64.into(),
        Item::String => String::new().into(),
        Item::Secret => Secret::from("").into(),
        Item::Enum(info) => info.values.first().copied().unwrap_or_default().to_owned().into(),
        Item::DateTime => DateTime::from("1970-01-01T00:00:00Z").into(),
        Item::Binary => Vec::<u8>::new().into(),
        Item::Reference(kind) => ManagedObjectReference::new(kind.copied().unwrap_or("ManagedEntity"), "none").into(),
        Item::Object(ty) => object(ty).into(),
        Item::Any => Any::from("").into(),
    }
}

fn list(item: Item) -> List {
    match item {
        Item::Boolean => bool::into_list(Vec::new()),
        Item::Byte => i8::into_list(Vec::new()),
        Item::Short => i16::into_list(Vec::new()),
        Item::Int => i32::into_list(Vec::new()),
        Item::Long => i64::into_list(Vec::new()),
        Item::Float => f32::into_list(Vec::new()),
        Item::Double => f64::into_list(Vec::new()),
        Item::String | Item::Enum(_) => String::into_list(Vec::new()),
        Item::Secret => Secret::into_list(Vec::new()),
        Item::DateTime => DateTime::into_list(Vec::new()),
        Item::Binary => Vec::<u8>::into_list(Vec::new()),
        Item::Reference(_) => ManagedObjectReference::into_list(Vec::new()),
        Item::Object(_) => Object::into_list(Vec::new()),
        Item::Any => Any::into_list(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use vim25_api::REGISTRY;

    use super::*;

    #[test]
    fn the_least_object_of_every_type_is_complete() {
        for &ty in REGISTRY.types {
            assert_eq!(object(ty).check(), Ok(()), "{ty:?}");
        }
    }
}
