//! Data objects and faults: a typed view, its table, getters and setters.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::tokens::{
    attributes, deprecation, docs, field, is_plain, method_link, mo_path, owned, parameter, releases, std,
};
use crate::model::{Presence, Primitive, Shape};
use crate::plan::types::{Base, ChainedSetter, DataObject, Docs, Kind, Member, Scope, SetterOrigin, Type, TypeName};

pub(super) fn emit(object: &DataObject, scope: &Scope) -> TokenStream {
    let attributes = attributes(&object.about);
    let TypeName { ident: name, table } = &object.name;
    let bases = object.converts_into.iter().map(|base| quote! { , into #base });
    let base = match &object.base {
        Base::Root | Base::FaultRoot => quote! { rt::Object },
        Base::Type(TypeName { ident: base, .. }) => quote! { #base },
    };
    let info = table_of(object, scope);
    let methods = methods(object, scope);
    quote! {
        #attributes
        #[derive(bytemuck::TransparentWrapper)]
        #[repr(transparent)]
        pub struct #name(rt::Object);
        rt::data_type!(#name = #table: #base #(#bases)*);
        #info
        #methods
    }
}

fn table_of(object: &DataObject, scope: &Scope) -> TokenStream {
    let (table, wire) = (&object.name.table, &object.wire);
    let parent = match &object.base {
        Base::Root => quote! { rt::Parent::Root(&crate::REGISTRY) },
        Base::FaultRoot => quote! { rt::Parent::FaultRoot(&crate::REGISTRY) },
        Base::Type(TypeName { table: base, .. }) => quote! { rt::Parent::Type(&#base) },
    };
    let inherited = Literal::usize_unsuffixed(object.inherited);
    let fields = object.members.iter().map(|member| field(scope, &member.field));
    let releases = releases(object.since, object.until);
    quote! {
        pub(crate) static #table: rt::TypeInfo = rt::TypeInfo::new(#wire, #parent, #inherited, &[#(#fields),*]) #releases;
    }
}

fn methods(object: &DataObject, scope: &Scope) -> Option<TokenStream> {
    let name = &object.name.ident;
    let members = object.members.iter().map(|member| {
        let getter = getter(member, scope);
        let setter = setter(member, scope);
        let chained = member.chained.as_ref().map(|chained| chained_setter(chained, scope));
        quote! { #getter #setter #chained }
    });
    let inherited = object.inherited_setters.iter().map(|setter| chained_setter(setter, scope));
    let methods: Vec<_> = members.chain(inherited).collect();
    (!methods.is_empty()).then(|| {
        quote! {
            impl #name {
                #(#methods)*
            }
        }
    })
}

fn getter(member: &Member, scope: &Scope) -> TokenStream {
    let attributes = attributes(&member.about);
    let (name, index) = (&member.getter, Literal::usize_unsuffixed(member.index));
    let ty = &member.field.ty;
    let read = read_method(ty);
    let returns = returned(scope, ty);
    quote! {
        #attributes
        #[inline]
        pub fn #name(&self) -> #returns {
            self.0.#read(#index)
        }
    }
}

/// The method of `rt::Object` that reads a member.
fn read_method(ty: &Type) -> TokenStream {
    let (one, list) = match &ty.kind {
        Kind::Primitive(primitive) => match primitive {
            Primitive::Boolean => ("bool", "bools"),
            Primitive::Byte => ("byte", "bytes"),
            Primitive::Short => ("short", "shorts"),
            Primitive::Int => ("int", "ints"),
            Primitive::Long => ("long", "longs"),
            Primitive::Float => ("float", "floats"),
            Primitive::Double => ("double", "doubles"),
            Primitive::String => ("string", "strings"),
            Primitive::Secret => ("secret", "secrets"),
            Primitive::DateTime => ("date_time", "date_times"),
            Primitive::Binary => ("binary", "binaries"),
        },
        Kind::Enum(_) => ("enumeration", "enumerations"),
        Kind::Object(_) => ("object", "objects"),
        Kind::Reference(_) => ("reference", "references"),
        Kind::AnyReference => ("untyped_reference", "untyped_references"),
        Kind::Any => ("any", "anys"),
    };
    let name = match (ty.shape, ty.presence) {
        (Shape::List, _) => list.to_owned(),
        (Shape::One, Presence::Required) => one.to_owned(),
        (Shape::One, Presence::Optional) => format!("opt_{one}"),
    };
    let name = proc_macro2::Ident::new(&name, proc_macro2::Span::call_site());
    quote! { #name }
}

/// The type that a getter returns.
fn returned(scope: &Scope, ty: &Type) -> TokenStream {
    let (option, vec) = (std(scope, "Option"), std(scope, "Vec"));
    let owned = owned(scope, &ty.kind);
    match (ty.shape, &ty.kind) {
        (Shape::List, Kind::Primitive(Primitive::String)) => return quote! { rt::Strings<'_> },
        (Shape::List, Kind::Enum(_)) => return quote! { #vec<#owned> },
        (Shape::List, _) => return quote! { &[#owned] },
        (Shape::One, _) => {}
    }
    let one = match &ty.kind {
        Kind::Primitive(Primitive::String) => quote! { &str },
        Kind::Primitive(Primitive::Binary) => quote! { &[u8] },
        kind if is_plain(kind) => owned,
        _ => quote! { &#owned },
    };
    match ty.presence {
        Presence::Required => one,
        Presence::Optional => quote! { #option<#one> },
    }
}

fn setter(member: &Member, scope: &Scope) -> TokenStream {
    let docs = docs(&Docs(vec![format!("Sets {}.", method_link(&member.getter))]));
    let deprecated = deprecation(member.about.deprecated.as_ref());
    let (name, index, ty) = (&member.setter, Literal::usize_unsuffixed(member.index), &member.field.ty);
    let argument = argument_name(ty.shape);
    let parameter = parameter(scope, ty);
    let owned = owned(scope, &ty.kind);
    let write = match (ty.shape, &ty.kind) {
        (Shape::List, Kind::Reference(target)) => {
            let path = mo_path(&target.path);
            quote! { set_references::<#path>(#index, #argument) }
        }
        (Shape::List, _) => quote! { set_list::<#owned>(#index, #argument) },
        (Shape::One, kind) if is_plain(kind) => quote! { set(#index, #argument) },
        (Shape::One, Kind::Reference(_)) => quote! { set::<#owned>(#index, rt::IntoRef::into_ref(#argument)) },
        (Shape::One, _) => quote! { set::<#owned>(#index, #argument.into()) },
    };
    quote! {
        #docs
        #deprecated
        #[inline]
        pub fn #name(&mut self, #argument: #parameter) -> &mut Self {
            self.0.#write;
            self
        }
    }
}

fn chained_setter(chained: &ChainedSetter, scope: &Scope) -> TokenStream {
    let setter = match chained.origin {
        SetterOrigin::Own => method_link(&chained.setter),
        // rustdoc does not look behind `Deref`.
        SetterOrigin::Inherited => format!("`{}`", chained.setter),
    };
    let docs = docs(&Docs(vec![format!("{setter}, chained.")]));
    let deprecated = deprecation(chained.deprecated.as_ref());
    let (name, setter) = (&chained.name, &chained.setter);
    let argument = argument_name(chained.ty.shape);
    let parameter = parameter(scope, &chained.ty);
    quote! {
        #docs
        #deprecated
        #[inline]
        pub fn #name(mut self, #argument: #parameter) -> Self {
            self.#setter(#argument);
            self
        }
    }
}

fn argument_name(shape: Shape) -> TokenStream {
    match shape {
        Shape::One => quote! { value },
        Shape::List => quote! { values },
    }
}
