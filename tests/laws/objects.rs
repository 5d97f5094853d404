//! Laws of objects: of clones, of equality, of what may be absent.

use proptest::prelude::*;
use vim25::wire::{self, Options, Strictness};
use vim25::{Field, Object, REGISTRY, RELEASES, RequestProblem};

use crate::arbitrary::{Arbitrary, TYPES, object, object_with_gaps};
use crate::choices::numbers;
use crate::config;
use crate::roundtrip::text;

/// 0.0 and -0.0 are equal and are written differently.
fn without_negative_zeros(object: &Object) -> String {
    text(object).replace("-0.0", "0.0")
}

fn decode(object: &Object, options: Options) -> Result<Object, String> {
    let read = wire::decode_object(text(object).as_bytes(), object.type_info(), Some(&REGISTRY), options);
    read.map_err(|error| error.to_string())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_clone_is_equal_and_independent(object in object(), member: prop::sample::Index) {
        let before = text(&object);
        let mut clone = object.clone();
        prop_assert_eq!(&clone, &object);
        prop_assert_eq!(text(&clone), before.as_str());
        let present: Vec<&Field> = object.members().map(|(field, _)| field).collect();
        if !present.is_empty() {
            prop_assert!(clone.remove(present[member.index(present.len())].name).is_some());
            prop_assert_ne!(&clone, &object);
        }
        clone.unknown_mut().insert("newer".to_owned(), 1.into());
        prop_assert_ne!(&clone, &object);
        prop_assert_eq!(text(&object), before.as_str());
        let changed = text(&clone);
        drop(object);
        prop_assert_eq!(text(&clone), changed);
    }

    /// One member is made anew, which may give the same value.
    #[test]
    fn equal_objects_are_written_the_same_and_only_they(
        object in object(), member: prop::sample::Index, numbers in numbers(100),
    ) {
        let count = object.type_info().field_count();
        let Some(field) = object.type_info().field(member.index(count.max(1))) else { return Ok(()) };
        let mut other = object.clone();
        let value = Arbitrary::new(numbers).value(field, 0);
        prop_assert_eq!(other.insert(field.name, value.clone()), Ok(()));
        prop_assert_eq!(other.member(field.name), Some(&value));
        let is_reflexive = object == object && other == other;
        prop_assert!(is_reflexive);
        prop_assert_eq!(object == other, other == object);
        prop_assert_eq!(object == other, without_negative_zeros(&object) == without_negative_zeros(&other));
    }

    #[test]
    fn a_missing_member_is_met_by_the_check_and_by_strict_decoding_and_by_nothing_else(object in object_with_gaps()) {
        let lenient = decode(&object, Options::LENIENT);
        prop_assert_eq!(lenient, Ok(object.clone()));
        let strict = decode(&object, Options::default());
        prop_assert_eq!(object.check().is_ok(), strict.is_ok(), "{:?} {:?}", object.check(), strict);
        if let Ok(strict) = strict {
            prop_assert_eq!(strict, object);
        } else {
            prop_assert!(matches!(object.check(), Err((_, RequestProblem::Missing))));
        }
    }

    #[test]
    fn a_release_excuses_the_same_members_both_ways(object in object_with_gaps(), release in 0..RELEASES.len()) {
        let release = Some(RELEASES[release]);
        let strict = decode(&object, Options { release, strictness: Strictness::Strict, ..Options::default() });
        match object.check_for(release) {
            Ok(()) => prop_assert_eq!(strict, Ok(object)),
            Err((path, RequestProblem::Missing)) => prop_assert!(strict.is_err(), "{}", path),
            Err((_, RequestProblem::Newer { since, release: spoken })) => {
                prop_assert!(since > spoken && Some(spoken) == release);
            }
            Err((path, problem)) => prop_assert!(false, "{}: {}", path, problem),
        }
    }

    #[test]
    fn what_is_dropped_for_a_release_is_what_it_lacks(object in object(), release in 0..RELEASES.len()) {
        let release = RELEASES[release];
        let mut dropped = object.clone();
        dropped.drop_newer(release);
        for field in object.type_info().fields() {
            let is_newer = field.since.is_some_and(|since| since > release);
            prop_assert_eq!(dropped.member(field.name).is_some(), object.member(field.name).is_some() && !is_newer);
        }
        let mut again = dropped.clone();
        again.drop_newer(release);
        prop_assert_eq!(&again, &dropped);
        if object.check_for(Some(release)).is_ok() {
            prop_assert_eq!(dropped, object);
        }
    }
}

/// Every required member of every type, one after the other.
#[test]
fn every_required_member_is_demanded() {
    let mut checked = 0;
    for ty in TYPES.iter() {
        let whole = Arbitrary::simplest().object(ty, 0);
        for field in ty.fields().filter(|field| field.is_required) {
            let mut object = whole.clone();
            object.remove(field.name).expect("required members are there");
            let error = decode(&object, Options::default()).expect_err("one is missing");
            let expected = format!("{} (in {}): the required member is absent", field.name, ty.name());
            assert!(error.starts_with(&expected), "{error}");
            assert_eq!(object.check(), Err((field.name.to_owned(), RequestProblem::Missing)), "{ty:?}");
            assert_eq!(decode(&object, Options::LENIENT), Ok(object));
            checked += 1;
        }
    }
    assert!(checked > 3000, "{checked} members");
}

/// Every member of every type takes what its table says, and nothing of another kind.
#[test]
fn every_member_takes_its_own_kind_only() {
    for ty in TYPES.iter() {
        let mut object = Object::new(ty);
        for field in ty.fields() {
            let value = Arbitrary::simplest().value(field, 0);
            assert_eq!(object.insert(field.name, value), Ok(()), "{ty:?}.{}", field.name);
            let other = Field { is_list: !field.is_list, ..*field };
            let wrong = Arbitrary::simplest().value(&other, 0);
            assert_eq!(object.insert(field.name, wrong.clone()), Err(wrong), "{ty:?}.{}", field.name);
        }
        assert_eq!(object.members().count(), ty.field_count());
        for field in ty.fields() {
            assert!(object.remove(field.name).is_some() && object.remove(field.name).is_none());
        }
        assert_eq!(object, Object::new(ty));
    }
}
