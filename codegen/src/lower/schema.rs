//! `components.schemas` → data types, enums and request types.

use indexmap::IndexMap;
use openapiv3::{AnySchema, ObjectType, ReferenceOr, Schema, SchemaKind, Type as SchemaType};

use super::{Lowering, Named, prose};
use crate::diagnostics::Code;
use crate::model::{
    About, DataType, EnumId, EnumType, EnumUsage, EnumValue, Excluded, Family, Field, Item, Presence, Primitive,
    RequestId, RequestType, Secrecy, TypeId, WireName,
};
use crate::spec::{Pointer, schema_name};

/// The keywords of an object schema. `type: object` beside `allOf` is an `AnySchema` for openapiv3.
struct ObjectSchema<'a> {
    properties: &'a IndexMap<String, ReferenceOr<Box<Schema>>>,
    required: &'a [String],
    all_of: &'a [ReferenceOr<Schema>],
}

fn object_schema(schema: &Schema) -> Option<ObjectSchema<'_>> {
    match &schema.schema_kind {
        SchemaKind::Type(SchemaType::Object(ObjectType { properties, required, .. })) => {
            Some(ObjectSchema { properties, required, all_of: &[] })
        }
        SchemaKind::Any(AnySchema { typ, properties, required, all_of, .. }) if typ.as_deref() == Some("object") => {
            Some(ObjectSchema { properties, required, all_of })
        }
        _ => None,
    }
}

/// What the two steps of lowering call each kind of schema that has no item of its own.
pub(crate) const ANYTHING: &str = "any value, built into the runtime";
pub(crate) const REFERENCE: &str = "reference to a managed object, built into the runtime";
pub(crate) const BOXED_VALUE: &str = "boxed value, only met in any value";
pub(crate) const BOXED_ARRAY: &str = "boxed array, only met in any value";

impl<'a> Lowering<'a> {
    /// Gives each schema name its meaning.
    pub(super) fn declare_schemas(&mut self) {
        for (name, schema) in &self.document.schemas {
            let named = self.declare(name, schema);
            self.names.insert(name, named);
        }
    }

    fn declare(&mut self, name: &'a str, schema: &Schema) -> Named {
        let at = self.schema_pointer(name);
        if schema.schema_data.discriminator.is_some() && name != "Any" {
            let values = ["discriminator", "a schema other than `Any`"];
            self.problems.add(Code::UnhandledKeyword, &at.join("discriminator"), &values);
        }
        let Some(object) = object_schema(schema) else {
            return self.declare_enum(name, schema, &at);
        };
        match name {
            "Any" => return self.exclude(name, ANYTHING, Named::Any),
            "ManagedObjectReference" => return self.exclude(name, REFERENCE, Named::Reference),
            _ => {}
        }
        if object.properties.contains_key("_value") {
            let reason = if name.starts_with("ArrayOf") { BOXED_ARRAY } else { BOXED_VALUE };
            return self.exclude(name, reason, Named::Box);
        }
        if object.all_of.is_empty() && name.ends_with("RequestType") {
            self.requests += 1;
            return Named::Request(RequestId(self.requests - 1));
        }
        self.types.push(name);
        Named::Type(TypeId(self.types.len() - 1))
    }

    fn declare_enum(&mut self, name: &str, schema: &Schema, at: &Pointer) -> Named {
        let is_text = matches!(&schema.schema_kind, SchemaKind::Type(SchemaType::String(string))
            if !string.enumeration.is_empty() && string.format.is_empty());
        if !is_text {
            self.problems.add(Code::NoKindOfSchema, at, &[name]);
            return Named::Broken;
        }
        if !name.ends_with("_enum") {
            self.problems.add(Code::EnumWithoutSuffix, at, &[name]);
            return Named::Broken;
        }
        self.enums += 1;
        Named::Enum(EnumId(self.enums - 1))
    }

    fn exclude(&mut self, name: &str, reason: &'static str, named: Named) -> Named {
        self.excluded.push(Excluded { name: WireName(name.to_owned()), reason });
        named
    }

    pub(super) fn schema_pointer(&self, name: &str) -> Pointer {
        self.document.root.join_all(&["components", "schemas", name])
    }

    /// Checks the boxes, which become nothing: `_value`, required, below `Any`.
    pub(super) fn check_boxes(&mut self) {
        let document = self.document;
        for (name, schema) in &document.schemas {
            let Some(object) = object_schema(schema).filter(|_| self.names[name.as_str()] == Named::Box) else {
                continue;
            };
            let at = self.schema_pointer(name);
            let parent = object.all_of.first().and_then(reference).and_then(schema_name);
            if object.properties.len() != 1 || object.required != ["_value"] || parent != Some("Any") {
                self.problems.add(Code::BoxShape, &at, &[name]);
            }
            let used = self.used_enums.clone();
            let value = &object.properties["_value"];
            if let Some(place) = self.place(value, &at.join_all(&["properties", "_value"]))
                && let Item::Enum(id) = place.ty.item
            {
                self.boxed_enums.insert(id);
            }
            self.used_enums = used;
        }
    }

    pub(super) fn data_types(&mut self) -> Vec<DataType> {
        let document = self.document;
        let names = self.types.clone();
        let mut parents: Vec<_> = names.iter().map(|name| self.parent(name)).collect();
        self.cut_cycles(&mut parents);
        let mut types = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let schema = &document.schemas[*name];
            let at = self.schema_pointer(name);
            let fields = self.fields(schema, &at);
            types.push(DataType {
                name: WireName((*name).to_owned()),
                parent: parents[index],
                family: family(&names, &parents, TypeId(index)),
                fields,
                about: self.about_schema(schema, &at),
            });
        }
        self.check_shadowing(&types);
        types
    }

    /// The one element of `allOf` beside `type: object`.
    fn parent(&mut self, name: &str) -> Option<TypeId> {
        let at = self.schema_pointer(name);
        let object = object_schema(&self.document.schemas[name])?;
        let Some(parent) = object.all_of.first() else {
            return self.fail(Code::NoParent, &at, &[name]);
        };
        let at = at.join("allOf");
        let Some(parent) = reference(parent).filter(|_| object.all_of.len() == 1) else {
            return self.fail(Code::NotOneAllOf, &at, &[]);
        };
        let at = at.join_all(&["0", "$ref"]);
        match schema_name(parent).and_then(|parent| self.names.get(parent).copied()) {
            None => self.fail(Code::DanglingRef, &at, &[parent]),
            Some(Named::Type(id)) => Some(id),
            Some(Named::Any) if matches!(name, "DataObject" | "MethodFault") => None,
            Some(Named::Any) => self.fail(Code::UnknownRoot, &at, &[name]),
            Some(Named::Broken) => None,
            Some(_) => self.fail(Code::NotABase, &at, &[parent]),
        }
    }

    /// Reports each type that is its own ancestor, and lets it be a root so that the rest can be checked.
    fn cut_cycles(&mut self, parents: &mut [Option<TypeId>]) {
        for index in 0..parents.len() {
            let start = TypeId(index);
            let mut chain = vec![start];
            let mut next = parents[index];
            while let Some(id) = next {
                let again = chain.contains(&id);
                chain.push(id);
                next = parents[id.0].filter(|_| !again);
            }
            if chain.len() > 1 && chain.last() == Some(&start) {
                let name = self.types[index];
                let chain: Vec<_> = chain.iter().map(|id| self.types[id.0]).collect();
                let at = self.schema_pointer(name).join("allOf");
                self.problems.add(Code::CyclicInheritance, &at, &[name, &chain.join(" → ")]);
                parents[index] = None;
            }
        }
    }

    fn check_shadowing(&mut self, types: &[DataType]) {
        for ty in types {
            let mut next = ty.parent;
            while let Some(id) = next {
                let base = &types[id.0];
                for field in ty.fields.iter().filter(|field| base.fields.iter().any(|other| other.name == field.name)) {
                    let values = [field.name.as_str(), base.name.as_str()];
                    self.problems.add(Code::ShadowedField, &field.about.origin, &values);
                }
                next = base.parent;
            }
        }
    }

    pub(super) fn request_types(&mut self) -> Vec<RequestType> {
        let document = self.document;
        let mut requests = Vec::new();
        for (name, schema) in &document.schemas {
            if matches!(self.names[name.as_str()], Named::Request(_)) {
                let at = self.schema_pointer(name);
                let fields = self.fields(schema, &at);
                let about = self.about_schema(schema, &at);
                requests.push(RequestType { name: WireName(name.clone()), fields, about });
            }
        }
        requests
    }

    fn fields(&mut self, schema: &Schema, at: &Pointer) -> Vec<Field> {
        let Some(object) = object_schema(schema) else {
            return Vec::new();
        };
        for (index, name) in object.required.iter().enumerate() {
            if !object.properties.contains_key(name) {
                self.problems.add(Code::RequiredUnknown, &at.join_all(&["required", &index.to_string()]), &[name]);
            }
        }
        let at = at.join("properties");
        let properties = object.properties.iter();
        properties.filter_map(|(name, schema)| self.field(name, schema, object.required, &at.join(name))).collect()
    }

    fn field(
        &mut self,
        name: &str,
        schema: &ReferenceOr<Box<Schema>>,
        required: &[String],
        at: &Pointer,
    ) -> Option<Field> {
        let place = self.place(schema, at)?;
        let mut prose = prose::read(&place.description);
        let is_required = required.iter().any(|required| required == name);
        Some(Field {
            name: WireName(name.to_owned()),
            ty: self.refer(place.ty, prose.refers.as_deref()),
            presence: if is_required { Presence::Required } else { Presence::Optional },
            secrecy: match place.ty.item {
                Item::Primitive(Primitive::Secret) => Secrecy::Secret,
                _ => Secrecy::Public,
            },
            privileges: std::mem::take(&mut prose.privileges),
            about: self.about(prose, place.deprecated, at),
        })
    }

    fn about_schema(&self, schema: &Schema, at: &Pointer) -> About {
        let data = &schema.schema_data;
        let prose = prose::read(data.description.as_deref().unwrap_or_default());
        self.about(prose, data.deprecated, at)
    }

    /// Comes last: only now it is known which enums are used.
    pub(super) fn enums(&mut self) -> Vec<EnumType> {
        let document = self.document;
        let mut enums = Vec::new();
        for (name, schema) in &document.schemas {
            let Named::Enum(id) = self.names[name.as_str()] else {
                continue;
            };
            let SchemaKind::Type(SchemaType::String(string)) = &schema.schema_kind else {
                continue;
            };
            let at = self.schema_pointer(name);
            let description = schema.schema_data.description.as_deref().unwrap_or_default();
            let (own, texts) = prose::possible_values(description);
            let values: Vec<_> = string.enumeration.iter().flatten().map(String::as_str).collect();
            self.check_texts(&values, &texts, &at);
            let is_typed = self.used_enums.contains(&id) || self.boxed_enums.contains(&id);
            let prose = prose::read(&own);
            let deprecated = schema.schema_data.deprecated || prose.deprecated.is_some();
            enums.push(EnumType {
                name: WireName(name.trim_end_matches("_enum").to_owned()),
                values: self.values(&values, &texts, &at.join("enum")),
                usage: if is_typed { EnumUsage::Typed } else { EnumUsage::Untyped },
                about: self.about(prose, deprecated, &at),
            });
        }
        enums
    }

    fn values(&self, values: &[&str], texts: &[(String, String)], at: &Pointer) -> Vec<EnumValue> {
        let value = |(index, name): (usize, &&str)| {
            let text = texts.iter().find(|(listed, _)| listed == name).map_or("", |(_, text)| text);
            let prose = prose::read(text);
            let deprecated = prose.deprecated.is_some();
            EnumValue {
                name: WireName((*name).to_owned()),
                about: self.about(prose, deprecated, &at.join(&index.to_string())),
            }
        };
        values.iter().enumerate().map(value).collect()
    }

    /// The values and the texts about them must not drift apart.
    fn check_texts(&mut self, values: &[&str], texts: &[(String, String)], at: &Pointer) {
        for (name, _) in texts.iter().filter(|(name, _)| !values.contains(&name.as_str())) {
            self.problems.add(Code::TextOfNoValue, &at.join("description"), &[name]);
        }
        for (index, value) in values.iter().enumerate() {
            if values[..index].contains(value) {
                self.problems.add(Code::ValueTwice, &at.join_all(&["enum", &index.to_string()]), &[value]);
            }
        }
    }
}

fn reference(schema: &ReferenceOr<Schema>) -> Option<&str> {
    match schema {
        ReferenceOr::Reference { reference } => Some(reference),
        ReferenceOr::Item(_) => None,
    }
}

/// Which of the two trees a type is in. The parents have no cycle.
fn family(names: &[&str], parents: &[Option<TypeId>], id: TypeId) -> Family {
    let mut next = Some(id);
    while let Some(id) = next {
        if names[id.0] == "MethodFault" {
            return Family::Fault;
        }
        next = parents[id.0];
    }
    Family::DataObject
}
