//! Document → [`Model`], in two steps: *declare* (each schema name and managed object gets its id), then *define* (each
//! body). Forward and circular references need no third step.
//!
//! Afterwards every schema is an item of the model or in [`Model::excluded`], every `$ref` leads somewhere, no type is
//! its own ancestor, and no member shadows an inherited one.

mod operation;
mod prose;
mod schema;
mod ty;

use std::collections::BTreeSet;

use indexmap::IndexMap;

use self::prose::Prose;
pub(crate) use self::schema::{ANYTHING, BOXED_ARRAY, BOXED_VALUE, REFERENCE};
use crate::diagnostics::{Code, Diagnostics};
use crate::model::{About, EnumId, Excluded, Item, MoId, Model, RequestId, Text, Type, TypeId};
use crate::spec::{Document, Pointer};

/// Makes the model.
pub(crate) fn lower(document: &Document) -> Result<Model, Diagnostics> {
    let mut lowering = Lowering::new(document);
    lowering.declare_schemas();
    lowering.declare_managed_objects();
    let data_types = lowering.data_types();
    let requests = lowering.request_types();
    let managed_objects = lowering.managed_objects(&data_types);
    lowering.check_boxes();
    let enums = lowering.enums();
    let Lowering { excluded, problems, .. } = lowering;
    let release = document.release;
    problems.into_result(Some(Model {
        release,
        releases: vec![release],
        origin: document.root.clone(),
        data_types,
        enums,
        requests,
        managed_objects,
        excluded,
    }))
}

/// What a schema name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Any,
    Reference,
    Type(TypeId),
    Enum(EnumId),
    Request(RequestId),
    /// A boxed value or array.
    Box,
    /// Reported already.
    Broken,
}

struct Lowering<'a> {
    document: &'a Document,
    names: IndexMap<&'a str, Named>,
    /// Names of the data types, by [`TypeId`].
    types: Vec<&'a str>,
    enums: usize,
    requests: usize,
    objects: IndexMap<&'a str, MoId>,
    used_enums: BTreeSet<EnumId>,
    boxed_enums: BTreeSet<EnumId>,
    excluded: Vec<Excluded>,
    problems: Diagnostics,
}

impl<'a> Lowering<'a> {
    fn new(document: &'a Document) -> Self {
        Self {
            document,
            names: IndexMap::new(),
            types: Vec::new(),
            enums: 0,
            requests: 0,
            objects: IndexMap::new(),
            used_enums: BTreeSet::new(),
            boxed_enums: BTreeSet::new(),
            excluded: Vec::new(),
            problems: Diagnostics::default(),
        }
    }

    fn fail<T>(&mut self, code: Code, at: &Pointer, values: &[&str]) -> Option<T> {
        self.problems.add(code, at, values);
        None
    }

    /// A reference gets its target from the prose.
    fn refer(&self, ty: Type, target: Option<&str>) -> Type {
        let target = target.and_then(|name| self.objects.get(name)).copied();
        match ty.item {
            Item::Reference(_) => Type { item: Item::Reference(target), ..ty },
            _ => ty,
        }
    }

    fn about(&self, prose: Prose, deprecated: bool, at: &Pointer) -> About {
        let mut text = prose.text;
        let reason = prose.deprecated.unwrap_or_default();
        if !deprecated && !reason.is_empty() {
            // The document says it in words only, so it stays words.
            let rest = std::mem::replace(&mut text, reason.clone());
            prose::append(&mut text, &rest);
        }
        About {
            text: Text(text),
            since: prose.since,
            until: None,
            deprecated: deprecated.then_some(reason),
            rename: None,
            origin: at.clone(),
        }
    }
}
