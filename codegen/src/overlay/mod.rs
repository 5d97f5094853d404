//! Our additions to the document: descriptions, Rust names, secret marks, results of tasks, bases of managed objects. Keys
//! are wire names; text here wins over the document's.
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
//!   VirtualMachine:
//!     base: ManagedEntity
//!     operations:
//!       CloneVM_Task: { task_result: VirtualMachine }               # `X[]` for a list; `void`; a primitive
//!   SessionManager:
//!     operations:
//!       Login:
//!         parameters: { locale: The language of messages. }
//!         returns: The new session.
//!         faults: { InvalidLogin: if name or password is wrong }
//! ```
//!
//! An entry that matches nothing is an error, and so is a second text for one thing: nothing is lost in silence.

mod notes;

use std::collections::BTreeMap;

use self::notes::{Entry, Note};
use crate::diagnostics::{Code, Diagnostics};
use crate::model::{
    About, DataType, DeclaredFault, EnumId, Family, Field, Item, ManagedObject, MoId, Model, Operation, OperationKind,
    Primitive, RequestType, Secrecy, Shape, TaskResult, Text, Type, TypeId, WireName,
};
use crate::spec::{Pointer, SourceFile, Value, tree};

/// Applies all overlays.
pub(crate) fn apply(mut model: Model, overlays: &[SourceFile]) -> Result<Model, Diagnostics> {
    let names = names(&model);
    let mut overlay = Overlay { names, problems: Diagnostics::default(), seen: BTreeMap::new() };
    for file in overlays {
        match tree(file) {
            Ok(tree) => overlay.file(&mut model, &tree, &Pointer::root(&file.name)),
            Err(problems) => overlay.problems.extend(problems),
        }
    }
    overlay.problems.into_result(Some(model))
}

struct Overlay {
    /// What a name of a type means: primitives, data types, enums, and managed objects for references to them.
    names: BTreeMap<String, Item>,
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
            let note = self.note(&entry, &["description", "rename", "base", "operations"]);
            self.about(&mut object.about, &note, &format!("managed object {}", object.name), &entry.at);
            for part in &note.parts {
                match part.key.as_str() {
                    "base" => self.base(object, part),
                    _ => self.operations(object, (requests, data_types), part),
                }
            }
        }
        self.cut_cycles(managed_objects, &section.at);
    }

    fn base(&mut self, object: &mut ManagedObject, entry: &Entry<'_>) {
        let Some(name) = self.text(entry.value, &entry.at) else {
            return;
        };
        match self.names.get(&name).copied() {
            Some(Item::Reference(Some(id))) => {
                self.once(&format!("base of managed object {}", object.name), &entry.at);
                object.base = Some(id);
            }
            _ => self.problems.add(Code::OverlayUnmatched, &entry.at, &["managed object", &name]),
        }
    }

    /// Later stages walk the bases up to the root.
    fn cut_cycles(&mut self, objects: &mut [ManagedObject], section: &Pointer) {
        for index in 0..objects.len() {
            let mut next = objects[index].base;
            let mut steps = 0;
            while let Some(id) = next.filter(|id| id.0 != index && steps < objects.len()) {
                next = objects[id.0].base;
                steps += 1;
            }
            if next == Some(MoId(index)) {
                let name = objects[index].name.to_string();
                self.problems.add(Code::OverlayCycle, &section.join_all(&[&name, "base"]), &[&name]);
                objects[index].base = None;
            }
        }
    }

    fn operations(
        &mut self,
        object: &mut ManagedObject,
        (requests, types): (&mut [RequestType], &[DataType]),
        section: &Entry<'_>,
    ) {
        for entry in self.map(section.value, &section.at) {
            let Some(operation) = find(&mut object.operations, &entry.key, |operation| &operation.name) else {
                self.unmatched(&entry, &format!("operation of {}", object.name));
                continue;
            };
            let name = format!("operation {}.{}", object.name, operation.name);
            self.operation(operation, &name, (requests, types), &entry);
        }
    }

    fn operation(
        &mut self,
        operation: &mut Operation,
        name: &str,
        (requests, types): (&mut [RequestType], &[DataType]),
        entry: &Entry<'_>,
    ) {
        let note = self.note(entry, &OPERATION_KEYS);
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
                "task_result" => self.task_result(operation, name, part),
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

    fn task_result(&mut self, operation: &mut Operation, name: &str, entry: &Entry<'_>) {
        let Some(text) = self.text(entry.value, &entry.at) else {
            return;
        };
        if operation.kind != OperationKind::Task {
            self.problems.add(Code::OverlayNoTask, &entry.at, &[name]);
            return;
        }
        let (item, shape) = text.strip_suffix("[]").map_or((text.as_str(), Shape::One), |item| (item, Shape::List));
        let result = match self.names.get(item) {
            Some(item) => TaskResult::Value(Type { item: *item, shape }),
            None if text == "void" => TaskResult::Void,
            None => return self.problems.add(Code::OverlayUnmatched, &entry.at, &["type", item]),
        };
        self.once(&format!("task result of {name}"), &entry.at);
        operation.task_result = Some(result);
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
}

const OPERATION_KEYS: [&str; 6] = ["description", "rename", "parameters", "returns", "task_result", "faults"];

const PRIMITIVES: [(&str, Primitive); 10] = [
    ("boolean", Primitive::Boolean),
    ("byte", Primitive::Byte),
    ("short", Primitive::Short),
    ("int", Primitive::Int),
    ("long", Primitive::Long),
    ("float", Primitive::Float),
    ("double", Primitive::Double),
    ("string", Primitive::String),
    ("dateTime", Primitive::DateTime),
    ("binary", Primitive::Binary),
];

/// A data type wins over a managed object of the same name: a reference to it is hardly the result of a task.
fn names(model: &Model) -> BTreeMap<String, Item> {
    let objects = model.managed_objects.iter().enumerate();
    let objects = objects.map(|(id, object)| (object.name.to_string(), Item::Reference(Some(MoId(id)))));
    let enums = model.enums.iter().enumerate().map(|(id, ty)| (ty.name.to_string(), Item::Enum(EnumId(id))));
    let types = model.data_types.iter().enumerate();
    let types = types.map(|(id, ty)| (ty.name.to_string(), Item::Object(TypeId(id))));
    let primitives = PRIMITIVES.iter().map(|(name, primitive)| ((*name).to_owned(), Item::Primitive(*primitive)));
    objects.chain(enums).chain(types).chain(primitives).chain([("any".to_owned(), Item::Any)]).collect()
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
