//! When two JSON documents say the same in VI JSON.

use serde_json::{Map, Value as Json};

const TYPE_NAME: &str = "_typeName";
const VALUE: &str = "_value";

/// The first place where what was written does not say what was read. These are the same: null and no member; 1 and 1.0;
/// a double and the nearest float; a bare value and its box; `byte[]` as base64 and as numbers; a reference in a box and
/// without; the fault in two wrappers and in the outer one.
pub(crate) fn difference(read: &Json, written: &Json) -> Option<String> {
    let differ = |same: bool| (!same).then(String::new);
    match (read, written) {
        (Json::Number(a), Json::Number(b)) => differ(is_near(a.as_f64(), b.as_f64())),
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            let mut items = a.iter().zip(b).enumerate();
            items.find_map(|(index, (a, b))| Some(format!("[{index}]{}", difference(a, b)?)))
        }
        (Json::Object(a), Json::Object(b)) => of_objects(a, b),
        // A bare value that got a box.
        (a, Json::Object(b)) if b.contains_key(TYPE_NAME) && b.len() == 2 => difference(a, b.get(VALUE)?),
        // `byte[]` in base64.
        (Json::String(_), Json::Array(b)) => differ(b.iter().all(Json::is_i64)),
        (a, b) => differ(a == b),
    }
}

fn of_objects(read: &Map<String, Json>, written: &Map<String, Json>) -> Option<String> {
    let member = |members: &Map<String, Json>, name: &str| members.get(name).cloned().unwrap_or_default();
    if written.contains_key(VALUE) {
        return difference(&member(read, VALUE), &member(written, VALUE)).map(|path| format!(".{VALUE}{path}"));
    }
    if let (Some(boxed), true) = (read.get(VALUE), written.contains_key("type")) {
        return difference(boxed, &Json::Object(written.clone()));
    }
    if let (Some(inner), Some(fault)) = (read.get("fault").and_then(|fault| fault.get("fault")), written.get("fault"))
        && fault.get("fault").is_none()
    {
        return difference(inner, fault);
    }
    let is_named = read.get(TYPE_NAME).is_some_and(|name| name != "");
    let is_of_names = |name: &&String| *name != TYPE_NAME || is_named;
    let mut names = read.keys().chain(written.keys()).filter(is_of_names);
    names.find_map(|name| {
        let (read, written) = (member(read, name), member(written, name));
        (!(read.is_null() && written.is_null()))
            .then(|| difference(&read, &written))
            .flatten()
            .map(|path| format!(".{name}{path}"))
    })
}

#[expect(clippy::cast_possible_truncation, reason = "this is what is compared")]
fn is_near(a: Option<f64>, b: Option<f64>) -> bool {
    a == b || a.map(|a| a as f32) == b.map(|b| b as f32)
}
