//! Managed objects: a handle and its methods.

use proc_macro2::TokenStream;
use quote::quote;

use super::operation;
use super::tokens::attributes;
use crate::plan::types::{Handle, ManagedObject, Scope};

pub(super) fn emit(mo: &ManagedObject, scope: &Scope) -> TokenStream {
    let attributes = attributes(&mo.about);
    let (name, wire) = (&mo.ident, &mo.wire);
    let methods = mo.operations.iter().map(|item| operation::emit_method(item, scope));
    let calls = mo.operations.iter().filter_map(|item| operation::emit_call(item, scope));
    let tables = mo.operations.iter().map(|item| operation::emit_table(item, scope));
    quote! {
        #attributes
        #[derive(Clone, Debug)]
        pub struct #name(rt::Handle);
        rt::managed_object!(#name = #wire);
        impl #name {
            #(#methods)*
        }
        #(#calls)*
        #(#tables)*
    }
}

pub(super) fn emit_handle(handle: &Handle, _scope: &Scope) -> TokenStream {
    let attributes = attributes(&handle.about);
    let (name, wire) = (&handle.ident, &handle.wire);
    quote! {
        #attributes
        #[derive(Clone, Debug)]
        pub struct #name(rt::Handle);
        rt::managed_object!(#name = #wire);
    }
}
