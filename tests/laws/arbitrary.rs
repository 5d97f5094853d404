//! A value of any type, made from its table.

use std::collections::HashMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use vim25::{
    Any, Array, DateTime, Field, Item, List, ManagedObjectReference, NamedText, Object, REGISTRY, Secret, TypeInfo,
    Value,
};

use crate::choices::{Choices, numbers};

/// Objects in objects beyond this have their required members only; chains of those end soon.
const MAX_DEPTH: usize = 10;

/// All data types, faults and request types.
pub(crate) static TYPES: LazyLock<Vec<&'static TypeInfo>> = LazyLock::new(|| {
    let requests = REGISTRY.operations.iter().filter_map(|operation| operation.request);
    REGISTRY.types.iter().copied().chain(requests).collect()
});

/// Each data type with all its descendants, itself first.
static DESCENDANTS: LazyLock<HashMap<&'static str, Vec<&'static TypeInfo>>> = LazyLock::new(|| {
    let mut found: HashMap<_, Vec<_>> = REGISTRY.types.iter().map(|ty| (ty.name(), vec![*ty])).collect();
    for ty in REGISTRY.types {
        for base in ty.ancestry().skip(1) {
            found.entry(base.name()).or_default().push(ty);
        }
    }
    found
});

/// An object of any type, complete.
pub(crate) fn object() -> impl Strategy<Value = Object> {
    (0..TYPES.len(), numbers(300)).prop_map(|(ty, numbers)| Arbitrary::new(numbers).object(TYPES[ty], 0))
}

/// An object of any type that may lack required members, at any depth.
pub(crate) fn object_with_gaps() -> impl Strategy<Value = Object> {
    (0..TYPES.len(), numbers(300))
        .prop_map(|(ty, numbers)| Arbitrary { has_gaps: true, ..Arbitrary::new(numbers) }.object(TYPES[ty], 0))
}

/// Makes values by choices.
pub(crate) struct Arbitrary {
    choices: Choices,
    has_gaps: bool,
}

impl Arbitrary {
    pub(crate) fn new(numbers: Vec<u32>) -> Self {
        Self { choices: Choices::new(numbers), has_gaps: false }
    }

    /// Makes the simplest value of each type.
    pub(crate) fn simplest() -> Self {
        Self { choices: Choices::none(), has_gaps: false }
    }

    pub(crate) fn object(&mut self, ty: &'static TypeInfo, depth: usize) -> Object {
        let mut object = Object::new(ty);
        for field in ty.fields().filter(|field| field.is_required) {
            if !(self.has_gaps && self.choices.one_in(4)) {
                self.set(&mut object, field, depth);
            }
        }
        let others = if depth < MAX_DEPTH && ty.field_count() > 0 { self.choices.below(8) } else { 0 };
        for _ in 0..others {
            let field = ty.field(self.choices.below(ty.field_count())).expect("it is below the number of members");
            if !field.is_required {
                self.set(&mut object, field, depth);
            }
        }
        while self.choices.one_in(8) {
            let name = format!("newer{}", self.text());
            object.unknown_mut().insert(name, self.json(0));
        }
        object
    }

    fn set(&mut self, object: &mut Object, field: &Field, depth: usize) {
        let value = self.value(field, depth);
        object.insert(field.name, value).unwrap_or_else(|value| panic!("{object:?}.{}: {value:?}", field.name));
    }

    /// A value that a member can have.
    pub(crate) fn value(&mut self, field: &Field, depth: usize) -> Value {
        if field.is_list { self.list(field.item, depth).into() } else { self.one(field.item, depth) }
    }

    fn one(&mut self, item: Item, depth: usize) -> Value {
        match item {
            Item::Boolean => self.boolean().into(),
            Item::Byte => self.byte().into(),
            Item::Short => self.short().into(),
            Item::Int => self.int().into(),
            Item::Long => self.long().into(),
            Item::Float => self.float().into(),
            Item::Double => self.double().into(),
            Item::String => self.text().into(),
            Item::Enum(info) => self.text_of_enum(info.values).into(),
            Item::Secret => Secret::from(self.text()).into(),
            Item::DateTime => self.date_time().into(),
            Item::Binary => self.binary().into(),
            Item::Reference(kind) => self.reference(kind).into(),
            Item::Object(ty) => Value::Object(self.heir(ty, depth + 1)),
            Item::Any => self.any(depth + 1).into(),
        }
    }

    fn list(&mut self, item: Item, depth: usize) -> List {
        match item {
            Item::Boolean => List::Booleans(self.many(Self::boolean).into()),
            Item::Byte => List::Bytes(self.many(Self::byte).into()),
            Item::Short => List::Shorts(self.many(Self::short).into()),
            Item::Int => List::Ints(self.many(Self::int).into()),
            Item::Long => List::Longs(self.many(Self::long).into()),
            Item::Float => List::Floats(self.many(Self::float).into()),
            Item::Double => List::Doubles(self.many(Self::double).into()),
            Item::String => List::Strings(self.many(|one| one.text().into()).into()),
            Item::Enum(info) => List::Strings(self.many(|one| one.text_of_enum(info.values).into()).into()),
            Item::Secret => List::Secrets(self.many(|one| Secret::from(one.text())).into()),
            Item::DateTime => List::DateTimes(self.many(Self::date_time).into()),
            Item::Binary => List::Binaries(self.many(Self::binary).into()),
            Item::Reference(kind) => List::References(self.many(|one| one.reference(kind)).into()),
            Item::Object(ty) => List::Objects(self.few(depth, |one| one.heir(ty, depth + 1)).into()),
            Item::Any => List::Anys(self.few(depth, |one| one.any(depth + 1)).into()),
        }
    }

    fn many<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        let length = self.choices.pick(&[0, 1, 2, 5, 40]);
        (0..length).map(|_| make(self)).collect()
    }

    fn few<T>(&mut self, depth: usize, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        let length = if depth < MAX_DEPTH { self.choices.pick(&[0, 1, 1, 2, 3]) } else { 0 };
        (0..length).map(|_| make(self)).collect()
    }

    /// An object of a type or of one of its descendants.
    fn heir(&mut self, declared: &'static TypeInfo, depth: usize) -> Object {
        let heirs = &DESCENDANTS[declared.name()];
        let ty = if depth < MAX_DEPTH && self.choices.one_in(2) { self.choices.pick(heirs) } else { declared };
        self.object(ty, depth)
    }

    /// A value of any type, of each kind that there is.
    fn any(&mut self, depth: usize) -> Any {
        match self.choices.below(if depth < MAX_DEPTH { 16 } else { 14 }) {
            0 => Any::from(self.text()),
            1 => self.boolean().into(),
            2 => self.byte().into(),
            3 => self.short().into(),
            4 => self.int().into(),
            5 => self.long().into(),
            6 => self.float().into(),
            7 => self.double().into(),
            8 => self.date_time().into(),
            9 => Any::Binary(self.binary()),
            10 => self.reference(None).into(),
            11 => self.named(&["anyURI", "TypeName", "PropertyPath", "MethodName", "NeverHeardOf"], &[]),
            12 | 13 => {
                let info = self.choices.pick(REGISTRY.enums);
                self.named(&[info.name], info.values)
            }
            14 => {
                let ty = self.choices.pick(REGISTRY.types);
                Any::Object(self.object(ty, depth))
            }
            _ => Any::Array(self.array(depth)),
        }
    }

    fn named(&mut self, types: &[&'static str], values: &[&str]) -> Any {
        Any::Named(NamedText { type_name: self.choices.pick(types).into(), text: self.text_of_enum(values).into() })
    }

    fn array(&mut self, depth: usize) -> Array {
        let (ty, info) = (self.choices.pick(REGISTRY.types), self.choices.pick(REGISTRY.enums));
        let (name, item) = self.choices.pick(&[
            ("String", Item::String),
            ("Boolean", Item::Boolean),
            ("Byte", Item::Byte),
            ("Short", Item::Short),
            ("Int", Item::Int),
            ("Long", Item::Long),
            ("Float", Item::Float),
            ("Double", Item::Double),
            ("DateTime", Item::DateTime),
            ("Base64Binary", Item::Binary),
            ("AnyURI", Item::String),
            ("PropertyPath", Item::String),
            ("ManagedObjectReference", Item::Reference(None)),
            ("AnyType", Item::Any),
            (ty.name(), Item::Object(ty)),
            (info.name, Item::Enum(info)),
        ]);
        Array { type_name: format!("ArrayOf{name}").into(), list: self.list(item, depth) }
    }

    /// JSON that no type is known for.
    fn json(&mut self, depth: usize) -> serde_json::Value {
        match self.choices.below(if depth < 4 { 8 } else { 6 }) {
            0 => serde_json::Value::Null,
            1 => self.boolean().into(),
            2 => self.long().into(),
            3 => self.choices.pick(&[u64::MAX, 1 << 63]).into(),
            4 => self.double().into(),
            5 => self.text().into(),
            6 => (0..self.choices.below(4)).map(|_| self.json(depth + 1)).collect(),
            _ => (0..self.choices.below(4)).map(|_| (self.text(), self.json(depth + 1))).collect(),
        }
    }

    fn boolean(&mut self) -> bool {
        self.choices.one_in(2)
    }

    fn byte(&mut self) -> i8 {
        self.choices.pick(&[0, 1, -1, i8::MIN, i8::MAX])
    }

    fn short(&mut self) -> i16 {
        self.choices.pick(&[0, 1, -1, i16::MIN, i16::MAX])
    }

    fn int(&mut self) -> i32 {
        let any = self.choices.number().cast_signed();
        self.choices.pick(&[0, 1, -1, i32::MIN, i32::MAX, any])
    }

    fn long(&mut self) -> i64 {
        let any = i64::from(self.choices.number()) * i64::from(self.choices.number().cast_signed());
        self.choices.pick(&[0, 1, -1, i64::MIN, i64::MAX, 1 << 53, (1 << 53) + 1, any])
    }

    fn float(&mut self) -> f32 {
        let any = f32::from_bits(self.choices.number());
        let any = if any.is_finite() { any } else { f32::MIN_POSITIVE };
        self.choices.pick(&[0.0, -0.0, 0.1, 1e16, f32::MAX, f32::MIN, f32::EPSILON, f32::from_bits(1), any])
    }

    fn double(&mut self) -> f64 {
        let any = f64::from_bits(u64::from(self.choices.number()) << 32 | u64::from(self.choices.number()));
        let any = if any.is_finite() { any } else { f64::MIN_POSITIVE };
        self.choices.pick(&[0.0, -0.0, 0.1, 1e23, f64::MAX, f64::MIN, 5e-324, 9_007_199_254_740_993.0, any])
    }

    fn binary(&mut self) -> Vec<u8> {
        let length = self.choices.pick(&[0, 1, 2, 3, 4, 100]);
        (0..length).map(|_| self.choices.number().to_le_bytes()[0]).collect()
    }

    fn date_time(&mut self) -> DateTime {
        let text = self.text();
        self.choices.pick(&["2024-02-29T23:59:59.123456Z", "1970-01-01T00:00:00+14:00", &text]).into()
    }

    fn reference(&mut self, kind: Option<&&str>) -> ManagedObjectReference {
        ManagedObjectReference::new(kind.copied().unwrap_or("ManagedEntity"), self.text())
    }

    /// A value of an enum, or a newer one.
    fn text_of_enum(&mut self, values: &[&str]) -> String {
        if values.is_empty() || self.choices.one_in(4) { self.text() } else { self.choices.pick(values).to_owned() }
    }

    /// A text; of those that are kept in place, and of those that just are not.
    fn text(&mut self) -> String {
        const ODD: [char; 20] = [
            'a',
            'b',
            '"',
            '\\',
            '\n',
            '\r',
            '\t',
            '\0',
            '\u{1f}',
            '\u{7f}',
            '\u{80}',
            'é',
            '\u{7ff}',
            '\u{2028}',
            '\u{d7ff}',
            '\u{e000}',
            '\u{ffff}',
            '\u{10000}',
            '😀',
            '\u{10ffff}',
        ];
        match self.choices.below(6) {
            0 => String::new(),
            1 => "vm-42".to_owned(),
            2 => "x".repeat(22 + self.choices.below(3)),
            3 => {
                // Of 22, 23 or 24 bytes, and ends with a character of several.
                let end = self.choices.pick(&["é", "漢", "😀"]);
                "x".repeat(22 + self.choices.below(3) - end.len()) + end
            }
            4 => (0..self.choices.below(12)).map(|_| self.choices.pick(&ODD)).collect(),
            _ => (0..self.choices.below(200)).map(|_| if self.choices.one_in(9) { '\\' } else { 'y' }).collect(),
        }
    }
}
