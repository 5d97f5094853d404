//! Operations: the method of the managed object, the type of its call, and the tables.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens::{
    attributes, docs, field, is_plain, item, marks, mo_path, opt_release, owned, parameter, presence, std, type_path,
    value,
};
use crate::model::{Access, OperationKind, Shape};
use crate::plan::types::{Call, Kind, Maturity, Operation, OperationInfo, Parameter, Request, Returns, Scope, Type};

/// The method of the managed object.
pub(super) fn emit_method(operation: &Operation, scope: &Scope) -> TokenStream {
    let attributes = attributes(&operation.about);
    let (method, table) = (&operation.method, &operation.table);
    let parameters = operation.required.iter().map(|each| {
        let (name, ty) = (&each.name, parameter(scope, &each.ty));
        quote! { , #name: #ty }
    });
    let arguments = operation.required.iter().map(|each| argument(each, scope));
    let new = quote! { rt::Call::new(&self.0, &#table) #(#arguments)* };
    let (returns, body) = match &operation.call {
        Some(Call { ident, .. }) => (quote! { #ident }, quote! { #ident(#new) }),
        None => {
            let result = result(operation, scope);
            (quote! { rt::Call<#result> }, new)
        }
    };
    quote! {
        #attributes
        #[inline]
        pub fn #method(&self #(#parameters)*) -> #returns {
            #body
        }
    }
}

/// The type of a call with optional arguments.
pub(super) fn emit_call(operation: &Operation, scope: &Scope) -> Option<TokenStream> {
    let call = operation.call.as_ref()?;
    let docs = docs(&call.docs);
    let (name, result) = (&call.ident, result(operation, scope));
    let setters = call.optional.iter().map(|each| {
        let (attributes, name, ty) = (attributes(&each.about), &each.name, parameter(scope, &each.ty));
        let argument = argument(each, scope);
        quote! {
            #attributes
            #[inline]
            pub fn #name(self, #name: #ty) -> Self {
                Self(self.0 #argument)
            }
        }
    });
    Some(quote! {
        #docs
        #[derive(Debug)]
        #[must_use = "nothing is sent before `.await`"]
        pub struct #name(rt::Call<#result>);
        rt::call!(#name -> #result);
        impl #name {
            #(#setters)*
        }
    })
}

/// `.argument::<String>(0, user_name.into())`.
fn argument(parameter: &Parameter, scope: &Scope) -> TokenStream {
    let (name, index) = (&parameter.name, Literal::usize_unsuffixed(parameter.index));
    let owned = owned(scope, &parameter.ty.kind);
    match (parameter.ty.shape, &parameter.ty.kind) {
        (Shape::List, Kind::Reference(target)) => {
            let path = mo_path(&target.path);
            quote! { .references::<#path>(#index, #name) }
        }
        (Shape::List, _) => quote! { .arguments::<#owned>(#index, #name) },
        (Shape::One, kind) if is_plain(kind) => quote! { .argument(#index, #name) },
        (Shape::One, Kind::Reference(_)) => quote! { .argument::<#owned>(#index, rt::IntoRef::into_ref(#name)) },
        (Shape::One, _) => quote! { .argument::<#owned>(#index, #name.into()) },
    }
}

/// The type that a call gives.
fn result(operation: &Operation, scope: &Scope) -> TokenStream {
    match &operation.returns {
        Returns::Nothing => quote! { () },
        Returns::Value(ty) => value(ty, scope),
        Returns::Task => quote! { rt::TaskRef<()> },
        Returns::TaskOf(ty) => {
            let value = value(ty, scope);
            quote! { rt::TaskRef<#value> }
        }
    }
}

/// The static table of an operation.
pub(super) fn emit_table(operation: &Operation, scope: &Scope) -> TokenStream {
    let OperationInfo { managed_object, wire, service, kind, request, result, faults, privileges, .. } =
        &operation.info;
    let (some, none) = (std(scope, "Some"), std(scope, "None"));
    let table = &operation.table;
    let kind = kind_path(*kind);
    let request = request.as_ref().map_or(quote! { #none }, |request| quote! { #some(&requests::#request) });
    let result = result.as_ref().map_or(quote! { #none }, |ty| {
        let info = result_info(ty, scope);
        quote! { #some(#info) }
    });
    let faults = faults.iter().map(|fault| type_path(scope, fault));
    let anonymous = operation.info.access == Access::Anonymous;
    let since = opt_release(scope, operation.info.since);
    let until = opt_release(scope, operation.info.until);
    let deprecated = operation.info.maturity == Maturity::Deprecated;
    quote! {
        pub(crate) static #table: rt::OperationInfo = rt::OperationInfo {
            managed_object: #managed_object,
            name: #wire,
            service: #service,
            kind: #kind,
            request: #request,
            result: #result,
            faults: &[#(&#faults),*],
            privileges: &[#(#privileges),*],
            anonymous: #anonymous,
            since: #since,
            until: #until,
            deprecated: #deprecated,
        };
    }
}

fn kind_path(kind: OperationKind) -> TokenStream {
    match kind {
        OperationKind::Property => quote! { rt::OperationKind::Property },
        OperationKind::Method => quote! { rt::OperationKind::Method },
        OperationKind::Task => quote! { rt::OperationKind::Task },
    }
}

fn result_info(ty: &Type, scope: &Scope) -> TokenStream {
    let (presence, item, marks) = (presence(ty.presence), item(scope, &ty.kind), marks(ty));
    quote! { rt::ResultInfo::#presence(#item) #marks }
}

/// The static table of a request type.
pub(super) fn emit_request(request: &Request, scope: &Scope) -> TokenStream {
    let (table, wire) = (&request.table, &request.wire);
    let fields = request.fields.iter().map(|each| field(scope, each));
    quote! {
        pub(crate) static #table: rt::TypeInfo = rt::TypeInfo::request(#wire, &[#(#fields),*]);
    }
}
