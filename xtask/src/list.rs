//! `cargo xtask list`.

use std::io::{self, Write};

use anyhow::Context;
use clap::ValueEnum;
use vim25_codegen::model::{
    DataType, EnumUsage, Family, Item, Model, Operation, OperationKind, OperationResult, Presence, Shape,
};
use vim25_codegen::{Counts, Merged};

use crate::EXIT_CODES;
use crate::failure::Failure;
use crate::progress::{Progress, count};
use crate::workspace::Workspace;

const EXAMPLES: &str = "\
Examples:
  cargo xtask list                          how much of everything there is
  cargo xtask list releases                 the same for each document
  cargo xtask list managed-objects          names, and how many operations each has
  cargo xtask list types VirtualEthernet    data types with this in their names
  cargo xtask list operations Session       `SessionManager.Login`, …";

/// Show what is in the documents of spec/
///
/// One line per thing, by its name on the wire and in the order of the newest document, with what older ones had besides.
/// Always of all, not of the subset.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct Args {
    /// What to list; counts of all if it is left out
    kind: Option<Kind>,

    /// Only names that contain this text, in any case
    pattern: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Releases, with how much of everything each document has
    Releases,
    /// Managed objects, with the number of their operations
    ManagedObjects,
    /// Data types and faults, with their base and the number of their own members
    Types,
    /// Methods and properties, with what they take and return
    Operations,
    /// Enums, with their values
    Enums,
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<(), Failure> {
    let progress = Progress::new();
    let spec = workspace.spec()?;
    let Merged { model, counts, .. } = match progress.stage("read", || vim25_codegen::load_merged(&spec)) {
        Ok(merged) => merged,
        Err(problems) => return Err(Failure::input(problems, spec)),
    };
    progress.done();
    let rows = match args.kind {
        None => summary(&model),
        Some(Kind::Releases) => releases(&counts),
        Some(Kind::ManagedObjects) => managed_objects(&model),
        Some(Kind::Types) => model.data_types.iter().map(|ty| data_type(&model, ty)).collect(),
        Some(Kind::Operations) => operations(&model),
        Some(Kind::Enums) => enums(&model),
    };
    print(&rows, args.pattern.as_deref().unwrap_or_default())
}

/// A name and what there is to say about it.
type Row = (String, String);

/// In two columns. A reader that has seen enough (`| head`) is no error.
fn print(rows: &[Row], pattern: &str) -> Result<(), Failure> {
    let pattern = pattern.to_lowercase();
    let rows: Vec<_> = rows.iter().filter(|(name, _)| name.to_lowercase().contains(&pattern)).collect();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let written =
        rows.iter().try_for_each(|(name, more)| writeln!(out, "{}", format!("{name:<width$}  {more}").trim_end()));
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other.context("cannot print")?),
    }
}

fn summary(model: &Model) -> Vec<Row> {
    let faults = model.data_types.iter().filter(|ty| ty.family == Family::Fault).count();
    let operations = || model.managed_objects.iter().flat_map(|object| &object.operations);
    let properties = operations().filter(|operation| operation.kind == OperationKind::Property).count();
    let typed = model.enums.iter().filter(|ty| ty.usage == EnumUsage::Typed).count();
    let mut rows = vec![
        ("release".to_owned(), model.release.to_string()),
        ("managed objects".to_owned(), count(model.managed_objects.len())),
        ("  methods".to_owned(), count(operations().count() - properties)),
        ("  properties".to_owned(), count(properties)),
        ("data types".to_owned(), count(model.data_types.len())),
        ("  faults".to_owned(), count(faults)),
        ("enums".to_owned(), count(model.enums.len())),
        ("  typed".to_owned(), count(typed)),
        ("request types".to_owned(), count(model.requests.len())),
        ("excluded schemas".to_owned(), count(model.excluded.len())),
    ];
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for schema in &model.excluded {
        match reasons.iter_mut().find(|(reason, _)| *reason == schema.reason) {
            Some((_, number)) => *number += 1,
            None => reasons.push((schema.reason, 1)),
        }
    }
    rows.extend(reasons.iter().map(|(reason, number)| (format!("  {reason}"), count(*number))));
    rows
}

/// A table, as it stands in spec/README.md.
fn releases(counts: &[Counts]) -> Vec<Row> {
    let cells = |cells: [String; 9]| cells.iter().map(|cell| format!("{cell:>14}")).collect::<String>();
    let head = [
        "operations",
        "POST",
        "GET",
        "schemas",
        "data types",
        "enums",
        "request types",
        "boxed values",
        "boxed arrays",
    ];
    let row = |of: &Counts| {
        let numbers = [
            of.operations(),
            of.methods,
            of.properties,
            of.schemas(),
            of.data_types,
            of.enums,
            of.request_types,
            of.boxed_values,
            of.boxed_arrays,
        ];
        (of.release.to_string(), cells(numbers.map(|number| number.to_string())))
    };
    std::iter::once(("release".to_owned(), cells(head.map(str::to_owned)))).chain(counts.iter().map(row)).collect()
}

fn managed_objects(model: &Model) -> Vec<Row> {
    let row = |object: &vim25_codegen::model::ManagedObject| {
        let properties = object.operations.iter().filter(|other| other.kind == OperationKind::Property).count();
        let methods = object.operations.len() - properties;
        (object.name.to_string(), format!("{methods:>3} methods {properties:>3} properties"))
    };
    model.managed_objects.iter().map(row).collect()
}

fn data_type(model: &Model, ty: &DataType) -> Row {
    let parent = ty.parent.map_or("-", |id| model.data_types[id.0].name.as_str());
    (ty.name.to_string(), format!("{:>3} own members  below {parent}", ty.fields.len()))
}

fn enums(model: &Model) -> Vec<Row> {
    let row = |ty: &vim25_codegen::model::EnumType| {
        let values: Vec<_> = ty.values.iter().map(|value| value.name.as_str()).collect();
        let usage = if ty.usage == EnumUsage::Typed { "typed  " } else { "untyped" };
        (ty.name.to_string(), format!("{usage}  {}", values.join(" ")))
    };
    model.enums.iter().map(row).collect()
}

fn operations(model: &Model) -> Vec<Row> {
    let of = |object: &vim25_codegen::model::ManagedObject| {
        let row = |operation: &Operation| (format!("{}.{}", object.name, operation.name), signature(model, operation));
        object.operations.iter().map(row).collect::<Vec<_>>()
    };
    model.managed_objects.iter().flat_map(of).collect()
}

/// `(userName, password, locale?) → UserSession`.
fn signature(model: &Model, operation: &Operation) -> String {
    let fields = operation.request.map_or(&[][..], |id| &model.requests[id.0].fields);
    let parameter = |field: &vim25_codegen::model::Field| match field.presence {
        Presence::Required => field.name.to_string(),
        Presence::Optional => format!("{}?", field.name),
    };
    let parameters: Vec<_> = fields.iter().map(parameter).collect();
    let result = operation.result.as_ref().map(|result| format!(" → {}", result_type(model, result)));
    let parameters = match operation.kind {
        OperationKind::Property => "property".to_owned(),
        OperationKind::Method | OperationKind::Task => format!("({})", parameters.join(", ")),
    };
    format!("{parameters}{}", result.unwrap_or_default())
}

fn result_type(model: &Model, result: &OperationResult) -> String {
    let item = match result.ty.item {
        Item::Primitive(primitive) => format!("{primitive:?}").to_lowercase(),
        Item::Enum(id) => model.enums[id.0].name.to_string(),
        Item::Object(id) => model.data_types[id.0].name.to_string(),
        Item::Reference(Some(id)) => format!("*{}", model.managed_objects[id.0].name),
        Item::Reference(None) => "*ManagedObject".to_owned(),
        Item::Any => "any".to_owned(),
    };
    let list = if result.ty.shape == Shape::List { "[]" } else { "" };
    let optional = if result.presence == Presence::Optional { "?" } else { "" };
    format!("{item}{list}{optional}")
}
