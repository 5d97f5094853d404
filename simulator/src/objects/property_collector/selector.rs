//! Which objects a filter selects, and which properties of them.

use std::collections::HashMap;
use std::sync::Arc;

use vim25_api::types::{DynamicProperty, MissingProperty, ObjectContent, PropertyFilterSpec, PropertySpec};
use vim25_runtime::{ManagedObjectReference, Release, Value};

use crate::fault::{self, Failure};
use crate::property_path::{PropertyPath, is_in};
use crate::selection::{Plan, Selection, check_kind};
use crate::store::{is_a, properties_of};
use crate::viewer::Viewer;

/// What a filter selects.
pub(super) struct Selector {
    pub(super) selection: Selection,
    wanted: Vec<PropertySpec>,
    release: Release,
    /// The paths that are wanted of objects of a type.
    paths: HashMap<String, Arc<[PropertyPath]>>,
    /// Whether objects to start from may be missing.
    pub(super) reports_missing: bool,
}

impl Selector {
    /// What a filter selects in a release; fails if it asks for what cannot be.
    pub(super) fn new(spec: &PropertyFilterSpec, release: Release) -> Result<Self, Failure> {
        for wanted in spec.prop_set() {
            check_kind(wanted.r#type(), "type")?;
            for path in texts(wanted) {
                let parsed = PropertyPath::parse(wanted.r#type(), path, release);
                parsed.ok_or_else(|| fault::invalid_property(path))?;
            }
        }
        Ok(Self {
            selection: Selection::new(Plan::of_filter(spec, release)?),
            wanted: spec.prop_set().to_vec(),
            release,
            paths: HashMap::new(),
            reports_missing: spec.report_missing_objects_in_results().unwrap_or_default(),
        })
    }

    /// Fails if an object to start from does not exist, unless this is to be reported in another way.
    pub(super) fn check_starts(&self, viewer: Viewer<'_>) -> Result<(), Failure> {
        let missing = self.missing_starts(viewer).into_iter().next();
        missing.filter(|_| !self.reports_missing).map_or(Ok(()), |object| Err(fault::object_not_found(&object)))
    }

    /// The objects to start from that do not exist.
    pub(super) fn missing_starts(&self, viewer: Viewer<'_>) -> Vec<ManagedObjectReference> {
        self.selection.plan().start_objects().filter(|object| !viewer.finds(object)).cloned().collect()
    }

    /// The paths that are wanted of objects of a type, each once.
    pub(super) fn paths(&mut self, kind: &str) -> Arc<[PropertyPath]> {
        if let Some(paths) = self.paths.get(kind) {
            return Arc::clone(paths);
        }
        let mut paths: Vec<PropertyPath> = Vec::new();
        for wanted in self.wanted.iter().filter(|wanted| is_a(kind, wanted.r#type())) {
            let all = properties_of(kind).filter(|property| is_in(property, self.release)).map(PropertyPath::whole);
            let all = all.filter(|_| wanted.all().unwrap_or_default());
            let some = texts(wanted).filter_map(|path| PropertyPath::parse(kind, path, self.release));
            for path in all.chain(some) {
                if !paths.iter().any(|known| known.text() == path.text()) {
                    paths.push(path);
                }
            }
        }
        let paths: Arc<[PropertyPath]> = paths.into();
        self.paths.insert(kind.to_owned(), Arc::clone(&paths));
        paths
    }
}

/// The paths that a specification lists, which count only if not all properties are wanted.
fn texts(wanted: &PropertySpec) -> impl Iterator<Item = &str> {
    wanted.path_set().iter().filter(|_| !wanted.all().unwrap_or_default())
}

/// Reads paths of an object.
pub(super) fn content(viewer: Viewer<'_>, object: &ManagedObjectReference, paths: &[PropertyPath]) -> ObjectContent {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for path in paths {
        match viewer.root(object, path) {
            Ok(root) => {
                if let Some(any) = root.and_then(|root| path.find(&root)?.boxed()) {
                    let mut property = DynamicProperty::new();
                    property.set_name(path.text()).set_val(any);
                    found.push(property);
                }
            }
            Err(failure) => missing.push(missing_property(path.text(), failure)),
        }
    }
    let mut content = ObjectContent::new();
    content.set_obj(object);
    if !found.is_empty() {
        content.set_prop_set(found);
    }
    if !missing.is_empty() {
        content.set_missing_set(missing);
    }
    content
}

/// A property that cannot be read, and why.
pub(super) fn missing_property(path: &str, failure: Failure) -> MissingProperty {
    let mut missing = MissingProperty::new();
    missing.set_path(path);
    let inserted = missing.insert("fault", Value::Object(failure.into_fault()));
    debug_assert!(inserted.is_ok());
    missing
}
