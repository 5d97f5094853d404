//! The registry: all tables, by name. The long lists have files of their own.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::{inner_docs, mo_path, release};
use crate::plan::types::Plan;

/// `registry.rs`.
pub(super) fn emit(plan: &Plan) -> TokenStream {
    let docs = inner_docs(&["All tables of the crate, by name.".to_owned()]);
    let release = release(plan.release);
    let enums = &plan.registry.enums;
    let uses = match enums.as_slice() {
        [] => quote! { use vim25_runtime as rt; },
        _ => quote! {
            use vim25_runtime::{self as rt, Enumeration as _};
            use crate::types;
        },
    };
    let managed_objects = plan.registry.managed_objects.iter().map(|(name, bases)| {
        quote! { rt::ManagedObjectInfo { name: #name, bases: &[#(#bases),*] } }
    });
    let reading = &plan.registry.reading_methods;
    quote! {
        #docs
        mod operations;
        mod types_by_name;
        #uses
        /// The types and operations of this crate.
        pub static REGISTRY: rt::Registry = rt::Registry {
            release: #release,
            types: types_by_name::TYPES,
            enums: &[#(types::#enums::INFO),*],
            managed_objects: &[#(#managed_objects),*],
            operations: operations::OPERATIONS,
            reading_methods: &[#(#reading),*],
        };
    }
}

/// `registry/types_by_name.rs`.
pub(super) fn types(plan: &Plan) -> TokenStream {
    let tables: Vec<_> = plan.registry.types.iter().map(|table| quote! { types::#table }).collect();
    list(&tables, &quote! { types }, &quote! { TYPES: &[&rt::TypeInfo] })
}

/// `registry/operations.rs`.
pub(super) fn operations(plan: &Plan) -> TokenStream {
    let operations = plan.registry.operations.iter();
    let tables = operations.flat_map(|(module, tables)| {
        let module = mo_path(module);
        tables.iter().map(move |table| quote! { #module::#table })
    });
    list(&tables.collect::<Vec<_>>(), &quote! { mo }, &quote! { OPERATIONS: &[&rt::OperationInfo] })
}

/// References to tables. They stand in a macro, many on a line.
fn list(tables: &[TokenStream], module: &TokenStream, name: &TokenStream) -> TokenStream {
    let uses = (!tables.is_empty()).then(|| quote! { use crate::#module; });
    quote! {
        use vim25_runtime as rt;
        #uses
        macro_rules! tables {
            ($($table:path),*) => { &[$(&$table),*] };
        }
        pub(super) static #name = tables![#(#tables),*];
    }
}
