//! [`Plan`] → tokens. Total: everything that could go wrong was settled by the plan, and nothing is decided here.

mod data_object;
mod enumeration;
mod library;
mod managed_object;
mod manifest;
mod operation;
mod registry;
mod tokens;

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::plan::types::{Module, Plan, Service};
use tokens::{inner_docs, uses};

/// A file before it is formatted.
pub(crate) enum Source {
    /// A Rust file.
    Rust(TokenStream),
    /// The manifest.
    Toml(String),
}

/// The files of the crate, by path.
pub(crate) fn emit(plan: &Plan) -> BTreeMap<String, Source> {
    let mut files = BTreeMap::new();
    files.insert("Cargo.toml".to_owned(), Source::Toml(manifest::emit(plan)));
    rust(&mut files, "src/lib.rs", library::emit(plan));
    rust(&mut files, "src/registry.rs", registry::emit(plan));
    rust(&mut files, "src/registry/operations.rs", registry::operations(plan));
    rust(&mut files, "src/registry/types_by_name.rs", registry::types(plan));
    folder(&mut files, "types", &plan.types, data_object::emit);
    folder(&mut files, "enums", &plan.enums, enumeration::emit);
    rust(&mut files, "src/mo/mod.rs", library::managed_objects(plan));
    plan.services.iter().for_each(|each| service(&mut files, each));
    rust(&mut files, "src/types/mod.rs", library::types(plan));
    rust(&mut files, "src/enums/mod.rs", library::enums(plan));
    match plan.requests.as_slice() {
        [] => {}
        [only] => rust(&mut files, "src/requests.rs", requests_file(only)),
        several => {
            for module in several {
                rust(&mut files, &format!("src/requests/{}.rs", module.file), requests_file(module));
            }
            rust(&mut files, "src/requests/mod.rs", library::requests(several));
        }
    }
    files
}

/// The files of managed objects: those of vim25 in `mo`, those of other services in folders of it.
fn service(files: &mut BTreeMap<String, Source>, service: &Service) {
    let path = match &service.name {
        None => "mo".to_owned(),
        Some(name) => format!("mo/{}", crate::names::plain(name)),
    };
    if service.name.is_some() {
        rust(files, &format!("src/{path}/mod.rs"), library::service(service));
    }
    folder(files, &path, &service.managed_objects, managed_object::emit);
    for module in &service.managed_objects {
        let mo = &module.items[0];
        for part in &mo.more {
            rust(
                files,
                &format!("src/{path}/{}/{}.rs", module.file, part.file),
                managed_object::emit_part(&mo.ident, part),
            );
        }
    }
    if let Some(module) = &service.referenced {
        rust(files, &format!("src/{path}/referenced.rs"), file(module, managed_object::emit_handle));
    }
}

fn rust(files: &mut BTreeMap<String, Source>, path: &str, tokens: TokenStream) {
    files.insert(path.to_owned(), Source::Rust(tokens));
}

fn folder<T>(
    files: &mut BTreeMap<String, Source>,
    folder: &str,
    modules: &[Module<T>],
    emit: impl Fn(&T, &crate::plan::types::Scope) -> TokenStream,
) {
    for module in modules {
        rust(files, &format!("src/{folder}/{}.rs", module.file), file(module, &emit));
    }
}

fn file<T>(module: &Module<T>, emit: impl Fn(&T, &crate::plan::types::Scope) -> TokenStream) -> TokenStream {
    let uses = uses(&module.scope);
    let items = module.items.iter().map(|item| emit(item, &module.scope));
    quote! {
        #uses
        #(#items)*
    }
}

fn requests_file(module: &Module<crate::plan::types::Request>) -> TokenStream {
    let docs = inner_docs(&["The parameters of operations, as tables.".to_owned()]);
    let file = file(module, operation::emit_request);
    quote! {
        #docs
        #file
    }
}

/// `mod a;`, with a path where the file has another name.
fn declare(visibility: &TokenStream, name: &Ident, file: &str) -> TokenStream {
    let path = (crate::names::plain(name) != file).then(|| {
        let path = format!("{file}.rs");
        quote! { #[path = #path] }
    });
    quote! { #path #visibility mod #name; }
}
