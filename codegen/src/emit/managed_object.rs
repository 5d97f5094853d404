//! Managed objects: a handle and its methods.

use proc_macro2::TokenStream;
use quote::quote;

use super::operation;
use super::tokens::{attributes, mo_path, reexport, uses};
use crate::names;
use crate::plan::types::{Handle, ManagedObject, Module, Operation, Scope};

pub(super) fn emit(mo: &ManagedObject, scope: &Scope) -> TokenStream {
    let attributes = attributes(&mo.about);
    let (name, wire) = (&mo.ident, &mo.wire);
    let operations = operations(name, &mo.operations, scope);
    let bases = mo.bases.iter().map(mo_path);
    let parts = mo.more.iter().map(declare_part);
    quote! {
        #(#parts)*
        #attributes
        #[derive(Clone, Debug)]
        pub struct #name(rt::Handle);
        rt::managed_object!(#name = #wire #(, extends #bases)*);
        #operations
    }
}

/// A child module, its tables for the registry, and the types of its calls for everybody.
fn declare_part(part: &Module<Operation>) -> TokenStream {
    let name = &part.name;
    let calls: Vec<_> = part.items.iter().filter_map(|item| item.call.as_ref()).map(|call| &call.ident).collect();
    let calls = (!calls.is_empty()).then(|| reexport(name, &calls));
    quote! {
        mod #name;
        pub(crate) use self::#name::*;
        #calls
    }
}

/// A child module with further operations of the managed object `name`.
pub(super) fn emit_part(name: &names::Ident, part: &Module<Operation>) -> TokenStream {
    let uses = uses(&part.scope);
    let operations = operations(name, &part.items, &part.scope);
    quote! {
        #uses
        use super::#name;
        #operations
    }
}

fn operations(name: &names::Ident, operations: &[Operation], scope: &Scope) -> TokenStream {
    let methods = operations.iter().map(|item| operation::emit_method(item, scope));
    let calls = operations.iter().filter_map(|item| operation::emit_call(item, scope));
    let tables = operations.iter().map(|item| operation::emit_table(item, scope));
    let methods = (!operations.is_empty()).then(|| quote! { impl #name { #(#methods)* } });
    quote! {
        #methods
        #(#calls)*
        #(#tables)*
    }
}

pub(super) fn emit_handle(handle: &Handle, _scope: &Scope) -> TokenStream {
    let attributes = attributes(&handle.about);
    let (name, wire) = (&handle.ident, &handle.wire);
    let bases = handle.bases.iter().map(mo_path);
    quote! {
        #attributes
        #[derive(Clone, Debug)]
        pub struct #name(rt::Handle);
        rt::managed_object!(#name = #wire #(, extends #bases)*);
    }
}
