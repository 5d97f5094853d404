//! Values of declared types as values of any type: what the property collector sends.

use vim25_runtime::{Any, Array, Item, NamedText, Text, Value};

/// A value of a declared type as a value of any type; `None` if it is not of that type.
pub(crate) fn boxed(value: &Value, item: Item) -> Option<Any> {
    Some(match value {
        Value::Boolean(value) => Any::Boolean(*value),
        Value::Integer(value) => match item {
            Item::Byte => Any::Byte((*value).try_into().ok()?),
            Item::Short => Any::Short((*value).try_into().ok()?),
            Item::Int => Any::Int((*value).try_into().ok()?),
            _ => Any::Long(*value),
        },
        Value::Float(value) => Any::Float(*value),
        Value::Double(value) => Any::Double(*value),
        Value::String(text) => match item {
            Item::Enum(info) => Any::Named(NamedText { type_name: Text::from_static(info.name), text: text.clone() }),
            _ => Any::String(text.clone()),
        },
        Value::Secret(secret) => Any::String(secret.expose().into()),
        Value::DateTime(time) => Any::DateTime(time.clone()),
        Value::Binary(bytes) => Any::Binary(bytes.to_vec()),
        Value::Reference(reference) => Any::Reference((**reference).clone()),
        Value::Object(object) => Any::Object(object.clone()),
        Value::Any(any) => (**any).clone(),
        Value::List(list) => Any::Array(Array { type_name: array_name(item), list: list.clone() }),
        _ => return None,
    })
}

/// The name of the type of an array: that of the declared element, also if all elements are of a subtype.
fn array_name(item: Item) -> Text {
    Text::from_static(match item {
        Item::Boolean => "ArrayOfBoolean",
        Item::Byte => "ArrayOfByte",
        Item::Short => "ArrayOfShort",
        Item::Int => "ArrayOfInt",
        Item::Long => "ArrayOfLong",
        Item::Float => "ArrayOfFloat",
        Item::Double => "ArrayOfDouble",
        Item::String | Item::Secret => "ArrayOfString",
        Item::DateTime => "ArrayOfDateTime",
        Item::Binary => "ArrayOfBase64Binary",
        Item::Enum(info) => return format!("ArrayOf{}", info.name).into(),
        Item::Reference(_) => "ArrayOfManagedObjectReference",
        Item::Object(ty) => return format!("ArrayOf{}", ty.name()).into(),
        Item::Any => "ArrayOfAnyType",
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vim25_api::types::{OptionValue, VirtualCdrom, VirtualDevice};
    use vim25_api::{REGISTRY, mo};
    use vim25_runtime::{DataType, Element, List, ManagedObjectReference, Ref};

    use super::*;

    #[track_caller]
    fn check(value: impl Into<Value>, item: Item, expected: &serde_json::Value) {
        let any = boxed(&value.into(), item).unwrap();
        assert_eq!(&serde_json::to_value(any).unwrap(), expected);
    }

    #[test]
    fn scalars_stand_in_a_box_of_their_declared_type() {
        check(true, Item::Boolean, &json!({ "_typeName": "boolean", "_value": true }));
        check(7_i64, Item::Short, &json!({ "_typeName": "short", "_value": 7 }));
        check(7_i64, Item::Int, &json!({ "_typeName": "int", "_value": 7 }));
        check(7_i64, Item::Long, &json!({ "_typeName": "long", "_value": 7 }));
        check("x".to_owned(), Item::String, &json!({ "_typeName": "string", "_value": "x" }));
        let status = REGISTRY.find_enum("ManagedEntityStatus").unwrap();
        let expected = json!({ "_typeName": "ManagedEntityStatus", "_value": "gray" });
        check("gray".to_owned(), Item::Enum(status), &expected);
        assert_eq!(boxed(&Value::Integer(300), Item::Byte), None);
    }

    #[test]
    fn objects_and_references_stand_as_they_are() {
        let folder = ManagedObjectReference::new("Folder", "group-d1");
        let expected = json!({ "_typeName": "ManagedObjectReference", "type": "Folder", "value": "group-d1" });
        check(folder, Item::Reference(None), &expected);
        let mut option = OptionValue::new();
        option.set_key("k").set_value(Any::Int(1));
        let expected = json!({ "_typeName": "OptionValue", "key": "k", "value": { "_typeName": "int", "_value": 1 } });
        check(option, Item::Object(OptionValue::TYPE), &expected);
        check(Any::Int(1), Item::Any, &json!({ "_typeName": "int", "_value": 1 }));
    }

    #[test]
    fn arrays_are_named_for_the_declared_element() {
        let mut cdrom = VirtualCdrom::new();
        cdrom.set_key(3000);
        let devices = VirtualCdrom::into_list(vec![cdrom]);
        let expected = json!({
            "_typeName": "ArrayOfVirtualDevice",
            "_value": [{ "_typeName": "VirtualCdrom", "key": 3000 }],
        });
        check(devices, Item::Object(VirtualDevice::TYPE), &expected);
        let hosts = Ref::into_list(vec![Ref::<mo::HostSystem>::new("host-1")]);
        let any = boxed(&hosts.into(), Item::Reference(Some(&"HostSystem"))).unwrap();
        assert_eq!(any.type_name(), "ArrayOfManagedObjectReference");
        check(List::Ints(vec![1].into()), Item::Int, &json!({ "_typeName": "ArrayOfInt", "_value": [1] }));
    }
}
