//! What bytes are decoded as: the first three choose it, the others are the JSON.

use vim25_api::REGISTRY;
use vim25_runtime::wire::{self, Options, Strictness};
use vim25_runtime::{DecodeError, Item, Release, TypeInfo, Value};

/// What is expected, and how strictly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    what: What,
    pub(crate) options: Options,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// An object, by the function for objects.
    Object(&'static TypeInfo),
    /// A value, by the function for values.
    Value(Item, bool),
}

impl Place {
    /// The place that input is about, and its JSON.
    pub(crate) fn of(data: &[u8]) -> Option<(Self, &[u8])> {
        let ([low, high, flags], json) = data.split_first_chunk()?;
        let index = usize::from(u16::from_le_bytes([*low, *high]));
        let ty = REGISTRY.types[index % REGISTRY.types.len()];
        let operation = REGISTRY.operations[index % REGISTRY.operations.len()];
        let what = match flags >> 2 & 7 {
            0 | 1 => What::Object(ty),
            2 => What::Value(Item::Any, false),
            3 => What::Value(Item::Any, true),
            4 => What::Value(Item::Object(ty), true),
            5 => What::Value(Item::Reference(None), flags >> 5 & 1 == 1),
            6 => operation.result.map_or(What::Object(ty), |result| What::Value(result.item, result.is_list)),
            _ => operation.request.map_or(What::Object(ty), What::Object),
        };
        let strictness = if flags & 1 == 0 { Strictness::Lenient } else { Strictness::Strict };
        let release = (flags & 2 != 0).then_some(Release::new(8, 0, 1, 0));
        Some((Self { what, options: Options { release, strictness, ..Options::default() } }, json))
    }

    /// Whether a request type is expected, which has no `_typeName`.
    pub(crate) fn is_request(self) -> bool {
        matches!(self.what, What::Object(ty) if ty.is_request())
    }

    /// Decodes what stands there.
    pub(crate) fn decode(self, json: &[u8]) -> Result<Option<Value>, DecodeError> {
        match self.what {
            What::Object(ty) => {
                wire::decode_object(json, ty, Some(&REGISTRY), self.options).map(|object| Some(object.into()))
            }
            What::Value(item, is_list) => wire::decode_value(json, item, is_list, &REGISTRY, self.options),
        }
    }
}
