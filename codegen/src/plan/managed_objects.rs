//! The files of managed objects: one each, and one for all that are only referred to.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::docs::{self, Writer};
use super::items::about;
use super::layout::{self, Sized};
use super::naming::{self, OperationNames};
use super::scope::{self, Collector};
use super::size;
use super::types::{
    About, Call, Handle, ManagedObject, Maturity, MoPath, Module, Operation, OperationInfo, Parameter, Returns, Scope,
    Service, Type,
};
use crate::model::{self, Field, Item, MoId, OperationKind, Presence, Secrecy, Shape, TaskResult};
use crate::names::{self, Ident};

/// The managed objects, by service.
pub(super) fn services(context: Context<'_>) -> Vec<Service> {
    let Context { model, facts, names, .. } = context;
    let mut by_service: BTreeMap<&str, (Vec<MoId>, Vec<MoId>)> = BTreeMap::new();
    for &id in &facts.selection.managed_objects {
        by_service.entry(&model.managed_objects[id.0].service).or_default().0.push(id);
    }
    for &id in &facts.selection.handles {
        by_service.entry(&model.managed_objects[id.0].service).or_default().1.push(id);
    }
    let service = |(wire, (mut ids, mut handles)): (&str, (Vec<MoId>, Vec<MoId>))| {
        ids.sort_by_key(|id| names::plain(&names.managed_objects[id.0]));
        handles.sort_by_key(|id| names::plain(&names.managed_objects[id.0]));
        Service {
            name: (!wire.is_empty()).then(|| names::module(wire)),
            wire: wire.to_owned(),
            managed_objects: ids.into_iter().map(|id| module(context, id)).collect(),
            referenced: referenced(context, &handles),
        }
    };
    by_service.into_iter().map(service).collect()
}

fn module(context: Context<'_>, id: MoId) -> Module<ManagedObject> {
    let mo = &context.model.managed_objects[id.0];
    let sized = mo.operations.iter().enumerate().map(|(index, operation)| Sized {
        index,
        words: names::words(operation.name.as_str()),
        lines: size::operation(operation, parameters(context, operation)),
    });
    // In the order of the document, if one file is enough.
    let (first, more): (Vec<usize>, _) = match layout::by_alphabet(sized.collect()) {
        None => ((0..mo.operations.len()).collect(), Vec::new()),
        Some(parts) => (Vec::new(), parts),
    };
    let ident = context.names.managed_objects[id.0].clone();
    let bases = paths_of_bases(context, id);
    let mut collector = Collector::default();
    if !bases.is_empty() {
        collector.module("mo");
    }
    let part = part(context, id, &first, collector);
    let more = more.iter().map(|part| {
        let Part { scope, operations, .. } = self::part(context, id, &part.items, Collector::default());
        Module { name: part.module(), file: part.file.clone(), scope, items: operations }
    });
    let item = ManagedObject {
        ident,
        wire: mo.name.to_string(),
        about: part.about,
        bases,
        operations: part.operations,
        more: more.collect(),
    };
    let name = context.names.modules[id.0].clone();
    Module { file: file_name(&name), name, scope: part.scope, items: vec![item] }
}

/// What a managed object inherits from, the nearest first; only what the crate has.
pub(super) fn bases(Context { model, facts, .. }: Context<'_>, id: MoId) -> impl Iterator<Item = MoId> {
    let all = std::iter::successors(model.managed_objects[id.0].base, |base| model.managed_objects[base.0].base);
    all.filter(move |base| facts.selection.has_managed_object(*base))
}

fn paths_of_bases(context: Context<'_>, id: MoId) -> Vec<MoPath> {
    bases(context, id).map(|base| context.names.mo_path(base)).collect()
}

/// The file of a module; `mod.rs` is the folder's own.
fn file_name(module: &Ident) -> String {
    let name = names::plain(module);
    if name == "mod" { "mod_".to_owned() } else { name }
}

/// Some operations of a managed object, with the scope of their file and the docs of the managed object.
struct Part {
    scope: Scope,
    operations: Vec<Operation>,
    about: About,
}

fn part(context: Context<'_>, id: MoId, indices: &[usize], mut collector: Collector) -> Part {
    let Context { model, names, .. } = context;
    let mo = &model.managed_objects[id.0];
    let ident = &names.managed_objects[id.0];
    let given = |index: &usize| (&mo.operations[*index], &names.operations[id.0][*index]);
    let mut own = BTreeSet::from([ident.clone()]);
    for (operation, given) in indices.iter().map(given) {
        collect(context, operation, &mut collector);
        if naming::has_call(model, operation) {
            own.insert(given.call.clone());
        }
    }
    let scope = collector.with_modules(&own);
    let in_scope = scope::in_scope(&scope, &own);
    let writer = context.writer(&in_scope);
    let operations =
        indices.iter().map(given).map(|(item, given)| operation(context, (id, item), given, &writer)).collect();
    let about = about(&mo.about, &mo.name, ident, (writer.managed_object(mo), &writer));
    Part { scope, operations, about }
}

/// The names that an operation uses.
fn collect(context: Context<'_>, operation: &model::Operation, collector: &mut Collector) {
    for field in parameters(context, operation) {
        collector.ty(&context.field(field).ty);
    }
    if operation.request.is_some() {
        collector.module("requests");
    }
    if let Some(result) = result(context, operation) {
        collector.info(&result);
    }
    match returns(context, operation) {
        Returns::Nothing | Returns::Task => {}
        Returns::Value(ty) | Returns::TaskOf(ty) => collector.ty(&ty),
    }
    for declared in &operation.faults {
        collector.item(&context.names.types[declared.fault.0].table);
    }
}

fn parameters<'a>(context: Context<'a>, operation: &model::Operation) -> &'a [Field] {
    operation.request.map_or(&[], |id| &context.model.requests[id.0].fields)
}

/// The result as it is on the wire; that of a task is the reference to it.
fn result(context: Context<'_>, operation: &model::Operation) -> Option<Type> {
    let result = operation.result.as_ref()?;
    Some(context.ty(result.ty, result.presence, Secrecy::Public))
}

/// What a call gives.
fn returns(context: Context<'_>, operation: &model::Operation) -> Returns {
    let any = model::Type { item: Item::Any, shape: Shape::One };
    let of_task = |ty| Returns::TaskOf(context.ty(ty, Presence::Required, Secrecy::Public));
    match (operation.kind, operation.task_result) {
        (OperationKind::Task, Some(TaskResult::Void)) => Returns::Task,
        (OperationKind::Task, Some(TaskResult::Value(ty))) => of_task(ty),
        (OperationKind::Task, None) => of_task(any),
        _ => result(context, operation).map_or(Returns::Nothing, Returns::Value),
    }
}

fn operation(
    context: Context<'_>,
    (id, operation): (MoId, &model::Operation),
    given: &OperationNames,
    writer: &Writer<'_>,
) -> Operation {
    let ident = &context.names.managed_objects[id.0];
    let fields = parameters(context, operation);
    let names: &[Ident] = operation.request.map_or(&[], |id| &context.names.parameters[id.0]);
    let of = |presence: Presence| {
        let chosen = fields.iter().zip(names).enumerate().filter(move |(_, (field, _))| field.presence == presence);
        chosen.map(|(index, (field, name))| parameter(context, (index, field), name, writer)).collect::<Vec<_>>()
    };
    let optional = of(Presence::Optional);
    let call = Call { ident: given.call.clone(), docs: docs::call(ident, &given.method), optional };
    Operation {
        method: given.method.clone(),
        table: given.table.clone(),
        about: about(&operation.about, &operation.name, &given.method, (writer.operation(operation, given), writer)),
        info: info(context, id, operation),
        required: of(Presence::Required),
        call: (!call.optional.is_empty()).then_some(call),
        returns: returns(context, operation),
    }
}

fn info(context: Context<'_>, id: MoId, operation: &model::Operation) -> OperationInfo {
    let Context { model, names, .. } = context;
    let mo = &model.managed_objects[id.0];
    OperationInfo {
        managed_object: mo.name.to_string(),
        wire: operation.name.to_string(),
        service: mo.service.clone(),
        kind: operation.kind,
        request: operation.request.map(|id| names::constant(model.requests[id.0].name.as_str())),
        result: result(context, operation),
        faults: operation.faults.iter().map(|declared| names.types[declared.fault.0].table.clone()).collect(),
        privileges: operation.privileges.clone(),
        access: operation.access,
        since: operation.about.since,
        until: operation.about.until,
        maturity: if operation.about.deprecated.is_some() { Maturity::Deprecated } else { Maturity::Current },
    }
}

fn parameter(context: Context<'_>, (index, field): (usize, &Field), name: &Ident, writer: &Writer<'_>) -> Parameter {
    Parameter {
        name: name.clone(),
        index,
        ty: context.field(field).ty,
        about: about(&field.about, &field.name, name, (writer.parameter(field), writer)),
    }
}

/// The file of managed objects that are only referred to.
fn referenced(context: Context<'_>, ids: &[MoId]) -> Option<Module<Handle>> {
    let Context { model, names, .. } = context;
    let own: BTreeSet<Ident> = ids.iter().map(|id| names.managed_objects[id.0].clone()).collect();
    let mut collector = Collector::default();
    if ids.iter().any(|id| bases(context, *id).next().is_some()) {
        collector.module("mo");
    }
    let scope = collector.with_modules(&own);
    let in_scope = scope::in_scope(&scope, &own);
    let writer = context.writer(&in_scope);
    let handle = |id: &MoId| {
        let mo = &model.managed_objects[id.0];
        let ident = names.managed_objects[id.0].clone();
        let about = about(&mo.about, &mo.name, &ident, (writer.managed_object(mo), &writer));
        Handle { ident, wire: mo.name.to_string(), about, bases: paths_of_bases(context, *id) }
    };
    let items: Vec<Handle> = ids.iter().map(handle).collect();
    let file = "referenced".to_owned();
    (!items.is_empty()).then(|| Module { name: names::module(&file), file, scope, items })
}
