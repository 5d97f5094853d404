//! JSON objects → references.

use super::TYPE_NAME;
use super::decode::{Decoder, Place, shortened};
use super::failure::Decoded;
use crate::object::JsonMap;
use crate::reference::ManagedObjectReference;
use crate::text::Text;
use crate::type_info::Item;
use crate::value::Value;

/// The members in their usual order.
const MEMBERS: [&str; 3] = [TYPE_NAME, "type", "value"];

impl Decoder<'_> {
    /// A `ManagedObjectReference`; its `_typeName` may be absent where the place declares one.
    pub(super) fn reference(&mut self) -> Decoded<ManagedObjectReference> {
        if self.reader.peek() != b'{' {
            return Err(self.no_object(Item::Reference(None)));
        }
        self.reader.enter(b'{')?;
        self.reference_in(false)
    }

    /// The members of a reference, of which the name may have been read.
    pub(super) fn reference_in(&mut self, is_name_read: bool) -> Decoded<ManagedObjectReference> {
        let (mut type_name, mut value) = (None, None);
        let mut unknown = JsonMap::new();
        // One document shows a reference in a box, where any value may stand; every known server sends it without.
        let mut boxed = None;
        let mut is_first = !is_name_read;
        let mut hint = usize::from(is_name_read);
        while self.reader.next(is_first, b'}')? {
            is_first = false;
            let predicted = MEMBERS.get(hint).is_some_and(|name| self.reader.take_key(name));
            let index = if predicted {
                hint
            } else {
                let name = self.reader.key()?;
                let Some(index) = MEMBERS.iter().position(|member| *member == name) else {
                    self.reader.peek();
                    boxed = boxed.or((name == "_value").then_some(self.reader.position()));
                    let json = self.reader.json().map_err(|failure| failure.in_named(&name))?;
                    unknown.insert(name.into_owned(), json);
                    continue;
                };
                index
            };
            hint = index + 1;
            let text = self.member_text().map_err(|failure| failure.in_named(MEMBERS[index]))?;
            match index {
                0 => self.check_name(&text).map_err(|failure| failure.in_named(TYPE_NAME))?,
                1 => type_name = Some(text),
                _ => value = Some(text),
            }
        }
        if let (Some(boxed), None) = (boxed, &value) {
            return self.boxed_reference(boxed);
        }
        Ok(ManagedObjectReference {
            type_name: type_name.ok_or_else(|| self.absent().in_named("type"))?,
            value: value.ok_or_else(|| self.absent().in_named("value"))?,
            unknown: (!unknown.is_empty()).then(|| Box::new(unknown)),
        })
    }

    #[cold]
    fn boxed_reference(&mut self, position: usize) -> Decoded<ManagedObjectReference> {
        let end = self.reader.position();
        self.reader.back_to(position);
        let reference = self.reference().map_err(|failure| failure.in_named("_value"))?;
        self.reader.back_to(end);
        Ok(reference)
    }

    fn member_text(&mut self) -> Decoded<Text> {
        match self.value(Place { item: Item::String, is_list: false })? {
            Some(Value::String(text)) => Ok(text),
            _ => Err(self.unfit("invalid type: null, expected string")),
        }
    }

    fn check_name(&self, name: &str) -> Decoded<()> {
        match name {
            "ManagedObjectReference" => Ok(()),
            other => Err(self.unfit(format_args!("`{}` is no `ManagedObjectReference`", shortened(other)))),
        }
    }
}
