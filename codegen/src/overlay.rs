//! Our additions to the document: descriptions, Rust names, secret marks. Keys are wire names; text here wins over the
//! document's.
//!
//! ```yaml
//! types:
//!   UserSession:
//!     description: A session of a user on the server.
//!     fields:
//!       key: Identifies the session in the list of sessions.        # short form
//!       userName: { description: Name of the account., secret: true }
//! enums:
//!   VirtualMachinePowerState: { values: { poweredOn: The virtual machine runs. } }
//! managed_objects:
//!   SessionManager:
//!     operations:
//!       Login:
//!         parameters: { locale: The language of messages. }
//!         returns: The new session.
//!         faults: { InvalidLogin: if name or password is wrong }
//! ```
//!
//! An entry that matches nothing is an error, and so is a second text for one thing: nothing is lost in silence.

use std::collections::BTreeMap;

use crate::diagnostics::{Code, Diagnostics};
use crate::model::{
    About, DataType, DeclaredFault, Family, Field, Item, Model, Operation, Primitive, RequestType, Secrecy, Text, Type,
    TypeId, WireName,
};
use crate::spec::{Pointer, SourceFile, Value, key_text, tree};

/// Applies all overlays.
pub(crate) fn apply(mut model: Model, overlays: &[SourceFile]) -> Result<Model, Diagnostics> {
    let mut overlay = Overlay { problems: Diagnostics::default(), seen: BTreeMap::new() };
    for file in overlays {
        match tree(file) {
            Ok(tree) => overlay.file(&mut model, &tree, &Pointer::root(&file.name)),
            Err(problems) => overlay.problems.extend(problems),
        }
    }
    overlay.problems.into_result(Some(model))
}

/// An entry of an overlay: its key, its value, its place.
struct Entry<'a> {
    key: String,
    value: &'a Value,
    at: Pointer,
}

/// What can be said about any named thing.
#[derive(Default)]
struct Note<'a> {
    description: Option<String>,
    rename: Option<String>,
    secret: bool,
    /// The other keys, for the things that have parts.
    parts: Vec<Entry<'a>>,
}

struct Overlay {
    problems: Diagnostics,
    /// What has a text or a name already, and the file that gave it.
    seen: BTreeMap<String, String>,
}

impl Overlay {
    fn file(&mut self, model: &mut Model, tree: &Value, root: &Pointer) {
        for section in self.map(tree, root) {
            match section.key.as_str() {
                "types" => self.types(model, &section),
                "enums" => self.enums(model, &section),
                "managed_objects" => self.managed_objects(model, &section),
                _ => self.unknown_key(&section, "types, enums, managed_objects"),
            }
        }
    }

    fn types(&mut self, model: &mut Model, section: &Entry<'_>) {
        for entry in self.map(section.value, &section.at) {
            let Some(ty) = find(&mut model.data_types, &entry.key, |ty| &ty.name) else {
                self.unmatched(&entry, "data type");
                continue;
            };
            let note = self.note(&entry, &["description", "rename", "fields"]);
            self.about(&mut ty.about, &note, &format!("type {}", ty.name), &entry.at);
            for part in note.parts {
                let what = format!("type {}", ty.name);
                self.fields(&mut ty.fields, &what, &part);
            }
        }
    }

    fn fields(&mut self, fields: &mut [Field], of: &str, section: &Entry<'_>) {
        for entry in self.map(section.value, &section.at) {
            let Some(field) = find(fields, &entry.key, |field| &field.name) else {
                self.unmatched(&entry, &format!("member of {of}"));
                continue;
            };
            let note = self.note(&entry, &["description", "rename", "secret"]);
            self.about(&mut field.about, &note, &format!("{of}, member {}", field.name), &entry.at);
            if note.secret {
                field.secrecy = Secrecy::Secret;
                mark_secret(&mut field.ty);
            }
        }
    }

    fn enums(&mut self, model: &mut Model, section: &Entry<'_>) {
        for entry in self.map(section.value, &section.at) {
            let Some(ty) = find(&mut model.enums, &entry.key, |ty| &ty.name) else {
                self.unmatched(&entry, "enum (without `_enum`)");
                continue;
            };
            let note = self.note(&entry, &["description", "rename", "values"]);
            self.about(&mut ty.about, &note, &format!("enum {}", ty.name), &entry.at);
            for entry in note.parts.iter().flat_map(|part| self.map(part.value, &part.at)).collect::<Vec<_>>() {
                let Some(value) = find(&mut ty.values, &entry.key, |value| &value.name) else {
                    self.unmatched(&entry, &format!("value of enum {}", ty.name));
                    continue;
                };
                let note = self.note(&entry, &["description", "rename"]);
                self.about(&mut value.about, &note, &format!("enum {}, value {}", ty.name, value.name), &entry.at);
            }
        }
    }

    fn managed_objects(&mut self, model: &mut Model, section: &Entry<'_>) {
        let Model { managed_objects, requests, data_types, .. } = model;
        for entry in self.map(section.value, &section.at) {
            let Some(object) = find(managed_objects, &entry.key, |object| &object.name) else {
                self.unmatched(&entry, "managed object");
                continue;
            };
            let note = self.note(&entry, &["description", "rename", "operations"]);
            self.about(&mut object.about, &note, &format!("managed object {}", object.name), &entry.at);
            for entry in note.parts.iter().flat_map(|part| self.map(part.value, &part.at)).collect::<Vec<_>>() {
                let Some(operation) = find(&mut object.operations, &entry.key, |operation| &operation.name) else {
                    self.unmatched(&entry, &format!("operation of {}", object.name));
                    continue;
                };
                let name = format!("operation {}.{}", object.name, operation.name);
                self.operation(operation, &name, (requests, data_types), &entry);
            }
        }
    }

    fn operation(
        &mut self,
        operation: &mut Operation,
        name: &str,
        (requests, types): (&mut [RequestType], &[DataType]),
        entry: &Entry<'_>,
    ) {
        let note = self.note(entry, &["description", "rename", "parameters", "returns", "faults"]);
        self.about(&mut operation.about, &note, name, &entry.at);
        for part in &note.parts {
            match part.key.as_str() {
                "parameters" => match operation.request {
                    Some(id) => {
                        let request = &mut requests[id.0];
                        // Inherited operations share a request type, so its name tells what has a text already.
                        let what = request.name.to_string();
                        self.fields(&mut request.fields, &what, part);
                    }
                    None => self.unmatched(part, &format!("part of {name}, which takes none:")),
                },
                "returns" => self.returns(operation, name, part),
                _ => self.faults(operation, name, types, part),
            }
        }
    }

    fn returns(&mut self, operation: &mut Operation, name: &str, entry: &Entry<'_>) {
        let note = self.note(entry, &["description", "secret"]);
        let Some(result) = &mut operation.result else {
            self.unmatched(entry, &format!("part of {name}, which returns nothing:"));
            return;
        };
        if let Some(description) = note.description {
            self.once(&format!("result of {name}"), &entry.at);
            result.text = Text(description);
        }
        if note.secret && !mark_secret(&mut result.ty) {
            self.problems.add(Code::OverlaySecret, &entry.at.join("secret"), &[]);
        }
    }

    fn faults(&mut self, operation: &mut Operation, name: &str, types: &[DataType], section: &Entry<'_>) {
        for entry in self.map(section.value, &section.at) {
            let is_fault = |ty: &DataType| ty.name.as_str() == entry.key && ty.family == Family::Fault;
            let Some(id) = types.iter().position(is_fault).map(TypeId) else {
                self.unmatched(&entry, "fault");
                continue;
            };
            let Some(text) = self.text(entry.value, &entry.at) else {
                continue;
            };
            self.once(&format!("fault {} of {name}", entry.key), &entry.at);
            match operation.faults.iter_mut().find(|declared| declared.fault == id) {
                Some(declared) => declared.text = Text(text),
                None => operation.faults.push(DeclaredFault { fault: id, since: None, until: None, text: Text(text) }),
            }
        }
    }

    fn about(&mut self, about: &mut About, note: &Note<'_>, what: &str, at: &Pointer) {
        if let Some(description) = &note.description {
            self.once(what, at);
            about.text = Text(description.clone());
        }
        if let Some(rename) = &note.rename {
            self.once(&format!("Rust name of {what}"), at);
            about.rename = Some(rename.clone());
        }
    }

    /// Two texts for one thing: which one is meant?
    fn once(&mut self, what: &str, at: &Pointer) {
        if let Some(other) = self.seen.insert(what.to_owned(), at.file().to_owned()) {
            self.problems.add(Code::OverlayTwice, at, &[what, &other]);
        }
    }

    /// Reads the short form, a text, or the long form, a map with some of `keys`.
    fn note<'a>(&mut self, entry: &Entry<'a>, keys: &[&str]) -> Note<'a> {
        let mut note = Note::default();
        if let Some(text) = entry.value.as_str() {
            note.description = Some(text.trim().to_owned());
            return note;
        }
        for part in self.map(entry.value, &entry.at) {
            match part.key.as_str() {
                key if !keys.contains(&key) => self.unknown_key(&part, &keys.join(", ")),
                "description" => note.description = self.text(part.value, &part.at),
                "rename" => note.rename = self.text(part.value, &part.at),
                "secret" => match part.value.as_bool() {
                    Some(secret) => note.secret = secret,
                    None => self.problems.add(Code::OverlayShape, &part.at, &["`true` or `false`"]),
                },
                _ => note.parts.push(part),
            }
        }
        note
    }

    fn map<'a>(&mut self, value: &'a Value, at: &Pointer) -> Vec<Entry<'a>> {
        let Some(map) = value.as_mapping() else {
            self.problems.add(Code::OverlayShape, at, &["a map"]);
            return Vec::new();
        };
        let entry = |(key, value)| {
            let key = key_text(key);
            Entry { at: at.join(&key), key, value }
        };
        map.iter().map(entry).collect()
    }

    fn text(&mut self, value: &Value, at: &Pointer) -> Option<String> {
        let text = value.as_str().map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.problems.add(Code::OverlayShape, at, &["a text"]);
        }
        text.map(str::to_owned)
    }

    fn unmatched(&mut self, entry: &Entry<'_>, kind: &str) {
        self.problems.add(Code::OverlayUnmatched, &entry.at, &[kind, &entry.key]);
    }

    fn unknown_key(&mut self, entry: &Entry<'_>, keys: &str) {
        self.problems.add(Code::OverlayKey, &entry.at, &[&entry.key, keys]);
    }
}

fn find<'a, T>(items: &'a mut [T], key: &str, name: impl Fn(&T) -> &WireName) -> Option<&'a mut T> {
    items.iter_mut().find(|item| name(item).as_str() == key)
}

/// A plain text becomes a secret by its type; whether that was possible.
fn mark_secret(ty: &mut Type) -> bool {
    if ty.item == Item::Primitive(Primitive::String) {
        ty.item = Item::Primitive(Primitive::Secret);
    }
    ty.item == Item::Primitive(Primitive::Secret)
}
