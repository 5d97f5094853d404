//! The small pieces that several emitters share: attributes, imports, types.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::parse_quote;

use crate::model::{Presence, Primitive, Release, Secrecy, Shape};
use crate::names;
use crate::plan::types::{About, Docs, FieldInfo, Kind, MoPath, Runtime, Scope, Type, TypeName, TypePath};

/// One `#[doc]` per line, so that each becomes a `///`.
pub(super) fn docs(Docs(lines): &Docs) -> TokenStream {
    let lines = lines.iter().map(|line| doc_line(line));
    quote! { #(#[doc = #lines])* }
}

/// One `#![doc]` per line.
pub(super) fn inner_docs(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| doc_line(line));
    quote! { #(#![doc = #lines])* }
}

fn doc_line(line: &str) -> String {
    if line.is_empty() { String::new() } else { format!(" {line}") }
}

/// Docs, alias and deprecation.
pub(super) fn attributes(about: &About) -> TokenStream {
    let docs = docs(&about.docs);
    let alias = about.alias.as_ref().map(|alias| quote! { #[doc(alias = #alias)] });
    let deprecated = deprecation(about.deprecated.as_ref());
    quote! { #docs #alias #deprecated }
}

pub(super) fn deprecation(reason: Option<&String>) -> Option<TokenStream> {
    let reason = reason?;
    Some(if reason.is_empty() {
        quote! { #[deprecated] }
    } else {
        quote! { #[deprecated = #reason] }
    })
}

/// The `use` lines of a file, by what its scope says.
pub(super) fn uses(scope: &Scope) -> TokenStream {
    let runtime = runtime(scope);
    let modules: Vec<_> = scope.modules.iter().map(|name| ident(name)).collect();
    let modules = match modules.as_slice() {
        [] => None,
        [only] => Some(quote! { use crate::#only; }),
        several => Some(quote! { use crate::{#(#several),*}; }),
    };
    let imports = match scope.imports.as_slice() {
        [] => None,
        [only] => Some(quote! { use crate::types::#only; }),
        several => Some(quote! { use crate::types::{#(#several),*}; }),
    };
    quote! { #runtime #modules #imports }
}

fn runtime(scope: &Scope) -> TokenStream {
    let traits = match &scope.runtime {
        Runtime::Nothing => return TokenStream::new(),
        Runtime::With(traits) if traits.is_empty() => return quote! { use vim25_runtime as rt; },
        Runtime::With(traits) => traits,
    };
    let traits = traits.iter().map(|name| ident(name));
    quote! { use vim25_runtime::{self as rt, #(#traits as _),*}; }
}

fn ident(name: &str) -> proc_macro2::Ident {
    proc_macro2::Ident::new(name, proc_macro2::Span::call_site())
}

/// A name of the prelude, spelled in full where the file gives it another meaning.
pub(super) fn std(scope: &Scope, name: &'static str) -> syn::Path {
    if !scope.shadowed.contains(&name) {
        return syn::Path::from(ident(name));
    }
    match name {
        "Into" => parse_quote!(::std::convert::Into),
        "IntoIterator" => parse_quote!(::std::iter::IntoIterator),
        "None" => parse_quote!(::std::option::Option::None),
        "Option" => parse_quote!(::std::option::Option),
        "Some" => parse_quote!(::std::option::Option::Some),
        "String" => parse_quote!(::std::string::String),
        _ => parse_quote!(::std::vec::Vec),
    }
}

/// A data type, its table, or an enum, as the file writes it.
pub(super) fn type_path(scope: &Scope, name: &names::Ident) -> TokenStream {
    match scope.types {
        TypePath::Bare => quote! { #name },
        TypePath::InTypes => quote! { types::#name },
    }
}

/// The owned type of one value.
pub(super) fn owned(scope: &Scope, kind: &Kind) -> TokenStream {
    let (string, vec) = (std(scope, "String"), std(scope, "Vec"));
    match kind {
        Kind::Primitive(Primitive::String) => quote! { #string },
        Kind::Primitive(Primitive::Secret) => quote! { rt::Secret },
        Kind::Primitive(Primitive::DateTime) => quote! { rt::DateTime },
        Kind::Primitive(Primitive::Binary) => quote! { #vec<u8> },
        Kind::Primitive(primitive) => scalar(*primitive),
        Kind::Enum(name) | Kind::Object(TypeName { ident: name, .. }) => type_path(scope, name),
        Kind::Reference(target) => {
            let path = mo_path(&target.path);
            quote! { rt::Ref<#path> }
        }
        Kind::AnyReference => quote! { rt::ManagedObjectReference },
        Kind::Any => quote! { rt::Any },
    }
}

/// The type of a value that a call gives or a path leads to.
pub(super) fn value(ty: &Type, scope: &Scope) -> TokenStream {
    let (option, vec) = (std(scope, "Option"), std(scope, "Vec"));
    let one = owned(scope, &ty.kind);
    match (ty.shape, ty.presence) {
        (Shape::List, _) => quote! { #vec<#one> },
        (Shape::One, Presence::Optional) => quote! { #option<#one> },
        (Shape::One, Presence::Required) => one,
    }
}

/// A managed object, as other files write it.
pub(super) fn mo_path(MoPath { service, ident }: &MoPath) -> TokenStream {
    let service = service.as_ref().map(|service| quote! { #service:: });
    quote! { mo::#service #ident }
}

fn scalar(primitive: Primitive) -> TokenStream {
    match primitive {
        Primitive::Byte => quote! { i8 },
        Primitive::Short => quote! { i16 },
        Primitive::Int => quote! { i32 },
        Primitive::Long => quote! { i64 },
        Primitive::Float => quote! { f32 },
        Primitive::Double => quote! { f64 },
        _ => quote! { bool },
    }
}

/// Whether a value is passed as it is, not by `Into`.
pub(super) fn is_plain(kind: &Kind) -> bool {
    match kind {
        Kind::Enum(_) => true,
        Kind::Primitive(primitive) => {
            !matches!(primitive, Primitive::String | Primitive::Secret | Primitive::DateTime | Primitive::Binary)
        }
        Kind::Object(_) | Kind::Reference(_) | Kind::AnyReference | Kind::Any => false,
    }
}

/// The type of a parameter: `bool`, `impl Into<String>`, `impl IntoIterator<Item = impl Into<String>>`.
pub(super) fn parameter(scope: &Scope, ty: &Type) -> TokenStream {
    let (into, into_iterator) = (std(scope, "Into"), std(scope, "IntoIterator"));
    let owned = owned(scope, &ty.kind);
    let one = match &ty.kind {
        kind if is_plain(kind) => owned,
        Kind::Reference(target) => {
            let path = mo_path(&target.path);
            quote! { impl rt::IntoRef<#path> }
        }
        _ => quote! { impl #into<#owned> },
    };
    match ty.shape {
        Shape::One => one,
        Shape::List => quote! { impl #into_iterator<Item = #one> },
    }
}

/// `rt::Item::…`.
pub(super) fn item(scope: &Scope, kind: &Kind) -> TokenStream {
    let (some, none) = (std(scope, "Some"), std(scope, "None"));
    match kind {
        Kind::Primitive(primitive) => {
            let name = ident(primitive_name(*primitive));
            quote! { rt::Item::#name }
        }
        Kind::Enum(name) => {
            let path = type_path(scope, name);
            quote! { rt::Item::Enum(#path::INFO) }
        }
        Kind::Object(name) => {
            let path = type_path(scope, &name.table);
            quote! { rt::Item::Object(&#path) }
        }
        Kind::Reference(target) => {
            let wire = &target.wire;
            quote! { rt::Item::Reference(#some(&#wire)) }
        }
        Kind::AnyReference => quote! { rt::Item::Reference(#none) },
        Kind::Any => quote! { rt::Item::Any },
    }
}

fn primitive_name(primitive: Primitive) -> &'static str {
    match primitive {
        Primitive::Boolean => "Boolean",
        Primitive::Byte => "Byte",
        Primitive::Short => "Short",
        Primitive::Int => "Int",
        Primitive::Long => "Long",
        Primitive::Float => "Float",
        Primitive::Double => "Double",
        Primitive::String => "String",
        Primitive::Secret => "Secret",
        Primitive::DateTime => "DateTime",
        Primitive::Binary => "Binary",
    }
}

/// A line of a table of members: `rt::Field::required("key", rt::Item::String)`.
pub(super) fn field(scope: &Scope, field: &FieldInfo) -> TokenStream {
    let presence = presence(field.ty.presence);
    let wire = &field.wire;
    let item = item(scope, &field.ty.kind);
    let marks = marks(&field.ty);
    let releases = releases(field.since, field.until);
    quote! { rt::Field::#presence(#wire, #item) #marks #releases }
}

/// `required` or `optional`.
pub(super) fn presence(presence: Presence) -> proc_macro2::Ident {
    match presence {
        Presence::Required => ident("required"),
        Presence::Optional => ident("optional"),
    }
}

/// `.list()` and `.secret()`, where they apply.
pub(super) fn marks(ty: &Type) -> TokenStream {
    let list = (ty.shape == Shape::List).then(|| quote! { .list() });
    let says_so = matches!(ty.kind, Kind::Primitive(Primitive::Secret));
    let secret = (ty.secrecy == Secrecy::Secret && !says_so).then(|| quote! { .secret() });
    quote! { #list #secret }
}

/// `.since(…)` and `.until(…)`, where they are known.
pub(super) fn releases(since: Option<Release>, until: Option<Release>) -> TokenStream {
    let since = since.map(release).map(|release| quote! { .since(#release) });
    let until = until.map(release).map(|release| quote! { .until(#release) });
    quote! { #since #until }
}

/// `Some(rt::Release::new(8, 0, 2, 0))`.
pub(super) fn opt_release(scope: &Scope, known: Option<Release>) -> TokenStream {
    let (some, none) = (std(scope, "Some"), std(scope, "None"));
    known.map(release).map_or(quote! { #none }, |release| quote! { #some(#release) })
}

/// `rt::Release::new(8, 0, 2, 0)`.
pub(super) fn release(Release(numbers): Release) -> TokenStream {
    let numbers = numbers.map(Literal::u16_unsuffixed);
    quote! { rt::Release::new(#(#numbers),*) }
}

/// The name without `r#`, in text.
pub(super) fn method_link(name: &names::Ident) -> String {
    let name = names::plain(name);
    format!("[`{name}`](Self::{name})")
}

/// `pub use self::module::Item;`
pub(super) fn reexport(module: &names::Ident, items: &[&names::Ident]) -> TokenStream {
    match items {
        [only] => quote! { pub use self::#module::#only; },
        several => quote! { pub use self::#module::{#(#several),*}; },
    }
}
