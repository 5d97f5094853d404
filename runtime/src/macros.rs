//! The parts of generated types that are the same for all of them.

/// Makes a transparent wrapper of [`Object`](crate::Object) a data type: `data_type!(Type = TABLE: Parent)`.
///
/// `into` lists the ancestors that the type converts into: those that are the type of some member.
#[macro_export]
macro_rules! data_type {
    ($name:ident = $table:ident: $parent:ty $(, into $ancestor:ty)* $(,)?) => {
        impl $name {
            /// An object without members; the setters add them.
            #[inline]
            pub const fn new() -> Self {
                Self($crate::Object::new(&$table))
            }
        }

        impl $crate::DataType for $name {
            const TYPE: &'static $crate::TypeInfo = &$table;
        }

        impl ::core::ops::Deref for $name {
            type Target = $parent;

            #[inline]
            fn deref(&self) -> &$parent {
                $crate::View::view(&self.0)
            }
        }

        impl ::core::ops::DerefMut for $name {
            #[inline]
            fn deref_mut(&mut self) -> &mut $parent {
                $crate::View::view_mut(&mut self.0)
            }
        }

        impl ::core::clone::Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                Self(::core::clone::Clone::clone(&self.0))
            }
        }

        impl ::core::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.0 == other.0
            }
        }

        impl ::core::default::Default for $name {
            #[inline]
            fn default() -> Self {
                Self::new()
            }
        }

        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl $crate::serde::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer)
            }
        }

        $(
            impl ::core::convert::From<$name> for $ancestor {
                #[inline]
                fn from(value: $name) -> Self {
                    $crate::upcast(value.0)
                }
            }
        )*
    };
}

/// Makes an enum with the variant `Unrecognized` an open enum: `enum_type!(Type = "Type" { Variant = "text", … })`.
#[macro_export]
macro_rules! enum_type {
    ($name:ident = $wire:literal { $($variant:ident = $text:literal),* $(,)? }) => {
        impl $name {
            /// The text on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unrecognized(value) => value.as_str(),
                }
            }

            /// Whether this version of the crate knows the value.
            #[inline]
            pub fn is_known(&self) -> bool {
                !::core::matches!(self, Self::Unrecognized(_))
            }
        }

        impl $crate::Enumeration for $name {
            const INFO: &'static $crate::EnumInfo = {
                static INFO: $crate::EnumInfo = $crate::EnumInfo { name: $wire, values: &[$($text),*] };
                &INFO
            };

            #[inline]
            fn from_text(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    other => Self::Unrecognized($crate::UnknownValue::new(other)),
                }
            }

            #[inline]
            fn as_str(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                $crate::Enumeration::from_text(text)
            }
        }

        impl ::core::convert::From<$crate::alloc::string::String> for $name {
            #[inline]
            fn from(text: $crate::alloc::string::String) -> Self {
                $crate::Enumeration::from_text(&text)
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::convert::From<$name> for $crate::Value {
            #[inline]
            fn from(value: $name) -> Self {
                $crate::Value::String(value.as_str().into())
            }
        }

        impl ::core::convert::From<$name> for $crate::Any {
            #[inline]
            fn from(value: $name) -> Self {
                $crate::Any::Named($crate::NamedText { type_name: $crate::Text::from_static($wire), text: value.as_str().into() })
            }
        }

        impl $crate::Element for $name {
            #[inline]
            fn into_list(items: $crate::alloc::vec::Vec<Self>) -> $crate::List {
                $crate::List::Strings(items.iter().map(|item| item.as_str().into()).collect())
            }

            #[inline]
            fn from_list(list: $crate::List) -> ::core::result::Result<$crate::alloc::vec::Vec<Self>, $crate::List> {
                match list {
                    $crate::List::Strings(items) => {
                        ::core::result::Result::Ok(items.iter().map(|text| $crate::Enumeration::from_text(text)).collect())
                    }
                    other => ::core::result::Result::Err(other),
                }
            }
        }

        impl $crate::FromValue for $name {
            #[inline]
            fn from_value(value: ::core::option::Option<$crate::Value>) -> ::core::option::Option<Self> {
                match value? {
                    $crate::Value::String(text) => ::core::option::Option::Some($crate::Enumeration::from_text(&text)),
                    _ => ::core::option::Option::None,
                }
            }
        }

        impl $crate::serde::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                let text = <$crate::alloc::string::String as $crate::serde::Deserialize>::deserialize(deserializer)?;
                ::core::result::Result::Ok($crate::Enumeration::from_text(&text))
            }
        }
    };
}

/// Makes a wrapper of [`Handle`](crate::Handle) a managed object: `managed_object!(Type = "Type")`.
///
/// `extends` lists the bases, the nearest first.
#[macro_export]
macro_rules! managed_object {
    ($name:ident = $wire:literal $(, extends $base:ty)* $(,)?) => {
        impl $crate::Extends<$name> for $name {}

        $(
            impl $crate::Extends<$base> for $name {}

            impl ::core::convert::From<$name> for $base {
                #[inline]
                fn from(object: $name) -> Self {
                    $crate::ManagedObject::from_handle(object.0)
                }
            }
        )*


        impl $crate::ManagedObject for $name {
            const NAME: &'static str = $wire;

            #[inline]
            fn from_handle(handle: $crate::Handle) -> Self {
                Self(handle)
            }

            #[inline]
            fn handle(&self) -> &$crate::Handle {
                &self.0
            }
        }
    };
}

/// Makes a wrapper of [`Call`](crate::Call) awaitable: `call!(Type -> Result)`.
#[macro_export]
macro_rules! call {
    ($name:ident -> $result:ty) => {
        impl ::core::future::IntoFuture for $name {
            type Output = $crate::Result<$result>;
            type IntoFuture = $crate::BoxFuture<'static, $crate::Result<$result>>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                self.0.into_future()
            }
        }
    };
}

/// Makes a wrapper of [`PathText`](crate::PathText) the type of paths to properties: `path_type!(Path)`.
///
/// The type is not the runtime's own, because only the crate of a type can give it methods. The other macros for paths
/// are used in child modules of the one that has the type.
#[macro_export]
macro_rules! path_type {
    ($path:ident) => {
        /// The path to a property.
        #[allow(dead_code, reason = "a part of the API may have no such path")]
        const fn property<M, T>(name: &'static str) -> $path<M, T> {
            $path($crate::PathText::new(name), ::core::marker::PhantomData)
        }

        /// The path to a member of what is at the end of `path`.
        #[allow(dead_code, reason = "a part of the API may have no such path")]
        fn member<M, T, U>(path: &$path<M, T>, name: &str) -> $path<M, U> {
            $path(path.0.member(name), ::core::marker::PhantomData)
        }

        /// The path to the element with a key of the list that is at the end of `path`.
        #[allow(dead_code, reason = "a part of the API may have no such path")]
        fn element<M, T>(path: &$path<M, $crate::alloc::vec::Vec<T>>, key: &dyn ::core::fmt::Debug) -> $path<M, T> {
            $path(path.0.element(key), ::core::marker::PhantomData)
        }

        impl<M: $crate::ManagedObject, T: $crate::FromValue> $crate::PropertyPath for $path<M, T> {
            type Object = M;
            type Value = T;

            fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        /// Leads to the members of the base.
        impl<M, T> ::core::ops::Deref for $path<M, T>
        where
            T: $crate::DataType + ::core::ops::Deref,
            T::Target: Sized,
        {
            type Target = $path<M, T::Target>;

            fn deref(&self) -> &Self::Target {
                bytemuck::TransparentWrapper::wrap_ref(&self.0)
            }
        }

        impl<M, T> ::core::clone::Clone for $path<M, T> {
            fn clone(&self) -> Self {
                Self(::core::clone::Clone::clone(&self.0), ::core::marker::PhantomData)
            }
        }

        impl<M, T> ::core::cmp::PartialEq for $path<M, T> {
            fn eq(&self, other: &Self) -> bool {
                self.0 == other.0
            }
        }

        impl<M, T> ::core::cmp::Eq for $path<M, T> {}

        impl<M, T> ::core::hash::Hash for $path<M, T> {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                ::core::hash::Hash::hash(&self.0, state);
            }
        }

        impl<M, T> ::core::fmt::Debug for $path<M, T> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Display::fmt(self, f)
            }
        }

        impl<M, T> ::core::fmt::Display for $path<M, T> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.0.as_str())
            }
        }
    };
}

/// Gives a managed object a constant for each property: `properties!(Type { NAME = "name" -> Value, … })`.
#[macro_export]
macro_rules! properties {
    ($object:ty { $($(#[$attribute:meta])* $name:ident = $wire:literal -> $value:ty),* $(,)? }) => {
        impl $object {
            $(
                #[doc = ::core::concat!("The path `", $wire, "`.")]
                $(#[$attribute])*
                pub const $name: super::Path<Self, $value> = super::property($wire);
            )*
        }
    };
}

/// Gives the paths to a data type a method for each member: `members!(Type { name = "name" -> Value, … })`.
#[macro_export]
macro_rules! members {
    ($owner:ty { $($(#[$attribute:meta])* $name:ident = $wire:literal -> $value:ty),* $(,)? }) => {
        impl<M> super::Path<M, $owner> {
            $(
                #[doc = ::core::concat!("The path to `", $wire, "`.")]
                $(#[$attribute])*
                pub fn $name(&self) -> super::Path<M, $value> {
                    super::member(self, $wire)
                }
            )*
        }
    };
}

/// Gives the paths to a list of a data type a method for the elements, which have a key: `elements!(Type, key: i32)`.
#[macro_export]
macro_rules! elements {
    ($owner:ty, key: $key:ty) => {
        impl<M> super::Path<M, $crate::alloc::vec::Vec<$owner>> {
            /// The path to the element with this key.
            pub fn key(&self, key: $key) -> super::Path<M, $owner> {
                super::element(self, &key)
            }
        }
    };
}
