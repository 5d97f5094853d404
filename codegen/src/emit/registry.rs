//! The registry: all tables, by name.

use proc_macro2::TokenStream;
use quote::quote;

use super::tokens::{inner_docs, release};
use crate::plan::types::Plan;

pub(super) fn emit(plan: &Plan) -> TokenStream {
    let docs = inner_docs(&["All tables of the crate, by name.".to_owned()]);
    let release = release(plan.release);
    let (types, enums) = (&plan.registry.types, &plan.registry.enums);
    let operations = plan.registry.operations.iter().map(|(module, table)| quote! { &mo::#module::#table });
    let uses_mo = (!plan.registry.operations.is_empty()).then(|| quote! { use crate::mo; });
    let uses_types = (!types.is_empty() || !enums.is_empty()).then(|| quote! { use crate::types; });
    let type_trait = (!types.is_empty()).then(|| quote! { use vim25_runtime::DataType as _; });
    let enum_trait = (!enums.is_empty()).then(|| quote! { use vim25_runtime::Enumeration as _; });
    quote! {
        #docs
        use vim25_runtime as rt;
        #type_trait
        #enum_trait
        #uses_mo
        #uses_types
        /// The types and operations of this crate.
        pub static REGISTRY: rt::Registry = rt::Registry {
            release: #release,
            types: &[#(types::#types::TYPE),*],
            enums: &[#(types::#enums::INFO),*],
            operations: &[#(#operations),*],
        };
    }
}
