//! Text → tree → [`Document`]. The only file that names the YAML crate; JSON goes into the same tree.
//!
//! The parts are read one by one, so that a mistake in one schema is reported at that schema, together with those of
//! all others.

use std::borrow::Cow;

use indexmap::IndexMap;
use openapiv3::{Operation, Schema};
use serde::Deserialize;
pub(crate) use serde_yaml::Value;

use super::{Document, Location, PathOperation, Pointer, SourceFile, Verb, keywords};
use crate::diagnostics::{Code, Diagnostics};
use crate::model::Release;

/// Reads YAML or JSON. A tree is all that the fixups see.
pub(crate) fn tree(file: &SourceFile) -> Result<Value, Diagnostics> {
    let root = Pointer::root(&file.name);
    let text = file.text.trim_start_matches('\u{feff}');
    let mut problems = Diagnostics::default();
    let parsed = if text.trim().is_empty() {
        problems.add(Code::EmptyFile, &root, &[]);
        None
    } else if text.trim_start().starts_with('{') {
        let parsed = serde_json::from_str::<Value>(text);
        parsed.map_err(|error| problems.add_at(json_location(&error), Code::NotJson, &root, &[&plain(&error)])).ok()
    } else {
        let parsed = serde_yaml::from_str::<Value>(text);
        parsed.map_err(|error| problems.add_at(yaml_location(&error), Code::NotYaml, &root, &[&plain(&error)])).ok()
    };
    problems.into_result(parsed)
}

fn json_location(error: &serde_json::Error) -> Option<Location> {
    (error.line() > 0).then(|| Location { line: error.line(), column: error.column().max(1) })
}

fn yaml_location(error: &serde_yaml::Error) -> Option<Location> {
    error.location().map(|place| Location { line: place.line(), column: place.column() })
}

/// A parser's message without its own " at line 3 column 7": the diagnostic has the place.
fn plain(error: &impl ToString) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// Takes a tree apart into openapiv3's types.
pub(crate) fn document(name: &str, tree: &Value) -> Result<Document, Diagnostics> {
    let root = Pointer::root(name);
    let mut problems = Diagnostics::default();
    let Some(release) = head(tree, &root, &mut problems) else {
        return Err(problems);
    };
    let siblings = keywords::check(tree, &root, &mut problems);
    let mut reader = Reader { root: &root, problems: &mut problems };
    let tags = reader.tags(tree);
    let schemas = reader.schemas(tree);
    let operations = reader.operations(tree);
    problems.into_result(Some(Document { root, release, tags, schemas, operations, siblings }))
}

/// The version of OpenAPI and of the API.
fn head(tree: &Value, root: &Pointer, problems: &mut Diagnostics) -> Option<Release> {
    let Some(version) = tree.get("openapi").and_then(Value::as_str) else {
        problems.add(Code::NotOpenApi, root, &[]);
        return None;
    };
    if !version.starts_with("3.0.") {
        problems.add(Code::OpenApiVersion, &root.join("openapi"), &[version]);
        return None;
    }
    let place = root.join_all(&["info", "version"]);
    let release = tree.get("info").and_then(|info| info.get("version"));
    let text = release.map(scalar_text).unwrap_or_default();
    let release = text.parse().ok();
    if release.is_none() {
        problems.add(Code::NoRelease, &place, &[&text]);
    }
    release
}

/// How deep a schema or an operation may be nested. openapiv3 reads a schema in a schema twice, so the time doubles with
/// each; the documents need 8.
const MAX_NESTING: usize = 16;

fn nesting(value: &Value) -> usize {
    let deepest = match value {
        Value::Sequence(items) => items.iter().map(nesting).max(),
        Value::Mapping(members) => members.values().map(nesting).max(),
        _ => return 0,
    };
    1 + deepest.unwrap_or_default()
}

struct Reader<'a> {
    root: &'a Pointer,
    problems: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn tags(&mut self, tree: &Value) -> IndexMap<String, Option<String>> {
        let tags = tree.get("tags").and_then(Value::as_sequence).into_iter().flatten();
        let text = |tag: &Value, key: &str| tag.get(key).and_then(Value::as_str).map(str::to_owned);
        tags.filter_map(|tag| Some((text(tag, "name")?, text(tag, "description")))).collect()
    }

    fn schemas(&mut self, tree: &Value) -> IndexMap<String, Schema> {
        let place = self.root.join_all(&["components", "schemas"]);
        let Some(map) = tree.get("components").and_then(|part| part.get("schemas")).and_then(Value::as_mapping) else {
            self.problems.add(Code::NoSchemas, self.root, &[]);
            return IndexMap::new();
        };
        let entries = map.iter().map(|(name, value)| (key_text(name).into_owned(), value));
        entries.filter_map(|(name, value)| Some((name.clone(), self.part(value, &place.join(&name))?))).collect()
    }

    fn operations(&mut self, tree: &Value) -> Vec<PathOperation> {
        let place = self.root.join("paths");
        let Some(map) = tree.get("paths").and_then(Value::as_mapping) else {
            self.problems.add(Code::NoPaths, self.root, &[]);
            return Vec::new();
        };
        map.iter().filter_map(|(path, value)| self.operation(key_text(path).into_owned(), value, &place)).collect()
    }

    fn operation(&mut self, path: String, value: &Value, paths: &Pointer) -> Option<PathOperation> {
        let place = paths.join(&path);
        let (verb, key, operation) = match (value.get("get"), value.get("post")) {
            (Some(operation), None) => (Verb::Get, "get", operation),
            (None, Some(operation)) => (Verb::Post, "post", operation),
            _ => {
                self.problems.add(Code::NotOneVerb, &place, &[&path]);
                return None;
            }
        };
        let origin = place.join(key);
        let operation = self.part::<Operation>(operation, &origin)?;
        Some(PathOperation { path, verb, operation, origin })
    }

    fn part<'a, T: Deserialize<'a>>(&mut self, value: &'a Value, place: &Pointer) -> Option<T> {
        let nesting = nesting(value);
        if nesting > MAX_NESTING {
            self.problems.add(Code::NestedTooDeep, place, &[&nesting.to_string(), &MAX_NESTING.to_string()]);
            return None;
        }
        let part = T::deserialize(value);
        part.map_err(|error| self.problems.add(Code::WrongShape, place, &[&plain(&error)])).ok()
    }
}

/// A key as text: status codes may be written without quotes.
pub(crate) fn key_text(key: &Value) -> Cow<'_, str> {
    scalar_text(key)
}

/// A scalar as it was most likely written.
pub(crate) fn scalar_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.into(),
        Value::Number(number) => number.to_string().into(),
        Value::Bool(flag) => flag.to_string().into(),
        _ => "".into(),
    }
}
