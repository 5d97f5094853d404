//! What is written is read back, however it is written.

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use vim25::types::{DataObject, MethodFault};
use vim25::wire::{self, Options};
use vim25::{Any, DataType, DecodeError, Object, REGISTRY, TypeInfo};

use crate::arbitrary::{Arbitrary, TYPES, object};
use crate::choices::{Choices, numbers};
use crate::config;
use crate::json::{Json, Style};

pub(crate) fn decode(json: &[u8], ty: &'static TypeInfo) -> Result<Object, DecodeError> {
    wire::decode_object(json, ty, Some(&REGISTRY), Options::default())
}

pub(crate) fn text(object: &Object) -> String {
    String::from_utf8(wire::encode(object)).expect("UTF-8")
}

/// Reads a JSON text, and compares what is written then: that tells 0.0 from -0.0, which `==` does not.
fn assert_read(json: &str, object: &Object) -> Result<(), TestCaseError> {
    let read = decode(json.as_bytes(), object.type_info());
    let read = read.map_err(|error| TestCaseError::fail(format!("{error}\n{json}")))?;
    prop_assert_eq!(&read, object, "{}", json);
    prop_assert_eq!(text(&read), text(object), "{}", json);
    Ok(())
}

fn style() -> impl Strategy<Value = Style> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(shuffles, spaces, escapes)| Style {
        shuffles,
        spaces,
        escapes,
    })
}

/// The two ways through serde, for a type that is the root of the object's.
fn assert_serde_agrees<T: DataType + DeserializeOwned + serde::Serialize>(
    object: &Object,
) -> Result<(), TestCaseError> {
    let json = text(object);
    let typed: T = wire::decode(json.as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&serde_json::to_string(&typed).expect("memory"), &json);
    let from_text: T = serde_json::from_str(&json).map_err(|error| TestCaseError::fail(format!("{error}\n{json}")))?;
    prop_assert_eq!(&from_text, &typed);
    prop_assert_eq!(text(from_text.as_object()), json);
    let value = serde_json::to_value(&typed).expect("memory");
    let from_value: T = serde_json::from_value(value).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&from_value, &typed);
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_read_back(object in object()) {
        assert_read(&text(&object), &object)?;
    }

    #[test]
    fn neither_order_nor_space_nor_escapes_matter(object in object(), style in style(), numbers in numbers(3000)) {
        let json = Json::read(text(&object).as_bytes());
        assert_read(&json.write(&mut Choices::new(numbers), style), &object)?;
    }

    #[test]
    fn names_of_newer_types_are_kept(object in object(), style in style(), numbers in numbers(1000)) {
        let mut choices = Choices::new(numbers);
        let json = Json::read(text(&object).as_bytes()).with_newer_types(&mut choices);
        let json = json.write(&mut choices, style);
        let read = decode(json.as_bytes(), object.type_info());
        let read = read.map_err(|error| TestCaseError::fail(format!("{error}\n{json}")))?;
        let same = |json: &str| serde_json::from_str::<serde_json::Value>(json).expect("JSON");
        prop_assert_eq!(same(&text(&read)), same(&json), "{}", json);
        assert_read(&text(&read), &read)?;
    }

    #[test]
    fn serde_and_the_codec_agree(object in object()) {
        match (object.type_info().is_request(), object.type_info().is_fault()) {
            (true, _) => {}
            (false, true) => assert_serde_agrees::<MethodFault>(&object)?,
            (false, false) => assert_serde_agrees::<DataObject>(&object)?,
        }
    }

    #[test]
    fn every_float_survives(bits: u32) {
        let number = f32::from_bits(bits);
        if number.is_finite() {
            assert_float(number);
        }
    }
}

fn assert_float(number: f32) {
    let list = Any::from(vec![number]);
    let json = serde_json::to_vec(&list).expect("memory");
    let read = wire::decode_value(&json, vim25::Item::Any, false, &REGISTRY, Options::default());
    assert_eq!(read.expect("its own JSON"), Some(list.into()), "{number:?}");
}

/// Those whose shortest text is nearer to another float once it was rounded to a double, and the extremes.
#[test]
fn floats_are_not_rounded_twice() {
    for number in [7.038_531e-26, f32::MAX, f32::MIN, f32::MIN_POSITIVE, f32::from_bits(1), 16_777_216.0, 0.1] {
        assert_float(number);
    }
}

/// More types than the decoder remembers at once, three times, so that each is met again after it was forgotten.
#[test]
fn a_reply_may_hold_every_type() {
    let all = || REGISTRY.types.iter().map(|ty| Any::Object(Arbitrary::simplest().object(ty, 0)));
    let list: Vec<Any> = all().chain(all()).chain(all()).collect();
    let array = vim25::Array { type_name: "ArrayOfAnyType".into(), list: vim25::List::Anys(list.into()) };
    let any = Any::Array(array);
    let json = serde_json::to_vec(&any).expect("memory");
    let read = wire::decode_value(&json, vim25::Item::Any, false, &REGISTRY, Options::default());
    assert!(read.expect("its own JSON") == Some(any.into()));
}

/// As deep as a request may be, each level by an object, an array and a box.
#[test]
fn what_may_be_sent_can_be_read_back() {
    let mut value = Any::from("the bottom");
    let mut deepest = None;
    loop {
        let option = vim25::types::OptionValue::new().with_key("key").with_value(value);
        if option.check().is_err() {
            break;
        }
        let json = text(option.as_object());
        assert_read(&json, option.as_object()).expect("it is read back");
        let shuffled = Json::read(json.as_bytes());
        let style = Style { shuffles: true, spaces: false, escapes: false };
        assert_read(&shuffled.write(&mut Choices::none(), style), option.as_object()).expect("it is read back");
        deepest = Some(json);
        value = Any::Array(vim25::Array {
            type_name: "ArrayOfOptionValue".into(),
            list: vim25::List::Objects(vec![option.into_object()].into()),
        });
    }
    let depth = deepest.expect("some depth is allowed").matches("\"_value\":[").count();
    assert!(depth > 30, "{depth}");
}

#[test]
fn there_are_types_of_all_kinds() {
    let requests = TYPES.iter().filter(|ty| ty.is_request()).count();
    let faults = TYPES.iter().filter(|ty| !ty.is_request() && ty.is_fault()).count();
    assert!(requests > 800 && faults > 500 && TYPES.len() > 3800, "{requests} {faults} {}", TYPES.len());
}
