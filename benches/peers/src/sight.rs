//! What is in a body, as each contender has it: all must have the same, so that nobody wins by doing nothing.

use crate::access::{derived_configs, our_configs, their_configs};
use crate::contenders::{Derived, Ours, Theirs};

/// The virtual machines by name, and the keys of all their devices.
#[derive(Debug, Default, PartialEq)]
pub struct Seen {
    pub names: Vec<String>,
    pub device_keys: Vec<i64>,
}

/// What can be looked into.
pub trait Sight {
    fn see(&self) -> Seen;
}

impl Sight for Ours {
    fn see(&self) -> Seen {
        let mut seen = Seen::default();
        for config in our_configs(self) {
            seen.names.push(config.name().to_owned());
            seen.device_keys.extend(config.hardware().device().iter().map(|device| i64::from(device.key())));
        }
        seen
    }
}

impl Sight for Derived {
    fn see(&self) -> Seen {
        let mut seen = Seen::default();
        for config in derived_configs(self) {
            seen.names.push(config.name.clone());
            seen.device_keys.extend(config.hardware.device.iter().flatten().map(|device| i64::from(*device.key())));
        }
        seen
    }
}

impl Sight for Theirs {
    fn see(&self) -> Seen {
        let mut seen = Seen::default();
        for config in their_configs(self) {
            seen.names.push(config.name.clone());
            seen.device_keys.extend(config.hardware.device.iter().flatten().map(|device| i64::from(device.key)));
        }
        seen
    }
}

/// A tree of JSON.
trait Tree: Sized {
    fn member(&self, name: &str) -> Option<&Self>;
    fn items(&self) -> &[Self];
    fn text(&self) -> Option<&str>;
    fn integer(&self) -> Option<i64>;
}

impl<T: Tree> Sight for T {
    fn see(&self) -> Seen {
        let mut seen = Seen::default();
        let objects = self.member("objects").map_or(&[][..], Tree::items);
        let properties = objects.iter().flat_map(|object| object.member("propSet").map_or(&[][..], Tree::items));
        let configs = properties.filter(|property| property.member("name").and_then(Tree::text) == Some("config"));
        for config in configs.filter_map(|property| property.member("val")) {
            seen.names.extend(config.member("name").and_then(Tree::text).map(str::to_owned));
            let devices = config.member("hardware").and_then(|hardware| hardware.member("device"));
            let keys = devices.map_or(&[][..], Tree::items).iter();
            seen.device_keys.extend(keys.filter_map(|device| device.member("key").and_then(Tree::integer)));
        }
        seen
    }
}

/// The methods of these trees have the same names, but are of different traits.
macro_rules! tree {
    ($ty:ty $(, $import:path)*) => {
        const _: () = {
            $(use $import as _;)*

            impl Tree for $ty {
                fn member(&self, name: &str) -> Option<&Self> {
                    self.get(name)
                }

                fn items(&self) -> &[Self] {
                    self.as_array().map_or(&[][..], |items| &items[..])
                }

                fn text(&self) -> Option<&str> {
                    self.as_str()
                }

                fn integer(&self) -> Option<i64> {
                    self.as_i64()
                }
            }
        };
    };
}

tree!(serde_json::Value);
tree!(sonic_rs::Value, sonic_rs::JsonValueTrait, sonic_rs::JsonContainerTrait);
tree!(
    simd_json::OwnedValue,
    simd_json::prelude::ValueAsScalar,
    simd_json::prelude::ValueAsArray,
    simd_json::prelude::ValueObjectAccess
);
tree!(
    simd_json::BorrowedValue<'_>,
    simd_json::prelude::ValueAsScalar,
    simd_json::prelude::ValueAsArray,
    simd_json::prelude::ValueObjectAccess
);
