//! Our reader takes the JSON that serde_json takes, and reads the same from it.
//!
//! There are two differences, both on purpose: a member that a type knows must not stand twice, while of others the last
//! one counts; and a text that is read in a place is held against the type of that place. The limit of nesting is that of
//! serde_json, for the whole text.

use serde_json::Value as Json;
use vim25::wire::{self, Options};
use vim25::{DecodeError, Item, Object, REGISTRY, Value};

use crate::texts::TEXTS;

fn description(json: &[u8]) -> Result<Object, DecodeError> {
    let ty = REGISTRY.find_type("Description").expect("it is known");
    wire::decode_object(json, ty, None, Options::default())
}

fn serde(json: &[u8]) -> Option<Json> {
    serde_json::from_slice(json).ok()
}

/// A whole text, as an object of a type, is taken by both or by none, and means the same.
#[track_caller]
fn assert_same(json: &[u8]) {
    let shown = String::from_utf8_lossy(json);
    match (description(json), serde(json)) {
        (Ok(object), Some(value)) => assert_eq!(serde(&wire::encode(&object)), Some(value), "{shown}"),
        (Err(_), None) => {}
        (ours, theirs) => panic!("{shown}\n{ours:?}\n{theirs:?}"),
    }
}

const KNOWN: &str = r#""_typeName":"Description","label":"l","summary":"s""#;

#[test]
fn there_are_texts_of_both_kinds() {
    let taken = TEXTS.iter().filter(|text| serde(text.as_bytes()).is_some()).count();
    assert!(TEXTS.len() >= 200 && taken >= 80 && TEXTS.len() - taken >= 100, "{taken} of {}", TEXTS.len());
}

#[test]
fn a_member_that_is_unknown() {
    for text in TEXTS {
        assert_same(format!("{{{KNOWN},\"newer\":{text}}}").as_bytes());
        assert_same(format!("{{{KNOWN},\"newer\":[0,{text}]}}").as_bytes());
        assert_same(format!("{{{KNOWN},\"newer\":{{\"x\":{text}}}}}").as_bytes());
    }
}

/// The text is passed over twice: first by the search for the name.
#[test]
fn a_member_before_the_name_of_the_type() {
    for text in TEXTS {
        assert_same(format!("{{\"newer\":{text},{KNOWN}}}").as_bytes());
        assert_same(format!("{{\"newer\":[{text}],{KNOWN}}}").as_bytes());
    }
}

#[test]
fn a_name_of_a_member() {
    for text in TEXTS.iter().filter(|text| text.starts_with('"')) {
        assert_same(format!("{{{KNOWN},{text}:1}}").as_bytes());
        assert_same(format!("{{{text}:1,{KNOWN}}}").as_bytes());
    }
}

#[test]
fn what_stands_around_an_object() {
    for text in TEXTS {
        assert_same(format!("{{{KNOWN}}}{text}").as_bytes());
        if !text.is_empty() {
            assert_same(format!("{text}{{{KNOWN}}}").as_bytes());
        }
    }
}

/// Broken UTF-8, in a text, in a name and between tokens.
#[test]
fn bytes_that_are_no_characters() {
    for bytes in [
        &b"\xFF"[..],
        b"\xC3",
        b"\xC3(",
        b"\xE6\xBC",
        b"\xED\xA0\x80",
        b"\xF0\x9F\x98",
        b"\xC0\x80",
        b"\xF5\x80\x80\x80",
    ] {
        for (before, after) in [
            ("\"newer\":\"", "\""),
            ("\"newer", "\":1"),
            ("\"newer\":", "1"),
            ("\"newer\":1", ""),
            ("\"newer\":[\"", "\"]"),
        ] {
            let json = [format!("{{{KNOWN},{before}").as_bytes(), bytes, format!("{after}}}").as_bytes()].concat();
            assert_same(&json);
        }
        assert_same(&[format!("{{{KNOWN}}}").as_bytes(), bytes].concat());
    }
}

#[test]
fn nesting_has_the_same_limit_wherever_the_name_stands() {
    for depth in 120..135 {
        for (opening, closing) in [("[", "]"), ("{\"x\":", "}"), ("[{\"x\":", "}]")] {
            let levels = depth / opening.matches(['[', '{']).count();
            let deep = format!("{}1{}", opening.repeat(levels), closing.repeat(levels));
            assert_same(format!("{{{KNOWN},\"newer\":{deep}}}").as_bytes());
            assert_same(format!("{{\"newer\":{deep},{KNOWN}}}").as_bytes());
            let inner = format!("{{\"newer\":{deep},{KNOWN}}}");
            let any = format!(r#"{{"key":"k","value":{inner}}}"#);
            let read = wire::decode::<vim25::types::OptionValue>(any.as_bytes());
            assert_eq!(read.is_ok(), serde(any.as_bytes()).is_some(), "{depth} {opening}");
            if let Ok(option) = read {
                let value = option.value().expect("it was there");
                assert_eq!(value.type_name(), "Description");
            }
        }
    }
}

/// What a text of serde_json's is at a place that declares a type; nothing if it does not fit.
fn expected(value: &Json, item: Item) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "that is what a float is")]
    match item {
        Item::String => Some(value.as_str()?.to_owned().into()),
        Item::Boolean => value.as_bool().map(Value::from),
        Item::Byte => i8::try_from(value.as_i64()?).ok().map(Value::from),
        Item::Short => i16::try_from(value.as_i64()?).ok().map(Value::from),
        Item::Int => i32::try_from(value.as_i64()?).ok().map(Value::from),
        Item::Long => value.as_i64().map(Value::from),
        Item::Float => Some(value.as_f64()? as f32).filter(|number| number.is_finite()).map(Value::from),
        Item::Double => value.as_f64().map(Value::from),
        item => unreachable!("{item} is not asked for"),
    }
}

#[test]
fn a_value_of_a_known_type() {
    let items =
        [Item::String, Item::Boolean, Item::Byte, Item::Short, Item::Int, Item::Long, Item::Float, Item::Double];
    // The float that is nearest to the text, which is not the one nearest to the double that is nearest to the text.
    let by_text = |text: &str, item: Item| matches!(item, Item::Float).then(|| text.trim().parse().ok()).flatten();
    for text in TEXTS {
        let theirs = serde(text.as_bytes());
        for item in items {
            let read =
                |text: &str, is_list| wire::decode_value(text.as_bytes(), item, is_list, &REGISTRY, Options::default());
            let ours = read(text, false);
            let due = theirs.as_ref().and_then(|json| expected(json, item));
            let due = due.map(|value| by_text(text, item).map_or(value, |number: f32| Value::Float(number)));
            match &theirs {
                Some(Json::Null) => assert_eq!(ours, Ok(None), "{text} as {item}"),
                _ => assert_eq!(ours.as_ref().ok(), due.clone().map(Some).as_ref(), "{text} as {item}"),
            }
            let list = read(&format!("[{text}]"), true);
            let is_empty_list = text.trim().is_empty();
            assert_eq!(list.is_ok(), due.is_some() || is_empty_list, "[{text}] as {item}");
        }
    }
}

/// Arrays have no name of their own, so they need a box.
#[test]
fn a_value_of_any_type() {
    for text in TEXTS {
        let ours = wire::decode_value(text.as_bytes(), Item::Any, false, &REGISTRY, Options::default());
        let has_name = |json: &Json| json.get("_typeName").is_none_or(Json::is_string);
        let theirs = serde(text.as_bytes()).filter(|json| !json.is_array() && has_name(json));
        assert_eq!(ours.is_ok(), theirs.is_some(), "{text}: {ours:?}");
        let (Ok(ours), Some(theirs)) = (ours, theirs) else { continue };
        let mut ours = serde_json::to_value(ours).expect("memory");
        if !theirs.is_object() && !theirs.is_null() {
            ours = ours["_value"].take();
        }
        match theirs {
            Json::Number(number) => assert_eq!(ours.as_f64(), number.as_f64(), "{text}"),
            theirs => assert_eq!(ours, theirs, "{text}"),
        }
    }
}

/// Where we differ on purpose.
#[test]
fn a_known_member_stands_once() {
    let twice = [r#""label":"a""#, r#""\u006cabel":"a""#, r#""label":null"#, r#""_typeName":"Description""#];
    for second in twice {
        let json = format!("{{{KNOWN},{second}}}");
        assert!(serde(json.as_bytes()).is_some());
        let error = description(json.as_bytes()).expect_err("it stands twice").to_string();
        assert!(error.contains("stands twice"), "{error}");
    }
    let first_is_null = format!("{{\"label\":null,{KNOWN}}}");
    assert!(description(first_is_null.as_bytes()).is_ok(), "null is absent");
}
