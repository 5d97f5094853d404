//! What an object is, and what it is not: every type against every other.

use std::collections::HashSet;

use vim25::types::*;
use vim25::wire::{self, Options};
use vim25::{Any, DataType, Element, List, Object, REGISTRY, TypeInfo};

use crate::arbitrary::Arbitrary;
use crate::roundtrip::text;

/// The members of a base are the first members of every heir: a view of the base rests on it.
#[test]
fn an_heir_has_the_members_of_its_bases_first() {
    for ty in REGISTRY.types {
        let mut names = HashSet::new();
        assert!(ty.fields().all(|field| names.insert(field.name)), "{ty:?} has a member twice");
        for base in ty.ancestry() {
            let pairs = base.fields().zip(ty.fields());
            assert_eq!(pairs.filter(|(a, b)| std::ptr::eq(*a, *b)).count(), base.field_count(), "{ty:?} {base:?}");
        }
        for (index, field) in ty.fields().enumerate() {
            for hint in [0, index, index + 1, usize::MAX] {
                assert_eq!(ty.index_of(field.name, hint), Some(index), "{ty:?}.{}", field.name);
            }
        }
    }
}

#[test]
fn every_ancestry_ends_at_one_of_two_roots() {
    for ty in REGISTRY.types {
        let root = ty.ancestry().last().expect("the type itself at least");
        assert_eq!(root.name(), if ty.is_fault() { "MethodFault" } else { "DataObject" }, "{ty:?}");
        assert!(ty.registry().is_some_and(|registry| std::ptr::eq(registry, &REGISTRY)), "{ty:?}");
    }
}

/// What a type with its own view says of an object of any type.
fn assert_views<T: DataType>(object: &Object, json: &[u8]) {
    let ty = object.type_info();
    let is_a = ty.is_a(T::TYPE);
    let context = || format!("{ty:?} as {:?}", T::TYPE);
    assert_eq!(is_a, ty.ancestry().any(|base| base.name() == T::TYPE.name()), "{}", context());
    assert_eq!(object.is::<T>(), is_a, "{}", context());
    assert_eq!(object.downcast_ref::<T>().map(T::as_object), is_a.then_some(object), "{}", context());
    let mut copy = object.clone();
    assert_eq!(copy.downcast_mut::<T>().is_some(), is_a, "{}", context());
    let any = Any::Object(object.clone());
    assert_eq!((any.is::<T>(), any.downcast_ref::<T>().is_some()), (is_a, is_a), "{}", context());
    let list = List::Objects(vec![object.clone()].into());
    match T::from_list(list.clone()) {
        Ok(items) => assert!(is_a && items.len() == 1 && items[0].as_object() == object, "{}", context()),
        Err(back) => assert!(!is_a && back == list, "{}", context()),
    }
    let read = wire::decode_object(json, T::TYPE, None, Options::default());
    // A fault and its wrapper stand for each other.
    let is_wrapper = |ty: &TypeInfo| ty.name() == "LocalizedMethodFault";
    if is_wrapper(T::TYPE) && ty.is_fault() || is_wrapper(ty) && T::TYPE.name() == "MethodFault" {
        assert_eq!(text(&read.unwrap_or_else(|error| panic!("{}: {error}", context()))).as_bytes(), json);
    } else if is_a {
        assert_eq!(read.as_ref(), Ok(object), "{}", context());
        let typed = wire::decode::<T>(json).unwrap_or_else(|error| panic!("{}: {error}", context()));
        assert!(std::ptr::eq(typed.as_object().type_info(), ty), "{}", context());
    } else {
        let error = read.expect_err("it is of another type").to_string();
        // Of a wrapper it is the fault in it.
        let name = if is_wrapper(ty) && T::TYPE.is_fault() { "MethodFault" } else { ty.name() };
        assert!(error.contains(&format!("`{name}` is no `{}`", T::TYPE.name())), "{error}");
    }
}

/// Roots, leaves, and what lies between; those that documents put in odd places.
#[test]
fn views_say_what_the_tables_say() {
    for ty in REGISTRY.types {
        let object = Arbitrary::simplest().object(ty, 0);
        let json = text(&object);
        let json = json.as_bytes();
        assert_views::<DataObject>(&object, json);
        assert_views::<MethodFault>(&object, json);
        assert_views::<LocalizedMethodFault>(&object, json);
        assert_views::<RuntimeFault>(&object, json);
        assert_views::<VimFault>(&object, json);
        assert_views::<NoPermission>(&object, json);
        assert_views::<VirtualDevice>(&object, json);
        assert_views::<VirtualEthernetCard>(&object, json);
        assert_views::<VirtualVmxnet3>(&object, json);
        assert_views::<Event>(&object, json);
        assert_views::<VmEvent>(&object, json);
        assert_views::<Description>(&object, json);
        assert_views::<OptionDef>(&object, json);
        assert_views::<UserSession>(&object, json);
    }
}

/// Every type at a place that declares any other.
#[test]
fn a_place_takes_heirs_and_nobody_else() {
    let is_wrapper = |ty: &TypeInfo| ty.name() == "LocalizedMethodFault";
    let bases: Vec<_> =
        REGISTRY.types.iter().filter(|ty| REGISTRY.types.iter().any(|heir| is_base(ty, heir))).collect();
    assert!(bases.len() > 200, "{} bases", bases.len());
    for ty in REGISTRY.types {
        let json = format!("{{\"_typeName\":\"{}\"}}", ty.name());
        for base in &bases {
            let is_taken = wire::decode_object(json.as_bytes(), base, None, Options::LENIENT).is_ok();
            let is_special = is_wrapper(base) && ty.is_fault();
            assert_eq!(is_taken, ty.is_a(base) || is_special, "{ty:?} as {base:?}");
        }
    }
}

fn is_base(ty: &'static TypeInfo, heir: &'static TypeInfo) -> bool {
    heir.parent().is_some_and(|parent| std::ptr::eq(parent, ty))
}

#[test]
fn up_and_down_again_is_the_same_object() {
    let mut card = VirtualVmxnet3::new();
    card.set_mac_address("00:50:56:00:00:01");
    let up: VirtualDevice = card.clone().into();
    assert_eq!(up.downcast_ref::<VirtualVmxnet3>(), Some(&card));
    let up = up.downcast::<VirtualDisk>().expect_err("it is no disk");
    let middle = up.downcast::<VirtualEthernetCard>().expect("it is a card");
    assert_eq!(middle.mac_address(), Some("00:50:56:00:00:01"));
    assert_eq!(middle.downcast::<VirtualVmxnet3>().as_ref(), Ok(&card));
}
