//! The calls of a property collector, and their replies as cells.
//!
//! A page holds hundreds of objects, and one value that does not fit its type must not spoil the others. The usual
//! tables decode a reply as a whole, which is fast, and fails as a whole. Then it is asked for again with tables that
//! leave each value as the JSON that it is ([`Precision::PerValue`]), and each value is decoded on its own.

use std::sync::LazyLock;

use super::{Cell, Found, Properties};
use crate::mo::PropertyCollector;
use crate::types::{
    MissingObject, MissingProperty, ObjectUpdateKind, PropertyChangeOp, PropertyFilterSpec, RetrieveOptions,
    WaitOptions,
};
use crate::wire::{Options, decode_value};
use crate::{
    Call, DataType, Elements, Enumeration, Fault, Field, FromValue, Item, List, ManagedObject, ManagedObjectReference,
    Object, OperationInfo, REGISTRY, Result, ResultInfo, TypeInfo, Value,
};

/// How exactly a reply says what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precision {
    /// It can be read or not.
    PerReply,
    /// Each value can be read or not.
    PerValue,
}

/// A page of objects, and the token of the next page.
pub(crate) struct Page {
    pub(crate) objects: Vec<Found>,
    pub(crate) token: Option<String>,
}

/// What has changed.
pub(crate) struct Updates {
    pub(crate) version: String,
    pub(crate) objects: Vec<Update>,
    /// Objects of the filters that are not there.
    pub(crate) missing: Vec<ManagedObjectReference>,
}

/// What has changed of an object.
pub(crate) struct Update {
    pub(crate) kind: ObjectUpdateKind,
    pub(crate) object: ManagedObjectReference,
    pub(crate) changes: Vec<Changed>,
}

/// What has become of a property.
pub(crate) struct Changed {
    pub(crate) path: String,
    pub(crate) op: PropertyChangeOp,
    pub(crate) cell: Cell,
}

/// The first page; none if there are no objects.
pub(crate) async fn retrieve(
    collector: &PropertyCollector,
    spec: PropertyFilterSpec,
    page_size: i32,
    properties: &[Properties],
    (precision, options): (Precision, Options),
) -> Result<Option<Page>> {
    let operation = operation("RetrievePropertiesEx", precision);
    let call = Call::<Option<Reply>>::new(collector.handle(), operation).arguments::<PropertyFilterSpec>(0, [spec]);
    let reply = call.argument(1, RetrieveOptions::new().with_max_objects(page_size)).await?;
    Ok(reply.map(|reply| page(reply.0, properties, options)))
}

/// The page that a token is for.
pub(crate) async fn continue_retrieve(
    collector: &PropertyCollector,
    token: String,
    properties: &[Properties],
    (precision, options): (Precision, Options),
) -> Result<Option<Page>> {
    let operation = operation("ContinueRetrievePropertiesEx", precision);
    let reply = Call::<Option<Reply>>::new(collector.handle(), operation).argument(0, token).await?;
    Ok(reply.map(|reply| page(reply.0, properties, options)))
}

/// What has changed since a version; none if nothing did for as long as the options say.
pub(crate) async fn wait_for_updates(
    collector: &PropertyCollector,
    version: &str,
    wait: WaitOptions,
    (precision, options): (Precision, Options),
) -> Result<Option<Updates>> {
    let operation = operation("WaitForUpdatesEx", precision);
    let call = Call::<Option<Reply>>::new(collector.handle(), operation).argument(0, version.to_owned());
    let reply = call.argument(1, wait).await?;
    Ok(reply.map(|reply| updates(reply.0, options)))
}

/// A reply as the tables of its operation say.
struct Reply(Object);

impl FromValue for Reply {
    fn from_value(value: Option<Value>) -> Option<Self> {
        match value? {
            Value::Object(object) => Some(Self(object)),
            _ => None,
        }
    }
}

fn page(mut reply: Object, properties: &[Properties], options: Options) -> Page {
    let objects = take_objects(&mut reply, "objects").into_iter();
    let objects = objects.filter_map(|object| found(object, properties, options)).collect();
    Page { objects, token: text(&reply, "token").map(str::to_owned) }
}

/// An object of a page; none if its reference is absent, which lenient decoding allows.
fn found(mut object: Object, properties: &[Properties], options: Options) -> Option<Found> {
    let reference = reference(&object, "obj")?.clone();
    let properties = of_type(properties, &reference)?;
    let mut cells = properties.unset();
    for mut property in take_objects(&mut object, "propSet") {
        let cell = take_value(&mut property, options);
        properties.fill(&mut cells, text(&property, "name")?, cell);
    }
    for (path, cell) in hidden(&object) {
        properties.fill(&mut cells, path, cell);
    }
    Some(Found { reference, paths: properties.paths.clone(), cells })
}

/// The properties that are selected of an object: those of its type, or else those of the first one, which may be a base.
pub(crate) fn of_type<'a>(properties: &'a [Properties], object: &ManagedObjectReference) -> Option<&'a Properties> {
    properties.iter().find(|properties| properties.of == object.type_name()).or(properties.first())
}

fn updates(mut reply: Object, options: Options) -> Updates {
    let version = text(&reply, "version").unwrap_or_default().to_owned();
    let mut filters = take_objects(&mut reply, "filterSet");
    let missing = filters.iter().flat_map(|filter| objects(filter, "missingSet"));
    let missing = missing.filter_map(|object| reference(object, "obj").cloned()).collect();
    let changed = filters.iter_mut().flat_map(|filter| take_objects(filter, "objectSet"));
    Updates { version, objects: changed.filter_map(|object| update(object, options)).collect(), missing }
}

fn update(mut object: Object, options: Options) -> Option<Update> {
    let changed = take_objects(&mut object, "changeSet").into_iter().filter_map(|mut change| {
        let cell = take_value(&mut change, options);
        let op = PropertyChangeOp::from_text(text(&change, "op")?);
        Some(Changed { path: text(&change, "name")?.to_owned(), op, cell })
    });
    let assigned = |(path, cell): (&str, Cell)| Changed { path: path.to_owned(), op: PropertyChangeOp::Assign, cell };
    let changes = changed.chain(hidden(&object).map(assigned)).collect();
    let kind = ObjectUpdateKind::from_text(text(&object, "kind")?);
    Some(Update { kind, object: reference(&object, "obj")?.clone(), changes })
}

/// The properties that the server does not tell.
fn hidden(object: &Object) -> impl Iterator<Item = (&str, Cell)> {
    objects(object, "missingSet").iter().filter_map(|missing| {
        let missing = missing.downcast_ref::<MissingProperty>()?;
        Some((missing.path(), Cell::Hidden(Fault::new(missing.fault().as_object().clone()))))
    })
}

/// The value that stands in a property or a change, which is left without it.
fn take_value(holder: &mut Object, options: Options) -> Cell {
    if let Some(Value::Any(any)) = holder.remove("val") {
        return Cell::Value(*any);
    }
    let Some(json) = holder.unknown().get("val") else { return Cell::Unset };
    match decode_value(json.to_string().as_bytes(), Item::Any, false, &REGISTRY, options) {
        Ok(Some(Value::Any(any))) => Cell::Value(*any),
        Ok(_) => Cell::Unset,
        Err(error) => Cell::Broken(error.to_string()),
    }
}

/// The objects of a member, which is left without them.
fn take_objects(object: &mut Object, name: &str) -> Elements<Object> {
    match object.remove(name) {
        Some(Value::List(List::Objects(objects))) => objects,
        _ => Elements::default(),
    }
}

fn objects<'a>(object: &'a Object, name: &str) -> &'a [Object] {
    match object.member(name) {
        Some(Value::List(List::Objects(objects))) => objects,
        _ => &[],
    }
}

fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    match object.member(name)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn reference<'a>(object: &'a Object, name: &str) -> Option<&'a ManagedObjectReference> {
    match object.member(name)? {
        Value::Reference(reference) => Some(reference),
        _ => None,
    }
}

/// The operation of a property collector with a wire name.
fn operation(name: &str, precision: Precision) -> &'static OperationInfo {
    let per_value = PER_VALUE.iter().find(|operation| precision == Precision::PerValue && operation.name == name);
    per_value.unwrap_or_else(|| registered(name))
}

fn registered(name: &str) -> &'static OperationInfo {
    let operation = REGISTRY.find_operation(<PropertyCollector as ManagedObject>::NAME, name);
    operation.expect("the property collector has this operation in all releases")
}

/// The operations with results whose values are left as they are: members that a table lacks are kept as JSON.
static PER_VALUE: LazyLock<[OperationInfo; 3]> = LazyLock::new(|| {
    let with = |name: &str, table| {
        let result = Some(ResultInfo { item: Item::Object(table), ..ResultInfo::optional(Item::Any) });
        OperationInfo { result, ..*registered(name) }
    };
    [
        with("RetrievePropertiesEx", &RETRIEVED),
        with("ContinueRetrievePropertiesEx", &RETRIEVED),
        with("WaitForUpdatesEx", &UPDATED),
    ]
});

// Request types take any `_typeName`.
static RETRIEVED: TypeInfo = TypeInfo::request(
    "RetrieveResult",
    &[Field::optional("token", Item::String), Field::optional("objects", Item::Object(&CONTENT)).list()],
);

static CONTENT: TypeInfo = TypeInfo::request(
    "ObjectContent",
    &[
        Field::required("obj", Item::Reference(None)),
        Field::optional("propSet", Item::Object(&PROPERTY)).list(),
        Field::optional("missingSet", Item::Object(MissingProperty::TYPE)).list(),
    ],
);

static PROPERTY: TypeInfo = TypeInfo::request("DynamicProperty", &[Field::required("name", Item::String)]);

static UPDATED: TypeInfo = TypeInfo::request(
    "UpdateSet",
    &[Field::required("version", Item::String), Field::optional("filterSet", Item::Object(&FILTER)).list()],
);

static FILTER: TypeInfo = TypeInfo::request(
    "PropertyFilterUpdate",
    &[
        Field::optional("objectSet", Item::Object(&OBJECT)).list(),
        Field::optional("missingSet", Item::Object(MissingObject::TYPE)).list(),
    ],
);

static OBJECT: TypeInfo = TypeInfo::request(
    "ObjectUpdate",
    &[
        Field::required("kind", Item::Enum(ObjectUpdateKind::INFO)),
        Field::required("obj", Item::Reference(None)),
        Field::optional("changeSet", Item::Object(&CHANGE)).list(),
        Field::optional("missingSet", Item::Object(MissingProperty::TYPE)).list(),
    ],
);

static CHANGE: TypeInfo = TypeInfo::request(
    "PropertyChange",
    &[Field::required("name", Item::String), Field::required("op", Item::Enum(PropertyChangeOp::INFO))],
);
