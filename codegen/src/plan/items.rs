//! The items of the data files: data objects and faults, enums, request types.

use std::collections::BTreeSet;

use super::Context;
use super::docs::Writer;
use super::layout::{self, Family, Sized};
use super::links::Here;
use super::scope::{self, Collector};
use super::size;
use super::types::{
    About, Base, ChainedSetter, DataObject, EnumForm, EnumValue, Enumeration, FieldInfo, Kind, Member, Module, Request,
    Runtime, SetterOrigin, Target, Type, TypeName,
};
use crate::analyse::Used;
use crate::model::{self, EnumId, EnumUsage, Field, Item, Presence, RequestId, Secrecy, TypeId};
use crate::names::{self, Ident};

/// The files of data objects and faults.
pub(super) fn data_types(context: Context<'_>) -> Vec<Module<DataObject>> {
    let Context { model, facts, .. } = context;
    let sized = |id: &TypeId| {
        let ty = &model.data_types[id.0];
        let is_input = facts.inputs.contains(id);
        let chained = if is_input { facts.hierarchy.all_fields(model, *id).len() } else { 0 };
        Sized {
            index: id.0,
            words: family_words(context, *id),
            lines: size::data_type(ty, chained, facts.usage.of(Used::Type(*id))),
        }
    };
    let families = layout::families(facts.selection.types.iter().map(sized).collect());
    families.iter().map(|family| data_type_module(context, family)).collect()
}

/// The words that decide the file of a data type: those of its name, and before them `event` or `fault`, because these are
/// a third of all and have no leading word in common.
fn family_words(Context { model, facts, names, .. }: Context<'_>, id: TypeId) -> Vec<String> {
    let ty = &model.data_types[id.0];
    let is_event =
        || facts.hierarchy.ancestors(id).any(|ancestor| model.data_types[ancestor.0].name.as_str() == "Event");
    let kin = match ty.family {
        model::Family::Fault => Some("fault"),
        model::Family::DataObject => is_event().then_some("event"),
    };
    kin.map(str::to_owned).into_iter().chain(names::words(&names::plain(&names.types[id.0].ident))).collect()
}

fn data_type_module(context: Context<'_>, family: &Family) -> Module<DataObject> {
    let own: BTreeSet<Ident> = family.items.iter().flat_map(|&index| names_of(context, index)).collect();
    let mut collector = Collector::default();
    for &index in &family.items {
        collect_data_type(context, TypeId(index), &mut collector);
    }
    let scope = collector.with_imports(&own);
    let in_scope = scope::in_scope(&scope, &own);
    let writer = context.writer(&in_scope);
    let items = family.items.iter().map(|&index| data_type(context, TypeId(index), &writer)).collect();
    Module { name: family.module(), file: family.file.clone(), scope, items }
}

/// The names that a data type defines.
fn names_of(context: Context<'_>, index: usize) -> [Ident; 2] {
    let TypeName { ident, table } = context.names.types[index].clone();
    [ident, table]
}

/// The names that a data type uses.
fn collect_data_type(context: Context<'_>, id: TypeId, collector: &mut Collector) {
    let Context { model, facts, names, .. } = context;
    let ty = &model.data_types[id.0];
    if let Some(parent) = ty.parent {
        collector.item(&names.types[parent.0].ident);
        collector.item(&names.types[parent.0].table);
    }
    for ancestor in converts_into(context, id) {
        collector.item(&ancestor);
    }
    for field in &ty.fields {
        let info = context.field(field);
        collector.field(&info);
        collector.ty(&info.ty);
    }
    if facts.inputs.contains(&id) {
        for (_, field) in facts.hierarchy.all_fields(model, id) {
            collector.ty(&context.field(field).ty);
        }
    }
}

fn data_type(context: Context<'_>, id: TypeId, writer: &Writer<'_>) -> DataObject {
    let Context { model, facts, names, .. } = context;
    let ty = &model.data_types[id.0];
    let name = &names.types[id.0];
    let inherited = facts.hierarchy.inherited_count(model, id);
    let is_input = facts.inputs.contains(&id);
    let members = ty.fields.iter().enumerate().map(|(at, field)| {
        let given = &names.members[id.0][at];
        Member {
            field: context.field(field),
            index: inherited + at,
            getter: given.getter.clone(),
            setter: given.setter.clone(),
            about: about(&field.about, &field.name, &given.getter, (writer.member(field), writer)),
            chained: is_input.then(|| chained_setter(context, (id, at), SetterOrigin::Own, writer)),
        }
    });
    DataObject {
        name: name.clone(),
        wire: ty.name.to_string(),
        about: about(&ty.about, &ty.name, &name.ident, (writer.data_object(id), writer)),
        since: ty.about.since,
        until: ty.about.until,
        base: base(context, ty),
        converts_into: converts_into(context, id),
        inherited,
        members: members.collect(),
        inherited_setters: if is_input { inherited_setters(context, id, writer) } else { Vec::new() },
    }
}

fn base(context: Context<'_>, ty: &model::DataType) -> Base {
    match (ty.parent, ty.family) {
        (Some(parent), _) => Base::Type(context.names.types[parent.0].clone()),
        (None, model::Family::DataObject) => Base::Root,
        (None, model::Family::Fault) => Base::FaultRoot,
    }
}

/// The bases that are the type of some place, the nearest first.
fn converts_into(Context { facts, names, .. }: Context<'_>, id: TypeId) -> Vec<Ident> {
    let held = facts.hierarchy.ancestors(id).filter(|ancestor| facts.held.contains(ancestor));
    held.map(|ancestor| names.types[ancestor.0].ident.clone()).collect()
}

fn inherited_setters(context: Context<'_>, id: TypeId, writer: &Writer<'_>) -> Vec<ChainedSetter> {
    let mut ancestors: Vec<TypeId> = context.facts.hierarchy.ancestors(id).collect();
    ancestors.reverse();
    let members = ancestors
        .into_iter()
        .flat_map(|owner| (0..context.model.data_types[owner.0].fields.len()).map(move |at| (owner, at)));
    members.map(|member| chained_setter(context, member, SetterOrigin::Inherited, writer)).collect()
}

fn chained_setter(
    context: Context<'_>,
    (owner, at): (TypeId, usize),
    origin: SetterOrigin,
    writer: &Writer<'_>,
) -> ChainedSetter {
    let field = &context.model.data_types[owner.0].fields[at];
    let given = &context.names.members[owner.0][at];
    ChainedSetter {
        name: given.chained.clone(),
        setter: given.setter.clone(),
        origin,
        ty: context.field(field).ty,
        deprecated: writer.deprecation(&field.about),
    }
}

/// The files of enums.
pub(super) fn enums(context: Context<'_>) -> Vec<Module<Enumeration>> {
    let Context { model, facts, names, .. } = context;
    let sized = |id: &EnumId| Sized {
        index: id.0,
        words: names::words(&names::plain(&names.enums[id.0])),
        lines: size::enumeration(&model.enums[id.0], facts.usage.of(Used::Enum(*id))),
    };
    let families = layout::families(facts.selection.enums.iter().map(sized).collect());
    families.iter().map(|family| enum_module(context, family)).collect()
}

fn enum_module(context: Context<'_>, family: &Family) -> Module<Enumeration> {
    let own: BTreeSet<Ident> = family.items.iter().map(|&index| context.names.enums[index].clone()).collect();
    let mut scope = Collector::default().with_imports(&own);
    if family.items.iter().all(|&index| context.model.enums[index].usage == EnumUsage::Untyped) {
        scope.runtime = Runtime::Nothing;
    }
    let in_scope = scope::in_scope(&scope, &own);
    let writer = context.writer(&in_scope);
    let items = family.items.iter().map(|&index| enumeration(context, EnumId(index), &writer)).collect();
    Module { name: family.module(), file: family.file.clone(), scope, items }
}

fn enumeration(context: Context<'_>, id: EnumId, writer: &Writer<'_>) -> Enumeration {
    let item = &context.model.enums[id.0];
    let ident = &context.names.enums[id.0];
    let values = item.values.iter().zip(&context.names.values[id.0]).map(|(value, ident)| EnumValue {
        ident: ident.clone(),
        wire: value.name.to_string(),
        about: about(&value.about, &value.name, ident, (writer.value(value), writer)),
    });
    Enumeration {
        ident: ident.clone(),
        wire: item.name.to_string(),
        about: About {
            // The schema's name has a suffix, and people search for it.
            alias: names::alias(&format!("{}_enum", item.name), ident),
            ..about(&item.about, &item.name, ident, (writer.enumeration(id), writer))
        },
        form: match item.usage {
            EnumUsage::Typed => EnumForm::Variants,
            EnumUsage::Untyped => EnumForm::Constants,
        },
        values: values.collect(),
    }
}

/// The files of request types: one if it is short enough, else families.
pub(super) fn requests(context: Context<'_>) -> Vec<Module<Request>> {
    let Context { model, facts, .. } = context;
    let sized = |id: &RequestId| Sized {
        index: id.0,
        words: names::words(model.requests[id.0].name.as_str()),
        lines: size::request(&model.requests[id.0]),
    };
    let families = layout::families(facts.selection.requests.iter().map(sized).collect());
    families.iter().map(|family| request_module(context, family)).collect()
}

fn request_module(context: Context<'_>, family: &Family) -> Module<Request> {
    let mut collector = Collector::default();
    let items: Vec<Request> = family.items.iter().map(|&index| request(context, RequestId(index))).collect();
    for field in items.iter().flat_map(|item| &item.fields) {
        collector.field(field);
    }
    Module { name: family.module(), file: family.file.clone(), scope: collector.with_modules(&BTreeSet::new()), items }
}

fn request(context: Context<'_>, id: RequestId) -> Request {
    let request = &context.model.requests[id.0];
    Request {
        table: names::constant(request.name.as_str()),
        wire: request.name.to_string(),
        fields: request.fields.iter().map(|field| context.field(field)).collect(),
    }
}

/// The attributes of an item.
pub(super) fn about(
    about: &model::About,
    wire: &model::WireName,
    ident: &Ident,
    (docs, writer): (super::types::Docs, &Writer<'_>),
) -> About {
    About { docs, alias: names::alias(wire.as_str(), ident), deprecated: writer.deprecation(about) }
}

impl<'a> Context<'a> {
    /// What writes the docs of a file.
    pub(super) fn writer(self, in_scope: &'a BTreeSet<String>) -> Writer<'a> {
        let Self { model, facts, names, links } = self;
        Writer { model, facts, names, links, here: Here { in_scope } }
    }

    /// The line of a table of members.
    pub(super) fn field(self, field: &Field) -> FieldInfo {
        FieldInfo {
            wire: field.name.to_string(),
            ty: self.ty(field.ty, field.presence, field.secrecy),
            since: field.about.since,
            until: field.about.until,
        }
    }

    /// A type by its Rust name.
    pub(super) fn ty(self, ty: model::Type, presence: Presence, secrecy: Secrecy) -> Type {
        let kind = match ty.item {
            Item::Primitive(primitive) => Kind::Primitive(primitive),
            Item::Enum(id) => Kind::Enum(self.names.enums[id.0].clone()),
            Item::Object(id) => Kind::Object(self.names.types[id.0].clone()),
            Item::Reference(Some(id)) => Kind::Reference(Target {
                path: self.names.mo_path(id),
                wire: self.model.managed_objects[id.0].name.to_string(),
            }),
            Item::Reference(None) => Kind::AnyReference,
            Item::Any => Kind::Any,
        };
        Type { kind, shape: ty.shape, presence, secrecy }
    }
}
