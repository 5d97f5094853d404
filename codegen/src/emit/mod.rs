//! [`Plan`] → tokens. Total: everything that could go wrong was settled by the plan, and nothing is decided here.

mod data_object;
mod enumeration;
mod library;
mod managed_object;
mod manifest;
mod operation;
mod paths;
mod registry;
mod tokens;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use crate::names;
use crate::plan::types::{Module, Plan, Request, Scope, Service};
use tokens::{inner_docs, uses};

/// A file before it is formatted.
pub(crate) enum Source<'a> {
    /// A Rust file. Its tokens are made where they are wanted: they can not be sent to another thread.
    Rust(Box<dyn Fn() -> TokenStream + Send + 'a>),
    /// The manifest.
    Toml(String),
}

/// The files of the crate, by path.
pub(crate) fn emit(plan: &Plan) -> BTreeMap<String, Source<'_>> {
    let mut files = BTreeMap::new();
    files.insert("Cargo.toml".to_owned(), Source::Toml(manifest::emit(plan)));
    rust(&mut files, "src/lib.rs", move || library::emit(plan));
    rust(&mut files, "src/registry.rs", move || registry::emit(plan));
    rust(&mut files, "src/registry/operations.rs", move || registry::operations(plan));
    rust(&mut files, "src/registry/types_by_name.rs", move || registry::types(plan));
    folder(&mut files, "types", &plan.types, data_object::emit);
    folder(&mut files, "enums", &plan.enums, enumeration::emit);
    rust(&mut files, "src/mo/mod.rs", move || library::managed_objects(plan));
    plan.services.iter().for_each(|each| service(&mut files, each));
    rust(&mut files, "src/types/mod.rs", move || library::types(plan));
    rust(&mut files, "src/enums/mod.rs", move || library::enums(plan));
    rust(&mut files, "src/paths/mod.rs", move || paths::module(&plan.paths));
    folder(&mut files, "paths", &plan.paths, paths::emit);
    match plan.requests.as_slice() {
        [] => {}
        [only] => rust(&mut files, "src/requests.rs", move || requests_file(only)),
        several => {
            for module in several {
                rust(&mut files, &format!("src/requests/{}.rs", module.file), move || requests_file(module));
            }
            rust(&mut files, "src/requests/mod.rs", move || library::requests(several));
        }
    }
    files
}

/// The files of managed objects: those of vim25 in `mo`, those of other services in folders of it.
fn service<'a>(files: &mut BTreeMap<String, Source<'a>>, service: &'a Service) {
    let path = match &service.name {
        None => "mo".to_owned(),
        Some(name) => format!("mo/{}", names::plain(name)),
    };
    if service.name.is_some() {
        rust(files, &format!("src/{path}/mod.rs"), move || library::service(service));
    }
    folder(files, &path, &service.managed_objects, managed_object::emit);
    for module in &service.managed_objects {
        let mo = &module.items[0];
        for part in &mo.more {
            rust(files, &format!("src/{path}/{}/{}.rs", module.file, part.file), move || {
                managed_object::emit_part(&mo.ident, part)
            });
        }
    }
    if let Some(module) = &service.referenced {
        rust(files, &format!("src/{path}/referenced.rs"), move || file(module, managed_object::emit_handle));
    }
}

fn rust<'a>(files: &mut BTreeMap<String, Source<'a>>, path: &str, tokens: impl Fn() -> TokenStream + Send + 'a) {
    files.insert(path.to_owned(), Source::Rust(Box::new(tokens)));
}

fn folder<'a, T: Sync>(
    files: &mut BTreeMap<String, Source<'a>>,
    folder: &str,
    modules: &'a [Module<T>],
    emit: fn(&T, &Scope) -> TokenStream,
) {
    for module in modules {
        rust(files, &format!("src/{folder}/{}.rs", module.file), move || file(module, emit));
    }
}

fn file<T>(module: &Module<T>, emit: fn(&T, &Scope) -> TokenStream) -> TokenStream {
    let uses = uses(&module.scope);
    let items = module.items.iter().map(|item| emit(item, &module.scope));
    quote! {
        #uses
        #(#items)*
    }
}

fn requests_file(module: &Module<Request>) -> TokenStream {
    let docs = inner_docs(&["The parameters of operations, as tables.".to_owned()]);
    let file = file(module, operation::emit_request);
    quote! {
        #docs
        #file
    }
}

/// `mod a;`, with a path where the file has another name.
fn declare(visibility: &TokenStream, name: &names::Ident, file: &str) -> TokenStream {
    let path = (names::plain(name) != file).then(|| {
        let path = format!("{file}.rs");
        quote! { #[path = #path] }
    });
    quote! { #path #visibility mod #name; }
}
