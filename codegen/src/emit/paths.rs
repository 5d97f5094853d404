//! Paths to properties: the type of all of them, and lists of what there is, for macros of the runtime.

use proc_macro2::TokenStream;
use quote::quote;

use super::declare;
use super::tokens::{deprecation, inner_docs, mo_path, type_path, value};
use crate::model::Primitive;
use crate::plan::types::{Module, PathTo, Paths, Scope};

/// `paths/mod.rs`.
pub(super) fn module(modules: &[Module<Paths>]) -> TokenStream {
    let docs = inner_docs(&["Paths to properties.".to_owned()]);
    let declarations = modules.iter().map(|module| declare(&TokenStream::new(), &module.name, &module.file));
    quote! {
        #docs
        #(#declarations)*
        use vim25_runtime as rt;
        /// A path to a property of the managed object `M`, or into one, where a `T` is if it is set.
        ///
        /// It begins at a constant of the managed object, one for each property, and goes on by methods, one for each
        /// member of `T`. Those of its bases come by `Deref`. A list ends it, unless its elements have keys:
        /// then `key` leads to one of them.
        #[derive(bytemuck::TransparentWrapper)]
        #[repr(transparent)]
        #[transparent(rt::PathText)]
        pub struct Path<M, T>(rt::PathText, ::std::marker::PhantomData<fn() -> (M, T)>);
        rt::path_type!(Path);
    }
}

pub(super) fn emit(item: &Paths, scope: &Scope) -> TokenStream {
    match item {
        Paths::Properties { owner, paths } => {
            let (owner, paths) = (mo_path(owner), paths.iter().map(|each| path(each, scope)));
            quote! { rt::properties!(#owner { #(#paths),* }); }
        }
        Paths::Members { owner, paths } => {
            let (owner, paths) = (type_path(scope, owner), paths.iter().map(|each| path(each, scope)));
            quote! { rt::members!(#owner { #(#paths),* }); }
        }
        Paths::Elements { owner, key } => {
            let owner = type_path(scope, owner);
            let key = match key {
                Primitive::Int => quote! { i32 },
                Primitive::Long => quote! { i64 },
                _ => quote! { &str },
            };
            quote! { rt::elements!(#owner, key: #key); }
        }
    }
}

/// `power_state = "powerState" -> types::VirtualMachinePowerState`.
fn path(path: &PathTo, scope: &Scope) -> TokenStream {
    let PathTo { name, wire, ty, deprecated } = path;
    let deprecated = deprecation(deprecated.as_ref());
    let ty = value(ty, scope);
    quote! { #deprecated #name = #wire -> #ty }
}
