//! Decode, encode, decode.

use serde_json::Value as Json;

use crate::likeness::difference;
use crate::place::Place;

/// What is written is read back as an equal value, writing that gives the same bytes, and it has the members of what was
/// read first, as far as `difference` does not know of another form for the same.
pub fn round_trip(data: &[u8]) {
    let Some((place, json)) = Place::of(data) else { return };
    let Ok(Some(value)) = place.decode(json) else { return };
    let written = serde_json::to_string(&value).expect("values can be written");
    let again = match place.decode(written.as_bytes()) {
        Ok(again) => again.expect("what was written is no null"),
        // A bare value was put into a box, which is one level more.
        Err(error) if error.message.starts_with("recursion limit exceeded") => return,
        Err(error) => panic!("as {place:?}: {written} is not read back: {error}"),
    };
    assert_eq!(again, value, "as {place:?}: {written}");
    assert_eq!(serde_json::to_string(&again).expect("values can be written"), written);
    let (mut read, written): (Json, Json) =
        (serde_json::from_slice(json).expect("JSON"), serde_json::from_str(&written).expect("JSON"));
    if let (true, Some(members)) = (place.is_request(), read.as_object_mut()) {
        members.remove("_typeName");
    }
    if let Some(path) = difference(&read, &written) {
        panic!("as {place:?}: differs at {path}: {written}");
    }
}
