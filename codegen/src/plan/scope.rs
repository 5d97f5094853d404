//! What a file imports, and which names of the prelude it hides by that.

use std::collections::BTreeSet;

use super::types::{FieldInfo, Kind, Runtime, Scope, Type, TypeName, TypePath};
use crate::names::{self, Ident};

/// Names of the standard prelude that generated code writes.
const PRELUDE: &[&str] = &["Into", "IntoIterator", "None", "Option", "Some", "String", "Vec"];

/// Collects the names that the items of one file use.
#[derive(Default)]
pub(super) struct Collector {
    types: BTreeSet<Ident>,
    modules: BTreeSet<&'static str>,
    traits: BTreeSet<&'static str>,
}

impl Collector {
    /// A data type, its table, or an enum.
    pub(super) fn item(&mut self, ident: &Ident) {
        self.types.insert(ident.clone());
    }

    /// A module of the crate.
    pub(super) fn module(&mut self, name: &'static str) {
        self.modules.insert(name);
    }

    /// What a line of a table of members names.
    pub(super) fn field(&mut self, field: &FieldInfo) {
        self.info(&field.ty);
    }

    /// What the description of a type names: `rt::Item::Object(&VIRTUAL_DISK)`.
    pub(super) fn info(&mut self, ty: &Type) {
        match &ty.kind {
            Kind::Object(name) => self.item(&name.table),
            Kind::Enum(ident) => {
                self.item(ident);
                self.traits.insert("Enumeration");
            }
            Kind::Primitive(_) | Kind::Reference(_) | Kind::AnyReference | Kind::Any => {}
        }
    }

    /// What a type in a signature names.
    pub(super) fn ty(&mut self, ty: &Type) {
        match &ty.kind {
            Kind::Object(TypeName { ident, .. }) | Kind::Enum(ident) => self.item(ident),
            Kind::Reference(_) => self.module("mo"),
            Kind::Primitive(_) | Kind::AnyReference | Kind::Any => {}
        }
    }

    /// The scope of a file that defines `own` and imports data types by name.
    pub(super) fn with_imports(mut self, own: &BTreeSet<Ident>) -> Scope {
        let shadowed = shadowed(self.types.iter().chain(own));
        self.types.retain(|ident| !own.contains(ident));
        Scope {
            imports: self.types.into_iter().collect(),
            modules: self.modules.into_iter().collect(),
            runtime: Runtime::With(self.traits.into_iter().collect()),
            types: TypePath::Bare,
            shadowed,
        }
    }

    /// The scope of a file that defines `own` and writes data types as `types::X`.
    pub(super) fn with_modules(mut self, own: &BTreeSet<Ident>) -> Scope {
        if !self.types.is_empty() {
            self.modules.insert("types");
        }
        Scope {
            imports: Vec::new(),
            modules: self.modules.into_iter().collect(),
            runtime: Runtime::With(self.traits.into_iter().collect()),
            types: TypePath::InTypes,
            shadowed: shadowed(own.iter()),
        }
    }
}

fn shadowed<'a>(names: impl Iterator<Item = &'a Ident>) -> Vec<&'static str> {
    let present: BTreeSet<String> = names.map(names::plain).collect();
    PRELUDE.iter().copied().filter(|name| present.contains(*name)).collect()
}

/// The names that a link can use without a path.
pub(super) fn in_scope(scope: &Scope, own: &BTreeSet<Ident>) -> BTreeSet<String> {
    let modules = scope.modules.iter().map(|name| (*name).to_owned());
    scope.imports.iter().chain(own).map(names::plain).chain(modules).collect()
}
