//! No secret of any type is shown: neither by an object that holds it, nor by errors about JSON that holds it.

use vim25::types::{DataObject, MethodFault};
use vim25::wire::{self, Options};
use vim25::{Any, Array, Field, Item, List, Object, REGISTRY, Secret, TypeInfo, Value};

use crate::arbitrary::{Arbitrary, TYPES};
use crate::roundtrip::text;

/// What must be shown nowhere: as a text, and as a number.
pub(crate) const MARKER: &str = "8675309867530986";

#[track_caller]
pub(crate) fn assert_hidden(shown: &str) {
    assert!(!shown.contains(&MARKER[..8]), "{shown}");
}

/// All types with a secret of their own or of a base, and that member.
fn secrets() -> Vec<(&'static TypeInfo, &'static Field)> {
    let secrets = |ty: &&'static TypeInfo| {
        let ty = *ty;
        ty.fields().filter(|field| field.is_secret).map(move |field| (ty, field))
    };
    let found: Vec<_> = TYPES.iter().flat_map(secrets).collect();
    assert!(found.len() > 50, "{} secrets", found.len());
    found
}

/// An object with the secret in one member.
fn with_secret(ty: &'static TypeInfo, field: &Field) -> Object {
    let mut object = Arbitrary::simplest().object(ty, 0);
    let value = match (field.item, field.is_list) {
        (Item::Secret, false) => Secret::from(MARKER).into(),
        (Item::Secret, true) => List::Secrets(vec![MARKER.into(); 2].into()).into(),
        (Item::String, false) => Value::from(MARKER.to_owned()),
        (item, _) => panic!("{ty:?}.{} is a secret {item}", field.name),
    };
    object.insert(field.name, value).expect("it fits");
    object
}

/// What is said of a JSON text that is no object of the type.
fn error(json: &[u8], ty: &'static TypeInfo) -> String {
    let read = wire::decode_object(json, ty, Some(&REGISTRY), Options::default());
    let mut said = read.map_or_else(|error| format!("{error} {error:?} {error:#?}"), |_| String::new());
    if !ty.is_request() {
        if ty.is_fault() {
            said +=
                &serde_json::from_slice::<MethodFault>(json).map_or_else(|error| error.to_string(), |_| String::new());
        } else {
            said +=
                &serde_json::from_slice::<DataObject>(json).map_or_else(|error| error.to_string(), |_| String::new());
        }
    }
    said
}

#[test]
fn no_holder_of_a_secret_shows_it() {
    for (ty, field) in secrets() {
        let object = with_secret(ty, field);
        assert!(text(&object).contains(MARKER));
        let any = Any::Object(object.clone());
        let list = List::Objects(vec![object.clone()].into());
        let array = Array { type_name: "ArrayOfAnyType".into(), list: List::Anys(vec![any.clone()].into()) };
        let value = Value::from(list.clone());
        assert_hidden(&format!("{object:?} {object:#?} {any:?} {any:#?} {list:?} {array:#?} {value:?}"));
        let mut newer = object.clone();
        newer.unknown_mut().insert("newer".to_owned(), 1.into());
        assert_hidden(&format!("{newer:?} {newer:#?}"));
        let member = object.member(field.name).expect("it was set");
        assert!(!matches!(field.item, Item::Secret) || !format!("{member:?}").contains(MARKER));
    }
}

/// A fault in its wrapper, and a fault where its wrapper is declared.
#[test]
fn no_wrapped_fault_shows_its_secret() {
    let mut faults = 0;
    for (ty, field) in secrets().into_iter().filter(|(ty, _)| !ty.is_request() && ty.is_fault()) {
        let fault = text(&with_secret(ty, field));
        let wrapped = format!(r#"{{"_typeName":"LocalizedMethodFault","fault":{fault},"localizedMessage":"m"}}"#);
        let fault_type = REGISTRY.find_type("MethodFault").expect("it is the root");
        let wrapper = REGISTRY.find_type("LocalizedMethodFault").expect("it is known");
        for json in [&fault, &wrapped] {
            for place in [fault_type, wrapper] {
                let read = wire::decode_object(json.as_bytes(), place, None, Options::default()).expect("it fits");
                assert!(text(&read).contains(MARKER));
                assert_hidden(&format!("{read:?} {read:#?}"));
            }
        }
        for end in 0..wrapped.len() {
            assert_hidden(&error(&wrapped.as_bytes()[..end], fault_type));
        }
        faults += 1;
    }
    assert!(faults > 0);
}

#[test]
fn no_error_shows_a_secret_of_the_wrong_type() {
    let text_of_it = format!("\"{MARKER}\"");
    let wrong = [
        MARKER.to_owned(),
        format!("-{MARKER}"),
        format!("{MARKER}.5"),
        format!("[{text_of_it}]"),
        format!("[[{text_of_it}]]"),
        format!("[{MARKER}]"),
        format!("{{\"x\":{text_of_it}}}"),
        format!("{{{text_of_it}:1}}"),
        format!("{{\"_typeName\":{text_of_it}}}"),
        format!("{{\"_typeName\":\"string\",\"_value\":{text_of_it}}}"),
        format!("{{\"_typeName\":\"ManagedObjectReference\",\"type\":{text_of_it},\"value\":{MARKER}}}"),
        format!("\"\\u00zz{MARKER}\""),
        format!("\"{MARKER}\u{1}\""),
        format!("\"{MARKER}\\ud800\""),
        format!("\"{MARKER}"),
        format!("{MARKER}e999"),
        format!("{MARKER}x"),
        format!("truex{MARKER}"),
    ];
    let mut refused = 0;
    for (ty, field) in secrets() {
        let whole = text(&with_secret(ty, field));
        for wrong in &wrong {
            let said = error(whole.replacen(&text_of_it, wrong, 1).as_bytes(), ty);
            assert!(!said.is_empty() || field.is_list, "{ty:?}.{} took {wrong}", field.name);
            assert_hidden(&said);
            refused += usize::from(!said.is_empty());
        }
        let member = format!("\"{}\":{text_of_it}", field.name);
        let twice = error(whole.replacen(&member, &format!("{member},{member}"), 1).as_bytes(), ty);
        assert_hidden(&twice);
    }
    assert!(refused > 500, "{refused}");
}

/// Each byte is changed, and the text is cut there: types with a secret of their own.
#[test]
fn no_error_shows_a_secret_near_a_mistake() {
    let mut errors = 0;
    for (ty, field) in secrets() {
        if !ty.own_fields().iter().any(|own| std::ptr::eq(own, field)) {
            continue;
        }
        let json = text(&with_secret(ty, field));
        let mut json = json.into_bytes();
        for position in 0..json.len() {
            let mut said = error(&json[..position], ty);
            let right = json[position];
            for wrong in [b'"', b'}', b'[', 0xFF] {
                json[position] = wrong;
                said += &error(&json, ty);
            }
            json[position] = right;
            errors += usize::from(!said.is_empty());
            assert_hidden(&said);
        }
    }
    assert!(errors > 1000, "{errors}");
}
