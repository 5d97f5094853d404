//! Schemas in place (of members, parameters, results) → types.

use std::borrow::Borrow;

use openapiv3::{
    ArrayType, IntegerFormat, IntegerType, NumberFormat, NumberType, ReferenceOr, Schema, SchemaKind, StringFormat,
    StringType, Type as SchemaType, VariantOrUnknownOrEmpty as Format,
};

use super::{Lowering, Named};
use crate::diagnostics::Code;
use crate::model::{Item, Primitive, Shape, Type};
use crate::spec::{Pointer, schema_name};

/// A type and what stands around it, whichever of the three forms (IDIOMS section 7) it has.
pub(super) struct Place {
    pub(super) ty: Type,
    pub(super) description: String,
    pub(super) deprecated: bool,
    pub(super) nullable: bool,
}

impl Lowering<'_> {
    /// The type of a member, a parameter or a result.
    pub(super) fn place<S: Borrow<Schema>>(&mut self, schema: &ReferenceOr<S>, at: &Pointer) -> Option<Place> {
        match schema {
            ReferenceOr::Reference { reference } => {
                let item = self.resolve(reference, &at.join("$ref"))?;
                let siblings = self.document.siblings(at);
                Some(Place {
                    ty: Type { item, shape: Shape::One },
                    description: siblings.description.unwrap_or_default(),
                    deprecated: siblings.deprecated,
                    nullable: siblings.nullable,
                })
            }
            ReferenceOr::Item(schema) => {
                let Schema { schema_data, schema_kind } = schema.borrow();
                Some(Place {
                    ty: self.ty(schema_kind, at)?,
                    description: schema_data.description.clone().unwrap_or_default(),
                    deprecated: schema_data.deprecated,
                    nullable: schema_data.nullable,
                })
            }
        }
    }

    fn ty(&mut self, kind: &SchemaKind, at: &Pointer) -> Option<Type> {
        let item = match kind {
            SchemaKind::Type(SchemaType::Array(array)) => return self.list(array, at),
            SchemaKind::Type(SchemaType::String(string)) => self.string(string, at)?,
            SchemaKind::Type(SchemaType::Integer(integer)) => self.integer(integer, at)?,
            SchemaKind::Type(SchemaType::Number(number)) => self.number(number, at)?,
            SchemaKind::Type(SchemaType::Boolean(_)) => Item::Primitive(Primitive::Boolean),
            // One-element `allOf` in place of a member is an alias, how the 9.x documents describe a reference.
            SchemaKind::AllOf { all_of } => match all_of.as_slice() {
                [ReferenceOr::Reference { reference }] => {
                    self.resolve(reference, &at.join_all(&["allOf", "0", "$ref"]))?
                }
                _ => return self.fail(Code::NotOneAllOf, &at.join("allOf"), &[]),
            },
            SchemaKind::Type(SchemaType::Object(_)) => {
                return self.fail(Code::InlineObject, at, &[]);
            }
            SchemaKind::Any(_) | SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } | SchemaKind::Not { .. } => {
                return self.fail(Code::MixedSchema, at, &[]);
            }
        };
        Some(Type { item, shape: Shape::One })
    }

    fn list(&mut self, array: &ArrayType, at: &Pointer) -> Option<Type> {
        let at = at.join("items");
        let Some(items) = &array.items else {
            return self.fail(Code::NoItems, &at, &[]);
        };
        let Place { ty, .. } = self.place(items, &at)?;
        match ty.shape {
            Shape::One => Some(Type { shape: Shape::List, ..ty }),
            Shape::List => self.fail(Code::NestedArray, &at, &[]),
        }
    }

    fn string(&mut self, string: &StringType, at: &Pointer) -> Option<Item> {
        let primitive = match &string.format {
            Format::Empty => Primitive::String,
            Format::Item(StringFormat::Password) => Primitive::Secret,
            Format::Item(StringFormat::DateTime) => Primitive::DateTime,
            Format::Item(StringFormat::Byte) => Primitive::Binary,
            Format::Item(StringFormat::Date) => return self.format("date", "string", at),
            Format::Item(StringFormat::Binary) => return self.format("binary", "string", at),
            Format::Unknown(format) => return self.format(format, "string", at),
        };
        Some(Item::Primitive(primitive))
    }

    /// A width is told by the format or by the bounds, never by both.
    fn integer(&mut self, integer: &IntegerType, at: &Pointer) -> Option<Item> {
        let primitive = match (&integer.format, integer.minimum, integer.maximum) {
            (Format::Item(IntegerFormat::Int32), None, None) => Primitive::Int,
            (Format::Item(IntegerFormat::Int64), None, None) => Primitive::Long,
            (Format::Empty, Some(-128), Some(127)) => Primitive::Byte,
            (Format::Empty, Some(-32768), Some(32767)) => Primitive::Short,
            (Format::Unknown(format), ..) => return self.format(format, "integer", at),
            _ => return self.fail(Code::IntegerWidth, at, &[]),
        };
        Some(Item::Primitive(primitive))
    }

    fn number(&mut self, number: &NumberType, at: &Pointer) -> Option<Item> {
        let primitive = match (&number.format, number.minimum, number.maximum) {
            (Format::Item(NumberFormat::Float), None, None) => Primitive::Float,
            (Format::Item(NumberFormat::Double), None, None) => Primitive::Double,
            (Format::Unknown(format), ..) => return self.format(format, "number", at),
            _ => return self.fail(Code::NumberWidth, at, &[]),
        };
        Some(Item::Primitive(primitive))
    }

    fn format(&mut self, format: &str, ty: &str, at: &Pointer) -> Option<Item> {
        self.fail(Code::UnknownFormat, &at.join("format"), &[format, ty])
    }

    /// The item that a `$ref` leads to.
    fn resolve(&mut self, reference: &str, at: &Pointer) -> Option<Item> {
        let named = schema_name(reference).and_then(|name| self.names.get(name));
        match named.copied() {
            None => self.fail(Code::DanglingRef, at, &[reference]),
            Some(Named::Any) => Some(Item::Any),
            Some(Named::Reference) => Some(Item::Reference(None)),
            Some(Named::Type(id)) => Some(Item::Object(id)),
            Some(Named::Enum(id)) => {
                self.used_enums.insert(id);
                Some(Item::Enum(id))
            }
            Some(Named::Request(_) | Named::Box) => self.fail(Code::NotAMemberType, at, &[reference]),
            Some(Named::Broken) => None,
        }
    }
}
