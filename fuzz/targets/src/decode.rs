//! Arbitrary bytes as anything.

use serde_json::Value as Json;
use vim25_runtime::Value;

use crate::place::Place;

/// Nothing panics. An error has a path and a message. What is accepted is JSON for serde_json too, `null` is no value and
/// nothing else is, and `malformed` is only said of what is no JSON. What was read can be cloned, compared and shown.
pub fn decode(data: &[u8]) {
    let Some((place, json)) = Place::of(data) else { return };
    let tree = serde_json::from_slice::<Json>(json);
    match place.decode(json) {
        Ok(value) => {
            let tree = tree.unwrap_or_else(|error| panic!("accepted as {place:?}, though it is no JSON: {error}"));
            assert_eq!(value.is_none(), tree.is_null(), "as {place:?}");
            value.as_ref().inspect(|value| look_at(value));
        }
        Err(error) => {
            assert!(!error.path.is_empty() && !error.message.is_empty(), "{error:?}");
            assert!(!error.message.contains("not the JSON of VI JSON"), "JSON, as {place:?}: {error}");
        }
    }
}

fn look_at(value: &Value) {
    let copy = value.clone();
    assert_eq!(&copy, value);
    assert!(!format!("{copy:?}").is_empty());
    drop(copy);
    if let Value::Object(object) = value {
        // Any answer will do.
        let _ = object.check();
    }
}
