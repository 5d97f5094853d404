//! JSON → values, driven by the tables of the types.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::Unexpected;

use super::Options;
use super::failure::{Decoded, Failure};
use super::names::Names;
use super::reader::{Number, Reader, SeenObject};
use crate::any::Any;
use crate::date_time::DateTime;
use crate::elements::Elements;
use crate::object::Object;
use crate::secret::Secret;
use crate::text::Text;
use crate::type_info::{Item, Registry, TypeInfo};
use crate::value::{List, Value};

/// A JSON text that is being decoded.
pub(super) struct Decoder<'a> {
    pub(super) reader: Reader<'a>,
    pub(super) options: Options,
    pub(super) names: Names,
    /// The elements of the arrays that are not complete yet, one after the other, so that each array is stored once its
    /// length is known.
    pub(super) objects: Vec<Object>,
    /// The objects that were looked through for their `_typeName`s, in the order of the text.
    pub(super) seen: Vec<SeenObject>,
    /// Which of them comes next.
    pub(super) next_seen: usize,
    /// How far the text was looked through for them.
    pub(super) looked_through: usize,
}

/// What is expected where a value stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) item: Item,
    pub(super) is_list: bool,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_list { write!(f, "an array of {}", self.item) } else { write!(f, "{}", self.item) }
    }
}

impl<'a> Decoder<'a> {
    pub(super) fn new(text: &'a str, registry: Option<&'static Registry>, options: Options) -> Self {
        Self {
            reader: Reader::new(text),
            options,
            names: Names::new(registry, options.release),
            objects: Vec::new(),
            seen: Vec::new(),
            next_seen: 0,
            looked_through: 0,
        }
    }

    /// A value, after which the text ends, at that length.
    pub(super) fn whole<T>(&mut self, value: Decoded<T>, length: usize) -> Decoded<T> {
        let value = value?;
        self.reader.peek();
        if self.reader.position() == length { Ok(value) } else { Err(self.reader.malformed()) }
    }

    /// A problem at the place that was read last.
    #[cold]
    pub(super) fn unfit(&self, message: impl fmt::Display) -> Failure {
        Failure::new(message, self.reader.position())
    }

    #[cold]
    pub(super) fn absent(&self) -> Failure {
        self.unfit("the required member is absent")
    }

    #[cold]
    fn wrong_type(&self, met: Unexpected<'_>, expected: Place) -> Failure {
        self.unfit(format_args!("invalid type: {}, expected {expected}", Met(met)))
    }

    #[cold]
    fn wrong_value(&self, met: Unexpected<'_>, expected: Place) -> Failure {
        self.unfit(format_args!("invalid value: {}, expected {expected}", Met(met)))
    }

    /// A value of a declared type; `null` is none.
    #[inline]
    pub(super) fn value(&mut self, place: Place) -> Decoded<Option<Value>> {
        match self.reader.peek() {
            b'"' => self.text(place).map(Some),
            b'{' if !place.is_list => match place.item {
                Item::Object(ty) => self.object(ty).map(|object| Some(object.into())),
                Item::Any => self.any_object().map(|any| Some(any.into())),
                Item::Reference(_) => self.reference().map(|reference| Some(reference.into())),
                _ => Err(self.wrong_type(Unexpected::Map, place)),
            },
            b'{' => Err(self.wrong_type(Unexpected::Map, place)),
            b'[' if place.is_list => self.list(place.item).map(|list| Some(list.into())),
            b'[' => Err(self.wrong_type(Unexpected::Seq, place)),
            b'-' | b'0'..=b'9' => {
                let start = self.reader.position();
                let number = self.reader.number()?;
                match place {
                    Place { item: Item::Float, is_list: false } => self.float(start).map(Some),
                    _ => self.number(number, place).map(Some),
                }
            }
            b't' if self.reader.take_literal("true") => self.boolean(true, place).map(Some),
            b'f' if self.reader.take_literal("false") => self.boolean(false, place).map(Some),
            b'n' if self.reader.take_literal("null") => Ok(None),
            _ => Err(self.reader.malformed()),
        }
    }

    fn boolean(&self, value: bool, place: Place) -> Decoded<Value> {
        match place.item {
            Item::Boolean if !place.is_list => Ok(Value::Boolean(value)),
            Item::Any if !place.is_list => Ok(Any::Boolean(value).into()),
            _ => Err(self.wrong_type(Unexpected::Bool(value), place)),
        }
    }

    fn number(&self, number: Number, place: Place) -> Decoded<Value> {
        #[expect(clippy::cast_precision_loss, reason = "JSON has one kind of number; the document says floating point")]
        match (number, place.item) {
            (Number::Signed(value), Item::Double) => self.double(value as f64, place),
            (Number::Signed(value), _) => self.integer(value, place),
            (Number::Unsigned(value), Item::Double | Item::Any) => self.double(value as f64, place),
            (Number::Unsigned(value), _) => Err(self.wrong_value(Unexpected::Unsigned(value), place)),
            (Number::Float(value), _) => self.double(value, place),
        }
    }

    fn integer(&self, value: i64, place: Place) -> Decoded<Value> {
        let range = match place.item {
            _ if place.is_list => return Err(self.wrong_type(Unexpected::Signed(value), place)),
            Item::Byte => i8::MIN.into()..=i8::MAX.into(),
            Item::Short => i16::MIN.into()..=i16::MAX.into(),
            Item::Int => i32::MIN.into()..=i32::MAX.into(),
            Item::Long => i64::MIN..=i64::MAX,
            Item::Any => return Ok(super::any::bare_integer(value).into()),
            _ => return Err(self.wrong_type(Unexpected::Signed(value), place)),
        };
        if range.contains(&value) {
            Ok(Value::Integer(value))
        } else {
            Err(self.wrong_value(Unexpected::Signed(value), place))
        }
    }

    /// A float, by the text that was read: by way of a double it could become the float beside.
    fn float(&self, start: usize) -> Decoded<Value> {
        let text = self.reader.since(start);
        let number: Option<f32> = text.parse().ok().filter(|number: &f32| number.is_finite());
        let place = Place { item: Item::Float, is_list: false };
        number.map(Value::Float).ok_or_else(|| self.wrong_value(Unexpected::Other(text), place))
    }

    fn double(&self, value: f64, place: Place) -> Decoded<Value> {
        match place.item {
            _ if place.is_list => Err(self.wrong_type(Unexpected::Float(value), place)),
            Item::Double => Ok(Value::Double(value)),
            Item::Any => Ok(Any::Double(value).into()),
            _ => Err(self.wrong_type(Unexpected::Float(value), place)),
        }
    }

    #[inline]
    fn text(&mut self, place: Place) -> Decoded<Value> {
        let text = self.reader.string()?;
        Ok(match place.item {
            // One server is known to write `byte[]` in base64; the document has an array of numbers.
            Item::Byte if place.is_list => {
                let signed = self.base64(&text, place)?.into_iter().map(u8::cast_signed).collect();
                List::Bytes(signed).into()
            }
            _ if place.is_list => return Err(self.wrong_type(Unexpected::Str(&text), place)),
            Item::String | Item::Enum(_) => Value::String(text_of(text)),
            Item::Secret => Secret::from(text.into_owned()).into(),
            Item::DateTime => Value::DateTime(DateTime::from(&*text)),
            Item::Binary => self.base64(&text, place)?.into(),
            Item::Any => Any::String(text_of(text)).into(),
            _ => return Err(self.wrong_type(Unexpected::Str(&text), place)),
        })
    }

    fn base64(&self, text: &str, place: Place) -> Decoded<Vec<u8>> {
        BASE64.decode(text).map_err(|_| self.wrong_value(Unexpected::Str(text), place))
    }

    /// The elements of an array of a declared type.
    fn list(&mut self, item: Item) -> Decoded<List> {
        Ok(match item {
            Item::Object(ty) => List::Objects(self.object_list(ty)?),
            Item::Reference(_) => List::References(self.each(Self::reference)?),
            Item::Any => List::Anys(self.each(Self::any)?),
            Item::Boolean => List::Booleans(self.scalars(item)?),
            Item::Byte => List::Bytes(self.scalars(item)?),
            Item::Short => List::Shorts(self.scalars(item)?),
            Item::Int => List::Ints(self.scalars(item)?),
            Item::Long => List::Longs(self.scalars(item)?),
            Item::Float => List::Floats(self.scalars(item)?),
            Item::Double => List::Doubles(self.scalars(item)?),
            Item::String | Item::Enum(_) => List::Strings(self.scalars(item)?),
            Item::Secret => List::Secrets(self.scalars(item)?),
            Item::DateTime => List::DateTimes(self.scalars(item)?),
            Item::Binary => List::Binaries(self.scalars(item)?),
        })
    }

    fn object_list(&mut self, ty: &'static TypeInfo) -> Decoded<Elements<Object>> {
        let base = self.objects.len();
        self.reader.enter(b'[')?;
        loop {
            let index = self.objects.len() - base;
            if !self.reader.next(index == 0, b']').map_err(|failure| failure.in_element(index))? {
                return Ok(self.objects.drain(base..).collect());
            }
            let object = self.object(ty).map_err(|failure| failure.in_element(index))?;
            self.objects.push(object);
        }
    }

    fn scalars<T: Scalar>(&mut self, item: Item) -> Decoded<Elements<T>> {
        let place = Place { item, is_list: false };
        self.each(|decoder| {
            let value = decoder.value(place)?;
            value.and_then(T::of).ok_or_else(|| decoder.wrong_type(Unexpected::Other("null"), place))
        })
    }

    fn each<T>(&mut self, element: impl Fn(&mut Self) -> Decoded<T>) -> Decoded<Elements<T>> {
        let mut items = Elements::new();
        self.reader.enter(b'[')?;
        while self.reader.next(items.is_empty(), b']').map_err(|failure| failure.in_element(items.len()))? {
            items.push(element(self).map_err(|failure| failure.in_element(items.len()))?);
        }
        items.shrink_to_fit();
        Ok(items)
    }

    /// The problem that something else than an object stands where one is due.
    #[cold]
    pub(super) fn no_object(&mut self, item: Item) -> Failure {
        let place = Place { item, is_list: false };
        match self.value(place) {
            Err(failure) => failure,
            Ok(_) => self.wrong_type(Unexpected::Other("null"), place),
        }
    }
}

/// What stands in an array as it stands in a member.
trait Scalar: Sized {
    fn of(value: Value) -> Option<Self>;
}

macro_rules! scalar {
    ($($ty:ty: $pattern:pat => $value:expr;)*) => {
        $(impl Scalar for $ty {
            fn of(value: Value) -> Option<Self> {
                match value {
                    $pattern => $value,
                    _ => None,
                }
            }
        })*
    };
}

scalar! {
    bool: Value::Boolean(value) => Some(value);
    i8: Value::Integer(value) => value.try_into().ok();
    i16: Value::Integer(value) => value.try_into().ok();
    i32: Value::Integer(value) => value.try_into().ok();
    i64: Value::Integer(value) => Some(value);
    f32: Value::Float(value) => Some(value);
    f64: Value::Double(value) => Some(value);
    Text: Value::String(value) => Some(value);
    Secret: Value::Secret(value) => Some(*value);
    DateTime: Value::DateTime(value) => Some(value);
    Vec<u8>: Value::Binary(value) => Some(value.into());
}

pub(super) fn text_of(text: Cow<'_, str>) -> Text {
    match text {
        Cow::Borrowed(text) => Text::from(text),
        Cow::Owned(text) => Text::from(text),
    }
}

/// What was met, in words; a long text is shortened.
struct Met<'a>(Unexpected<'a>);

impl fmt::Display for Met<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Unexpected::Str(text) => Unexpected::Str(shortened(text)).fmt(f),
            other => other.fmt(f),
        }
    }
}

/// A text that may be quoted in an error.
pub(super) fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(80)]
}
