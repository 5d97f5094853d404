//! Enums: an open Rust enum, or constants for an enum whose values are met as plain strings.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::attributes;
use crate::plan::types::{EnumForm, Enumeration, Scope};

pub(super) fn emit(item: &Enumeration, _scope: &Scope) -> TokenStream {
    match item.form {
        EnumForm::Variants => variants(item),
        EnumForm::Constants => constants(item),
    }
}

fn variants(item: &Enumeration) -> TokenStream {
    let attributes_of_enum = attributes(&item.about);
    let (name, wire) = (&item.ident, &item.wire);
    let variants = item.values.iter().map(|value| {
        let (attributes, name) = (attributes(&value.about), &value.ident);
        quote! { #attributes #name }
    });
    let pairs = item.values.iter().map(|value| {
        let (name, wire) = (&value.ident, &value.wire);
        quote! { #name = #wire }
    });
    quote! {
        #attributes_of_enum
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            /// A value that this version of the crate does not know.
            Unrecognized(rt::UnknownValue),
        }
        rt::enum_type!(#name = #wire { #(#pairs),* });
    }
}

fn constants(item: &Enumeration) -> TokenStream {
    let attributes_of_enum = attributes(&item.about);
    let name = &item.ident;
    let constants = item.values.iter().map(|value| {
        let (attributes, name, wire) = (attributes(&value.about), &value.ident, &value.wire);
        quote! { #attributes pub const #name: &'static str = #wire; }
    });
    let names = item.values.iter().map(|value| &value.ident);
    quote! {
        #attributes_of_enum
        pub enum #name {}
        impl #name {
            #(#constants)*
            /// All of them.
            pub const VALUES: &'static [&'static str] = &[#(Self::#names),*];
        }
    }
}
