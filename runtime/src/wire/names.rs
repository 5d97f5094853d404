//! What the `_typeName`s of a reply stand for.
//!
//! A reply has few types and many objects, so each name is looked up once, and then found by a glance at its ends.

use std::cell::Cell;
use std::rc::Rc;

use crate::release::Release;
use crate::text::Text;
use crate::type_info::{EnumInfo, Field, Item, Registry, TypeInfo};

/// The boxed scalars, by their `_typeName`.
const SCALARS: [(&str, Item); 15] = [
    ("boolean", Item::Boolean),
    ("byte", Item::Byte),
    ("short", Item::Short),
    ("int", Item::Int),
    ("long", Item::Long),
    ("float", Item::Float),
    ("double", Item::Double),
    ("string", Item::String),
    ("dateTime", Item::DateTime),
    ("base64Binary", Item::Binary),
    // The name that one known server uses for it.
    ("binary", Item::Binary),
    ("anyURI", Item::String),
    ("TypeName", Item::String),
    ("PropertyPath", Item::String),
    ("MethodName", Item::String),
];

/// The boxed arrays of scalars, by the part of their `_typeName` after `ArrayOf`.
const ARRAYS: [(&str, Item); 17] = [
    ("Boolean", Item::Boolean),
    ("Byte", Item::Byte),
    ("Short", Item::Short),
    ("Int", Item::Int),
    ("Long", Item::Long),
    ("Float", Item::Float),
    ("Double", Item::Double),
    ("String", Item::String),
    ("DateTime", Item::DateTime),
    ("Base64Binary", Item::Binary),
    ("Binary", Item::Binary),
    ("AnyURI", Item::String),
    ("TypeName", Item::String),
    ("PropertyPath", Item::String),
    ("MethodName", Item::String),
    ("ManagedObjectReference", Item::Reference(None)),
    ("AnyType", Item::Any),
];

/// What a `_typeName` stands for.
#[derive(Clone)]
pub(super) enum Meaning {
    /// A boxed scalar.
    Scalar(&'static str, Item),
    /// A reference to a managed object.
    Reference,
    /// A data object or a fault.
    Type(&'static TypeInfo),
    /// A boxed value of an enum.
    Enum(&'static EnumInfo),
    /// A boxed array, with its whole name.
    Array(Item, Text),
    /// Nothing that this version of the crate knows.
    Unknown,
}

/// A type with its members in a row.
pub(super) struct Shape {
    pub(super) ty: &'static TypeInfo,
    pub(super) fields: Box<[&'static Field]>,
    /// The indexes of the members that must be present.
    pub(super) required: Box<[usize]>,
    /// How many slots the last object of the type took: the next one is likely to take as many.
    pub(super) usual_slots: Cell<usize>,
    /// The index of the member that stood next, by the number of members that lay behind: objects of a type tend to leave
    /// out the same ones.
    next: Box<[Cell<usize>]>,
}

/// The names and types of one decoding that were met already.
pub(super) struct Names {
    registry: Option<&'static Registry>,
    /// The release of the other side.
    release: Option<Release>,
    meanings: Cache<(Text, Meaning)>,
    shapes: Cache<Rc<Shape>>,
}

impl Names {
    pub(super) fn new(registry: Option<&'static Registry>, release: Option<Release>) -> Self {
        Self { registry, release, meanings: Cache::new(), shapes: Cache::new() }
    }

    pub(super) fn registry(&self) -> Option<&'static Registry> {
        self.registry
    }

    pub(super) fn find_type(&mut self, name: &str) -> Option<&'static TypeInfo> {
        match self.find(name) {
            Meaning::Type(ty) => Some(ty),
            // The one data object that boxes know as something else.
            Meaning::Reference => self.registry?.find_type(name),
            _ => None,
        }
    }

    pub(super) fn find(&mut self, name: &str) -> Meaning {
        let make = || (name.into(), look_up(self.registry, name));
        self.meanings.get(bucket(name), |(known, _)| known == name, make).1.clone()
    }

    pub(super) fn shape(&mut self, ty: &'static TypeInfo) -> Rc<Shape> {
        let make = || Rc::new(Shape::new(ty, self.release));
        Rc::clone(self.shapes.get(bucket(ty.name()), |shape| std::ptr::eq(shape.ty, ty), make))
    }
}

/// What was met, found by a number that few share. Large enough for the types of a usual reply; after that many, all
/// are forgotten at once.
struct Cache<T> {
    /// One more than the index of an item; 0 for none.
    places: [u8; BUCKETS],
    items: Vec<T>,
}

const BUCKETS: usize = 256;

impl<T> Cache<T> {
    fn new() -> Self {
        Self { places: [0; BUCKETS], items: Vec::new() }
    }

    fn get(&mut self, bucket: usize, is_it: impl Fn(&T) -> bool, make: impl FnOnce() -> T) -> &T {
        let mut bucket = bucket % BUCKETS;
        while self.places[bucket] != 0 {
            let index = usize::from(self.places[bucket]) - 1;
            if is_it(&self.items[index]) {
                return &self.items[index];
            }
            bucket = (bucket + 1) % BUCKETS;
        }
        if self.items.len() == BUCKETS - 2 {
            self.items.clear();
            self.places = [0; BUCKETS];
        }
        self.items.push(make());
        self.places[bucket] = u8::try_from(self.items.len()).unwrap_or_default();
        &self.items[self.items.len() - 1]
    }
}

impl Shape {
    fn new(ty: &'static TypeInfo, release: Option<Release>) -> Self {
        let fields: Box<[&Field]> = ty.fields().collect();
        let is_due = |field: &Field| field.is_required && release.is_none_or(|release| field.is_in(release));
        let required: Box<[usize]> = (0..fields.len()).filter(|index| is_due(fields[*index])).collect();
        let least_slots = required.last().map_or(0, |last| last + 1);
        let next = (0..=fields.len()).map(Cell::new).collect();
        Self { ty, fields, required, usual_slots: Cell::new(least_slots), next }
    }

    /// The member that is expected when so many of the type lie behind, and its name.
    #[inline]
    pub(super) fn expected(&self, behind: usize) -> Option<(usize, &'static str)> {
        let index = self.next[behind].get();
        self.fields.get(index).map(|field| (index, field.name))
    }

    /// The index of the member with a wire name, which is expected at this place from now on.
    pub(super) fn index_of(&self, name: &str, behind: usize) -> Option<usize> {
        let index = (behind..self.fields.len()).chain(0..behind).find(|index| self.fields[*index].name == name)?;
        self.next[behind].set(index);
        Some(index)
    }
}

fn look_up(registry: Option<&'static Registry>, name: &str) -> Meaning {
    if let Some((scalar, item)) = SCALARS.iter().find(|(scalar, _)| *scalar == name) {
        return Meaning::Scalar(scalar, *item);
    }
    if name == "ManagedObjectReference" {
        return Meaning::Reference;
    }
    let find_type = |name| registry.and_then(|registry| registry.find_type(name));
    let find_enum = |name| registry.and_then(|registry| registry.find_enum(name));
    if let Some(ty) = find_type(name) {
        return Meaning::Type(ty);
    }
    if let Some(info) = find_enum(name) {
        return Meaning::Enum(info);
    }
    let element = |element| {
        let scalar = ARRAYS.iter().find(|(scalar, _)| *scalar == element).map(|(_, item)| *item);
        scalar.or_else(|| find_type(element).map(Item::Object)).or_else(|| find_enum(element).map(Item::Enum))
    };
    name.strip_prefix("ArrayOf").and_then(element).map_or(Meaning::Unknown, |item| Meaning::Array(item, name.into()))
}

/// From the length and the first and last eight bytes: names of families differ at one of the ends.
fn bucket(name: &str) -> usize {
    let bytes = name.as_bytes();
    let word = |part: Option<&[u8; 8]>| part.map_or(0, |part| u64::from_le_bytes(*part));
    let short = || bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    let ends = match bytes.last_chunk() {
        Some(last) => word(Some(last)) ^ word(bytes.first_chunk()).rotate_left(23),
        None => short(),
    };
    let mixed = (ends ^ bytes.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 56) as usize
}
