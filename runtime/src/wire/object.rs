//! JSON objects → [`Object`]s.
//!
//! `_typeName` stands first as a rule; then an object is one pass. Where it does not, the object is looked through for
//! it, and all objects in it at the same time, so that no byte is looked at more than twice.

use std::borrow::Cow;

use super::TYPE_NAME;
use super::decode::{Decoder, Place, shortened};
use super::failure::Decoded;
use super::names::Shape;
use crate::object::{Extra, FaultForm, JsonMap, Object};
use crate::type_info::{Item, TypeInfo};
use crate::value::Value;
use crate::wire::Strictness;

const LOCALIZED: &str = "LocalizedMethodFault";

/// An object whose members come next.
pub(super) struct Opened<'a> {
    /// Its `_typeName`, wherever it stands.
    pub(super) name: TypeName<'a>,
    /// Whether the name was the first member, and was read.
    pub(super) is_name_read: bool,
}

/// The `_typeName` of an object.
pub(super) enum TypeName<'a> {
    /// There is none.
    Absent,
    /// That of the declared type: by far the usual case, and told by a glance.
    Declared,
    /// Another one.
    Other(Cow<'a, str>),
}

/// The type of an object, by its `_typeName` and its place.
struct Kind {
    ty: &'static TypeInfo,
    /// The name, if this version of the crate does not know it.
    unknown_name: Option<String>,
    /// Whether the object is a `LocalizedMethodFault` where the document has a fault.
    is_wrapped: bool,
}

/// What comes next in an object.
enum Next<'a> {
    /// The member of the type at an index.
    Known(usize),
    /// A `_typeName`, or a member that the type does not know.
    Other(Cow<'a, str>),
    /// Nothing.
    End,
}

impl<'a> Decoder<'a> {
    /// An object whose place declares a type.
    pub(super) fn object(&mut self, declared: &'static TypeInfo) -> Decoded<Object> {
        if self.reader.peek() != b'{' {
            return Err(self.no_object(Item::Object(declared)).in_type(declared));
        }
        let start = self.reader.position();
        // The name of a request type is that of its method, if it is there at all.
        let opened = if declared.is_request() { self.open_nameless() } else { self.open(Some(declared)) };
        let opened = opened.map_err(|failure| failure.in_type(declared))?;
        let kind = self.kind(&opened.name, declared);
        let kind = kind.map_err(|failure| failure.in_named(TYPE_NAME).in_type(declared))?;
        if kind.is_wrapped {
            return self.wrapped(declared, opened.is_name_read).map_err(|failure| failure.in_type(declared));
        }
        let object = self.object_of(kind.ty, kind.unknown_name, &opened)?;
        // A wrapper without a name is known by its member.
        if matches!(opened.name, TypeName::Absent)
            && declared.is_fault()
            && object.unknown().get("fault").is_some_and(serde_json::Value::is_object)
        {
            self.reader.back_to(start);
            self.reader.enter(b'{')?;
            return self.wrapped(declared, false).map_err(|failure| failure.in_type(declared));
        }
        let is_flattened = declared.name() == LOCALIZED && kind.ty.is_fault();
        Ok(if is_flattened { wrap(declared, object) } else { object })
    }

    /// The members of an object whose type is known.
    pub(super) fn object_of(
        &mut self,
        ty: &'static TypeInfo,
        unknown_name: Option<String>,
        opened: &Opened<'_>,
    ) -> Decoded<Object> {
        let shape = self.names.shape(ty);
        let mut object = Object::with_room(ty, shape.usual_slots.get());
        let members = self.members(&shape, opened.is_name_read, &mut object);
        let complete = members.and_then(|unknown| self.require(&shape, &object).map(|()| unknown));
        let unknown = complete.map_err(|failure| failure.in_type(ty))?;
        shape.usual_slots.set(object.slot_count());
        if unknown_name.is_some() || unknown.is_some() {
            *object.extra_mut() =
                Extra { type_name: unknown_name, unknown: unknown.unwrap_or_default(), ..Extra::default() };
        }
        Ok(object)
    }

    /// Enters an object, and finds its `_typeName`.
    pub(super) fn open(&mut self, declared: Option<&'static TypeInfo>) -> Decoded<Opened<'a>> {
        let start = self.reader.position();
        self.reader.enter(b'{')?;
        self.reader.peek();
        if !self.reader.take_key(TYPE_NAME) {
            return Ok(Opened { name: self.late_name(start)?, is_name_read: false });
        }
        let name = if declared.is_some_and(|ty| self.reader.take_text(ty.name())) {
            TypeName::Declared
        } else {
            TypeName::Other(self.name().map_err(|failure| failure.in_named(TYPE_NAME))?)
        };
        Ok(Opened { name, is_name_read: true })
    }

    fn open_nameless(&mut self) -> Decoded<Opened<'a>> {
        self.reader.enter(b'{')?;
        Ok(Opened { name: TypeName::Absent, is_name_read: false })
    }

    fn name(&mut self) -> Decoded<Cow<'a, str>> {
        if self.reader.peek() == b'"' {
            self.reader.string()
        } else {
            Err(self.unfit("the name of a type is a string"))
        }
    }

    /// The `_typeName` of the object that begins at `start`, from somewhere after its first member.
    #[cold]
    fn late_name(&mut self, start: usize) -> Decoded<TypeName<'a>> {
        if start >= self.looked_through {
            self.seen.clear();
            self.next_seen = 0;
            let mut ahead = self.reader.outside(start);
            let whole = ahead.skip(&mut self.seen);
            // What is wrong with the text is told when that place is decoded: then its path is known.
            self.looked_through = if whole.is_ok() { ahead.position() } else { usize::MAX };
        }
        let is_next = self.seen.get(self.next_seen).is_some_and(|object| object.start == start);
        let found = if is_next { Ok(self.next_seen) } else { self.seen.binary_search_by_key(&start, |it| it.start) };
        let Ok(found) = found else { return Ok(TypeName::Absent) };
        self.next_seen = found + 1;
        let Some(name) = self.seen[found].name else { return Ok(TypeName::Absent) };
        let here = self.reader.position();
        self.reader.back_to(name);
        let name = self.name().map_err(|failure| failure.in_named(TYPE_NAME))?;
        self.reader.back_to(here);
        Ok(TypeName::Other(name))
    }

    /// What the `_typeName` says at a place that declares a type.
    fn kind(&mut self, name: &TypeName<'_>, declared: &'static TypeInfo) -> Decoded<Kind> {
        let known = |ty| Kind { ty, unknown_name: None, is_wrapped: false };
        let TypeName::Other(name) = name else { return Ok(known(declared)) };
        if *name == declared.name() {
            return Ok(known(declared));
        }
        Ok(match self.names.find_type(name) {
            Some(ty) if ty.is_a(declared) => known(ty),
            _ if name == LOCALIZED && declared.is_fault() => Kind { is_wrapped: true, ..known(declared) },
            Some(ty) if ty.is_fault() && declared.name() == LOCALIZED => known(ty),
            Some(_) => {
                return Err(self.unfit(format_args!("`{}` is no `{}`", shortened(name), declared.name())));
            }
            // The empty name stands for none at all.
            None if name.is_empty() => known(declared),
            None => Kind { unknown_name: Some(name.to_string()), ..known(declared) },
        })
    }

    /// The members, into the object; gives those that the type does not know.
    fn members(&mut self, shape: &Shape, is_name_read: bool, object: &mut Object) -> Decoded<Option<JsonMap>> {
        let mut unknown = None;
        let (mut is_first, mut has_name) = (!is_name_read, is_name_read);
        // How many members of the type lie behind.
        let mut behind = 0;
        loop {
            match self.next_member(shape, behind, is_first)? {
                Next::Known(index) => {
                    let field = shape.fields[index];
                    let value = self.value(Place { item: field.item, is_list: field.is_list });
                    let value = value.map_err(|failure| failure.in_member(field))?;
                    if !object.put(index, value) {
                        return Err(self.unfit("the member stands twice").in_member(field));
                    }
                    behind = index + 1;
                }
                Next::Other(name) if name == TYPE_NAME => self.pass_name(std::mem::replace(&mut has_name, true))?,
                Next::Other(name) => {
                    let json = self.reader.json().map_err(|failure| failure.in_named(&name))?;
                    unknown.get_or_insert_with(JsonMap::new).insert(name.into_owned(), json);
                }
                Next::End => return Ok(unknown),
            }
            is_first = false;
        }
    }

    /// Takes the name of the next member. By far the usual one is the expected one, right after a comma.
    #[inline]
    fn next_member(&mut self, shape: &Shape, behind: usize, is_first: bool) -> Decoded<Next<'a>> {
        let expected = shape.expected(behind);
        if let Some((index, name)) = expected
            && !is_first
            && self.reader.take_next_key(name)
        {
            return Ok(Next::Known(index));
        }
        if !self.reader.next(is_first, b'}')? {
            return Ok(Next::End);
        }
        if let Some((index, name)) = expected
            && self.reader.take_key(name)
        {
            return Ok(Next::Known(index));
        }
        if self.reader.take_key(TYPE_NAME) {
            return Ok(Next::Other(Cow::Borrowed(TYPE_NAME)));
        }
        let name = self.reader.key()?;
        Ok(shape.index_of(&name, behind).map_or(Next::Other(name), Next::Known))
    }

    /// Passes over a `_typeName` that is known already.
    pub(super) fn pass_name(&mut self, is_second: bool) -> Decoded<()> {
        let passed =
            self.name().and_then(|_| if is_second { Err(self.unfit("the member stands twice")) } else { Ok(()) });
        passed.map_err(|failure| failure.in_named(TYPE_NAME))
    }

    fn require(&self, shape: &Shape, object: &Object) -> Decoded<()> {
        if self.options.strictness == Strictness::Lenient {
            return Ok(());
        }
        let is_absent = |index: &&usize| object.value(**index).is_none();
        match shape.required.iter().find(is_absent) {
            // What is absent cannot be quoted, so the message of a secret member is shown as well.
            Some(index) => Err(self.absent().in_named(shape.fields[*index].name)),
            None => Ok(()),
        }
    }

    /// A `LocalizedMethodFault` where the document has a fault: the fault in it, which knows how it was wrapped.
    fn wrapped(&mut self, declared: &'static TypeInfo, is_name_read: bool) -> Decoded<Object> {
        let mut fault = None;
        let mut members = JsonMap::new();
        let mut is_first = !is_name_read;
        while self.reader.next(is_first, b'}')? {
            is_first = false;
            let name = self.reader.key()?;
            if name == "fault" {
                let value = self.value(Place { item: Item::Object(declared), is_list: false });
                fault = value.map_err(|failure| failure.in_named("fault"))?;
            } else {
                let json = self.reader.json().map_err(|failure| failure.in_named(&name))?;
                members.insert(name.into_owned(), json);
            }
        }
        members.remove(TYPE_NAME);
        let Some(Value::Object(mut fault)) = fault else { return Err(self.absent().in_named("fault")) };
        let message = match members.remove("localizedMessage") {
            Some(serde_json::Value::String(message)) => Some(message),
            Some(other) => {
                members.insert("localizedMessage".to_owned(), other);
                None
            }
            None => None,
        };
        fault.extra_mut().form = FaultForm::Wrapped { message, unknown: members };
        Ok(fault)
    }

    /// All members of an object but its name, as they are.
    pub(super) fn undecoded(&mut self, is_name_read: bool) -> Decoded<JsonMap> {
        let mut members = JsonMap::new();
        let (mut is_first, mut has_name) = (!is_name_read, is_name_read);
        while self.reader.next(is_first, b'}')? {
            is_first = false;
            let name = self.reader.key()?;
            if name == TYPE_NAME {
                self.pass_name(std::mem::replace(&mut has_name, true))?;
                continue;
            }
            let json = self.reader.json().map_err(|failure| failure.in_named(&name))?;
            members.insert(name.into_owned(), json);
        }
        Ok(members)
    }
}

/// A fault alone where the document has a `LocalizedMethodFault`: its text is the message.
fn wrap(declared: &'static TypeInfo, fault: Object) -> Object {
    let message = fault.unknown().get("faultstring").and_then(serde_json::Value::as_str).map(str::to_owned);
    let mut wrapper = Object::new(declared);
    let complete = wrapper.insert("fault", fault).and_then(|()| match message {
        Some(message) => wrapper.insert("localizedMessage", message),
        None => Ok(()),
    });
    debug_assert!(complete.is_ok(), "LocalizedMethodFault has the members fault and localizedMessage");
    wrapper.extra_mut().form = FaultForm::Flattened;
    wrapper
}
