//! The registry: all tables, by name.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::{inner_docs, release};
use crate::plan::types::Plan;

pub(super) fn emit(plan: &Plan) -> TokenStream {
    let docs = inner_docs(&["All tables of the crate, by name.".to_owned()]);
    let release = release(plan.release);
    let (types, enums) = (&plan.registry.types, &plan.registry.enums);
    let objects = plan.registry.operations.iter().map(|(module, tables)| quote! { #module { #(#tables),* } });
    let enum_trait = (!enums.is_empty()).then(|| quote! { , Enumeration as _ });
    quote! {
        #docs
        use vim25_runtime::{self as rt #enum_trait};
        /// References to the tables of data types.
        macro_rules! types {
            ($($table:ident),*) => { &[$(&crate::types::$table),*] };
        }
        /// References to the tables of enums.
        macro_rules! enums {
            ($($name:ident),*) => { &[$(crate::types::$name::INFO),*] };
        }
        /// References to the tables of operations, by the module of their managed object.
        macro_rules! operations {
            ($($module:ident { $($table:ident),* })*) => { &[$($(&crate::mo::$module::$table),*),*] };
        }
        /// The types and operations of this crate.
        pub static REGISTRY: rt::Registry = rt::Registry {
            release: #release,
            types: types![#(#types),*],
            enums: enums![#(#enums),*],
            operations: operations![#(#objects)*],
        };
    }
}
