//! All types of the API: each is filled to the last member, encoded, decoded strictly and compared.

use vim25::types::{DataObject, MethodFault};
use vim25::wire::{self, Options};
use vim25::{Any, DateTime, Field, Item, List, ManagedObjectReference, Object, REGISTRY, Secret, TypeInfo, Value};

/// Text of every secret: it must be shown nowhere.
const SECRET: &str = "hunter2-marker";

/// Chains of required members end much earlier.
const MAX_DEPTH: usize = 16;

#[test]
fn every_type_survives_encoding_and_decoding() {
    let mut checked = 0;
    for &ty in REGISTRY.types {
        let object = filled(ty, 0);
        assert_eq!(object.members().count(), ty.field_count(), "members of {ty:?}");
        object.check().unwrap_or_else(|problem| panic!("{ty:?}: {problem:?}"));
        let json = wire::encode(&object);
        assert_read_back(&object, &json);
        checked += 1;
    }
    assert_eq!(checked, REGISTRY.types.len());
    println!("{checked} types");
}

#[test]
fn no_secret_of_any_type_is_shown() {
    let mut secrets = 0;
    for &ty in REGISTRY.types {
        let object = filled(ty, 0);
        let shown = format!("{object:?} {object:#?}");
        assert!(!shown.contains(SECRET), "{ty:?} shows a secret");
        secrets += ty.own_fields().iter().filter(|field| field.is_secret).count();
    }
    assert!(secrets > 0, "nothing was there to hide");
}

#[test]
fn every_type_is_what_it_derives_from_and_nothing_else() {
    for &ty in REGISTRY.types {
        let ancestry: Vec<_> = ty.ancestry().collect();
        let bases = REGISTRY.types.iter().filter(|other| ty.is_a(other));
        assert_eq!(bases.count(), ancestry.len(), "{ty:?}");
        assert!(ancestry.iter().all(|base| ty.is_a(base)), "{ty:?}");
        assert_eq!(REGISTRY.find_type(ty.name()).map(TypeInfo::name), Some(ty.name()));
        let object = Object::new(ty);
        assert_eq!(object.is::<MethodFault>(), ty.is_fault(), "{ty:?}");
        assert_eq!(object.downcast_ref::<DataObject>().is_some(), !ty.is_fault(), "{ty:?}");
    }
}

/// Whatever base a place names, the object comes back as what it is.
fn assert_read_back(object: &Object, json: &[u8]) {
    for base in object.type_info().ancestry() {
        let read = wire::decode_object(json, base, None, Options::default());
        let read = read.unwrap_or_else(|error| panic!("{object:?} as {base:?}: {error}"));
        assert_eq!(read, *object, "as {base:?}");
    }
    let again = wire::decode_object(json, object.type_info(), None, Options::default()).map(|read| wire::encode(&read));
    assert_eq!(again.ok().as_deref(), Some(json), "{:?}", object.type_info());
}

/// An object with all members; objects in it have the required ones only.
fn filled(ty: &'static TypeInfo, depth: usize) -> Object {
    assert!(depth < MAX_DEPTH, "required members of {ty:?} have no end");
    let mut object = Object::new(ty);
    for field in ty.fields().filter(|field| depth == 0 || field.is_required) {
        object
            .insert(field.name, value(field, depth))
            .unwrap_or_else(|value| panic!("{ty:?}.{}: {value:?}", field.name));
    }
    object
}

fn value(field: &Field, depth: usize) -> Value {
    if field.is_list { list(field, depth).into() } else { one(field, depth) }
}

fn text(field: &Field) -> String {
    if field.is_secret { SECRET.to_owned() } else { format!("{} \u{e9}\n\"\u{1f600}", field.name) }
}

fn known_value(field: &Field) -> String {
    match field.item {
        Item::Enum(info) => info.values[0].to_owned(),
        _ => text(field),
    }
}

fn reference(kind: Option<&&str>) -> ManagedObjectReference {
    ManagedObjectReference::new(kind.copied().unwrap_or("ManagedEntity"), "id-1")
}

fn moment() -> DateTime {
    DateTime::from("2024-02-29T23:59:59.123456Z")
}

fn one(field: &Field, depth: usize) -> Value {
    match field.item {
        Item::Boolean => true.into(),
        Item::Byte => i8::MIN.into(),
        Item::Short => i16::MIN.into(),
        Item::Int => i32::MIN.into(),
        Item::Long => i64::MIN.into(),
        Item::Float => 0.1_f32.into(),
        Item::Double => 0.1_f64.into(),
        Item::String | Item::Enum(_) => known_value(field).into(),
        Item::Secret => Secret::from(SECRET).into(),
        Item::DateTime => moment().into(),
        Item::Binary => vec![0_u8, 255].into(),
        Item::Reference(kind) => reference(kind).into(),
        Item::Object(ty) => Value::Object(filled(ty, depth + 1)),
        Item::Any => Any::from(text(field)).into(),
    }
}

fn list(field: &Field, depth: usize) -> List {
    match field.item {
        Item::Boolean => List::Booleans(vec![true, false].into()),
        Item::Byte => List::Bytes(vec![i8::MIN, i8::MAX].into()),
        Item::Short => List::Shorts(vec![i16::MIN, i16::MAX].into()),
        Item::Int => List::Ints(vec![i32::MIN, i32::MAX].into()),
        Item::Long => List::Longs(vec![i64::MIN, i64::MAX].into()),
        Item::Float => List::Floats(vec![0.1, f32::MAX].into()),
        Item::Double => List::Doubles(vec![0.1, f64::MAX].into()),
        Item::String | Item::Enum(_) => List::Strings(vec![known_value(field).into(), "newer".into()].into()),
        Item::Secret => List::Secrets(vec![SECRET.into(), SECRET.into()].into()),
        Item::DateTime => List::DateTimes(vec![moment(), moment()].into()),
        Item::Binary => List::Binaries(vec![vec![0, 255], Vec::new()].into()),
        Item::Reference(kind) => List::References(vec![reference(kind), reference(kind)].into()),
        Item::Object(ty) => List::Objects(vec![filled(ty, depth + 1), filled(ty, depth + 1)].into()),
        Item::Any => List::Anys(vec![Any::from(text(field)), Any::from(i32::MAX)].into()),
    }
}
