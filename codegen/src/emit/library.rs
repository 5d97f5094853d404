//! The files that hold modules together: `lib.rs` and the `mod.rs` of each folder.

use proc_macro2::TokenStream;
use quote::quote;

use super::declare;
use super::tokens::{inner_docs, reexport, release};
use crate::plan::types::{Module, Plan, Request, Service};

/// `lib.rs`. The modules are skipped by rustfmt, whose line width is not prettyplease's; this file suits both.
pub(super) fn emit(plan: &Plan) -> TokenStream {
    let docs = inner_docs(&plan.docs.0);
    let release = release(plan.release);
    let requests = (!plan.requests.is_empty()).then(|| quote! { #[rustfmt::skip] mod requests; });
    quote! {
        #docs
        #![allow(deprecated, reason = "deprecated items of the API are part of it")]
        #[rustfmt::skip]
        mod enums;
        #[rustfmt::skip]
        pub mod mo;
        #[rustfmt::skip]
        mod paths;
        #[rustfmt::skip]
        mod registry;
        #requests
        #[rustfmt::skip]
        pub mod types;
        pub use paths::Path;
        pub use registry::REGISTRY;
        use vim25_runtime as rt;
        /// The release of the API that this crate describes.
        pub const RELEASE: rt::Release = #release;
    }
}

/// `types/mod.rs`.
pub(super) fn types(plan: &Plan) -> TokenStream {
    let docs = inner_docs(&["Data objects, faults and enums.".to_owned()]);
    let modules = flat(&plan.types);
    let enums = (!plan.enums.is_empty()).then(|| quote! { pub use crate::enums::*; });
    quote! { #docs #modules #enums }
}

/// `enums/mod.rs`.
pub(super) fn enums(plan: &Plan) -> TokenStream {
    let docs = inner_docs(&["Enums; they are used as [`crate::types`].".to_owned()]);
    let modules = flat(&plan.enums);
    quote! { #docs #modules }
}

/// Private modules whose items appear here.
fn flat<T>(modules: &[Module<T>]) -> TokenStream {
    let declarations = modules.iter().map(|module| declare(&TokenStream::new(), &module.name, &module.file));
    let names = modules.iter().map(|module| &module.name);
    quote! {
        #(#declarations)*
        #(pub use self::#names::*;)*
    }
}

/// `mo/mod.rs`.
pub(super) fn managed_objects(plan: &Plan) -> TokenStream {
    let docs = inner_docs(&["Managed objects: what a server keeps, with its methods and properties.".to_owned()]);
    let services = plan.services.iter().filter_map(|service| service.name.as_ref());
    let modules = plan.services.iter().filter(|service| service.name.is_none()).map(modules);
    quote! {
        #docs
        #![allow(clippy::should_implement_trait, reason = "parameters have the names that the API gives them")]
        #![allow(clippy::too_many_arguments, reason = "operations have as many required parameters as the API says")]
        #(pub mod #services;)*
        #(#modules)*
    }
}

/// `mo/vsan/mod.rs`.
pub(super) fn service(service: &Service) -> TokenStream {
    let docs = inner_docs(&[format!("Managed objects of the service `/{}`.", service.wire)]);
    let modules = modules(service);
    quote! { #docs #modules }
}

/// A public module for each managed object, which itself appears here.
fn modules(service: &Service) -> TokenStream {
    let declarations = service.managed_objects.iter().map(|module| {
        let declaration = declare(&quote! { pub }, &module.name, &module.file);
        let docs = format!(" [`{0}`] and the types of its calls.", module.items[0].ident);
        quote! { #[doc = #docs] #declaration }
    });
    let reexports = service.managed_objects.iter().map(|module| reexport(&module.name, &[&module.items[0].ident]));
    let referenced = service.referenced.as_ref().map(|module| {
        let (name, items) = (&module.name, module.items.iter().map(|item| &item.ident).collect::<Vec<_>>());
        let reexport = reexport(name, &items);
        (quote! { mod #name; }, reexport)
    });
    let (handles, handle_reexports) = referenced.unzip();
    quote! {
        #(#declarations)*
        #handles
        #(#reexports)*
        #handle_reexports
    }
}

/// `requests/mod.rs`.
pub(super) fn requests(modules: &[Module<Request>]) -> TokenStream {
    let docs = inner_docs(&["The parameters of operations, as tables.".to_owned()]);
    let declarations = modules.iter().map(|module| declare(&TokenStream::new(), &module.name, &module.file));
    let names = modules.iter().map(|module| &module.name);
    quote! {
        #docs
        #(#declarations)*
        #(pub(crate) use self::#names::*;)*
    }
}
