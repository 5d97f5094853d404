//! Corrections of upstream mistakes, each a named function that changes the tree before it is read as OpenAPI. A
//! fixup fails when what it expects is not there, so that a newer document drops it loudly. An item that the document
//! does not have at all (a document may be a part of the API) needs no correction.

use crate::diagnostics::{Code, Diagnostics};
use crate::spec::{Pointer, Value};

/// Applies all fixups.
pub(crate) fn apply(name: &str, tree: &mut Value) -> Result<(), Diagnostics> {
    let root = Pointer::root(name);
    let mut problems = Diagnostics::default();
    unquoted_booleans(tree, &root, &mut problems);
    problems.into_result(Some(()))
}

/// Enums whose values YAML reads as booleans where the quotes are missing, with the values meant.
///
/// `Datastore.Accessible` of vSphere has the values `True` and `False`. Documents that were converted from JSON by a
/// careless tool have lost the quotes; openapiv3 then gives up on the whole schema.
const BOOLEAN_ENUMS: [(&str, [&str; 2]); 1] = [("DatastoreAccessible_enum", ["True", "False"])];

fn unquoted_booleans(tree: &mut Value, root: &Pointer, problems: &mut Diagnostics) {
    for (name, expected) in BOOLEAN_ENUMS {
        let path = ["components", "schemas", name, "enum"];
        let value = path[..3].iter().try_fold(&mut *tree, |value, key| value.get_mut(key));
        let Some(schema) = value else { continue };
        let values = schema.get_mut("enum").and_then(Value::as_sequence_mut);
        let fixed = values.is_some_and(|values| {
            values.iter_mut().zip(expected).for_each(|(value, text)| quote(value, text));
            values.len() == expected.len() && values.iter().zip(expected).all(|(value, text)| value == text)
        });
        if !fixed {
            let expected = expected.map(|text| format!("`{text}`")).join(", ");
            problems.add(Code::FixupMissed, &root.join_all(&path), &[&format!("the values {expected}")]);
        }
    }
}

/// `true` → `'True'`, if that is what is meant.
fn quote(value: &mut Value, text: &str) {
    if value.as_bool().is_some_and(|flag| flag.to_string() == text.to_lowercase()) {
        *value = Value::String(text.to_owned());
    }
}
