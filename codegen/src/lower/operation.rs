//! `paths` → managed objects and their operations.

use indexmap::IndexMap;
use indexmap::map::Entry;
use openapiv3::{MediaType, Parameter, ReferenceOr, RequestBody, Response, Responses, Schema, StatusCode};

use super::{Lowering, Named, prose};
use crate::diagnostics::Code;
use crate::model::{
    About, Access, DataType, DeclaredFault, Family, Item, ManagedObject, MoId, Operation, OperationKind,
    OperationResult, Presence, RequestId, Shape, Text, TypeId, WireName,
};
use crate::spec::{PathOperation, Pointer, Verb, schema_name};

const JSON: &str = "application/json";
const MO_ID: &str = "#/components/parameters/moId";

/// `/Alarm/{moId}/RemoveAlarm`, below a prefix for services other than vim25: `/vslm/VslmTask/{moId}/VslmQueryInfo`.
#[derive(Clone, Copy)]
struct PathShape<'a> {
    service: &'a str,
    object: &'a str,
    member: &'a str,
}

fn path_shape(path: &str) -> Option<PathShape<'_>> {
    let parts: Vec<_> = path.split('/').collect();
    let (service, object, member) = match parts.as_slice() {
        ["", object, "{moId}", member] => ("", *object, *member),
        ["", service, object, "{moId}", member] => (*service, *object, *member),
        _ => return None,
    };
    let is_name = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name(object) && is_name(member)).then_some(PathShape { service, object, member })
}

/// The responses by kind.
#[derive(Default)]
struct Replies<'a> {
    ok: Option<&'a Response>,
    empty: Option<&'a Response>,
    fault: Option<&'a Response>,
}

impl<'a> Lowering<'a> {
    /// Numbers the managed objects in the order of the paths.
    pub(super) fn declare_managed_objects(&mut self) {
        for operation in &self.document.operations {
            match path_shape(&operation.path) {
                Some(shape) => {
                    let id = MoId(self.objects.len());
                    self.objects.entry(shape.object).or_insert(id);
                }
                None => self.problems.add(Code::PathShape, &operation.origin, &[&operation.path]),
            }
        }
    }

    pub(super) fn managed_objects(&mut self, types: &[DataType]) -> Vec<ManagedObject> {
        let mut objects: IndexMap<&str, ManagedObject> = IndexMap::new();
        let mut ids: IndexMap<&str, &str> = IndexMap::new();
        let document = self.document;
        for source in &document.operations {
            let Some(shape) = path_shape(&source.path) else {
                continue;
            };
            self.check_identity(source, shape, &mut ids);
            let operation = self.operation(source, shape, types);
            let object = match objects.entry(shape.object) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => entry.insert(self.managed_object(shape, source)),
            };
            if object.service != shape.service {
                let values = [shape.object, shape.service, object.service.as_str()];
                self.problems.add(Code::TwoServices, &source.origin, &values);
            }
            object.operations.push(operation);
        }
        objects.into_values().collect()
    }

    fn managed_object(&self, shape: PathShape<'_>, first: &PathOperation) -> ManagedObject {
        let text = self.document.tags.get(shape.object).cloned().flatten().unwrap_or_default();
        ManagedObject {
            name: WireName(shape.object.to_owned()),
            service: shape.service.to_owned(),
            base: None,
            operations: Vec::new(),
            about: self.about(prose::read(&text), false, &first.origin),
        }
    }

    /// The tag and the operationId say again what the path says.
    fn check_identity(
        &mut self,
        source: &'a PathOperation,
        shape: PathShape<'_>,
        ids: &mut IndexMap<&'a str, &'a str>,
    ) {
        let operation = &source.operation;
        if operation.tags != [shape.object] {
            self.problems.add(Code::WrongTag, &source.origin.join("tags"), &[shape.object]);
        }
        let at = source.origin.join("operationId");
        let expected = operation_id(source.verb, shape);
        match operation.operation_id.as_deref() {
            Some(id) if id == expected => {
                if let Some(other) = ids.insert(id, &source.path) {
                    self.problems.add(Code::OperationIdTwice, &at, &[id, other]);
                }
            }
            other => self.problems.add(Code::OperationId, &at, &[other.unwrap_or("nothing"), &expected]),
        }
    }

    fn operation(&mut self, source: &PathOperation, shape: PathShape<'_>, types: &[DataType]) -> Operation {
        let at = &source.origin;
        let operation = &source.operation;
        self.parameters(&operation.parameters, at);
        let replies = self.replies(&operation.responses, at);
        let result = replies.ok.and_then(|response| self.result(response, at));
        let declared = replies.fault.map(|response| self.faults(response, types, at));
        let (more, faults) = declared.unwrap_or_default();
        let (privileges, about) = self.about_operation(source, &more);
        Operation {
            name: WireName(shape.member.to_owned()),
            kind: kind(source.verb, shape.member, result.as_ref()),
            path: source.path.clone(),
            request: operation.request_body.as_ref().and_then(|body| self.request(body, source)),
            result,
            task_result: None,
            faults,
            privileges,
            access: self.access(source),
            about,
        }
    }

    /// `summary` is the first sentence of `description`, which repeats it.
    fn about_operation(&self, source: &PathOperation, more: &str) -> (Vec<String>, About) {
        let operation = &source.operation;
        let mut prose = prose::read(operation.description.as_deref().unwrap_or_default());
        if prose.text.is_empty() && prose.deprecated.is_none() {
            let summary = prose::read(operation.summary.as_deref().unwrap_or_default());
            (prose.text, prose.deprecated) = (summary.text, summary.deprecated);
        }
        prose::append(&mut prose.text, more);
        let privileges = std::mem::take(&mut prose.privileges);
        (privileges, self.about(prose, operation.deprecated, &source.origin))
    }

    /// The object's id in the path is the only parameter.
    fn parameters(&mut self, parameters: &[ReferenceOr<Parameter>], at: &Pointer) {
        let is_mo_id = |parameter: &ReferenceOr<Parameter>| matches!(parameter, ReferenceOr::Reference { reference } if reference == MO_ID);
        if parameters.len() != 1 || !parameters.iter().all(is_mo_id) {
            self.problems.add(Code::Parameters, &at.join("parameters"), &[MO_ID]);
        }
    }

    fn access(&mut self, source: &PathOperation) -> Access {
        let schemes: Vec<Vec<&str>> = source.operation.security.iter().flatten().map(scheme_names).collect();
        match schemes.iter().map(Vec::as_slice).collect::<Vec<_>>().as_slice() {
            [["Session"]] => Access::Session,
            [["Session"], []] => Access::Anonymous,
            _ => {
                self.problems.add(Code::Security, &source.origin.join("security"), &[]);
                Access::Session
            }
        }
    }

    fn request(&mut self, body: &ReferenceOr<RequestBody>, source: &PathOperation) -> Option<RequestId> {
        let at = source.origin.join("requestBody");
        if source.verb == Verb::Get {
            return self.fail(Code::BodyOfGet, &at, &[]);
        }
        let ReferenceOr::Item(body) = body else {
            return self.fail(Code::SharedPart, &at, &[]);
        };
        let schema = self.schema(&body.content, &at)?;
        let at = schema_place(&at);
        let ReferenceOr::Reference { reference } = schema else {
            return self.fail(Code::NotARequest, &at, &["a schema"]);
        };
        match schema_name(reference).and_then(|name| self.names.get(name)).copied() {
            Some(Named::Request(id)) => Some(id),
            Some(Named::Broken) => None,
            Some(_) => self.fail(Code::NotARequest, &at.join("$ref"), &[reference]),
            None => self.fail(Code::DanglingRef, &at.join("$ref"), &[reference]),
        }
    }

    fn replies<'r>(&mut self, responses: &'r Responses, at: &Pointer) -> Replies<'r> {
        let at = at.join("responses");
        let mut replies = Replies::default();
        for (code, response) in &responses.responses {
            let at = at.join(&code.to_string());
            match (code, response) {
                (_, ReferenceOr::Reference { .. }) => self.problems.add(Code::SharedPart, &at, &[]),
                (StatusCode::Code(200), ReferenceOr::Item(response)) => replies.ok = Some(response),
                (StatusCode::Code(204), ReferenceOr::Item(response)) => replies.empty = Some(response),
                (StatusCode::Code(500), ReferenceOr::Item(response)) => replies.fault = Some(response),
                _ => self.problems.add(Code::StatusCode, &at, &[&code.to_string()]),
            }
        }
        if responses.default.is_some() {
            self.problems.add(Code::StatusCode, &at.join("default"), &["default"]);
        }
        if replies.ok.is_some() == replies.empty.is_some() {
            self.problems.add(Code::NoOneSuccess, &at, &[]);
        }
        if replies.empty.is_some_and(|response| !response.content.is_empty()) {
            self.problems.add(Code::ContentOf204, &at.join_all(&["204", "content"]), &[]);
        }
        replies
    }

    fn result(&mut self, response: &Response, at: &Pointer) -> Option<OperationResult> {
        let at = at.join_all(&["responses", "200"]);
        let schema = self.schema(&response.content, &at)?;
        let place = self.place(schema, &schema_place(&at))?;
        let prose = prose::read(&response.description);
        Some(OperationResult {
            ty: self.refer(place.ty, prose.refers.as_deref()),
            presence: if place.nullable { Presence::Optional } else { Presence::Required },
            text: Text(prose.text),
        })
    }

    /// Text and faults. The schema of a 500 response is a common base and tells less than the text, unless there is none.
    fn faults(&mut self, response: &Response, types: &[DataType], at: &Pointer) -> (String, Vec<DeclaredFault>) {
        let at = at.join_all(&["responses", "500"]);
        let list = prose::faults(&response.description);
        let base = self.schema(&response.content, &at).and_then(|schema| self.place(schema, &schema_place(&at)));
        let base = match base.map(|place| (place.ty.item, place.ty.shape)) {
            Some((Item::Object(id), Shape::One)) if types[id.0].family == Family::Fault => Some(id),
            Some(_) => self.fail(Code::NotAFault, &schema_place(&at), &[]),
            None => None,
        };
        if list.faults.is_empty() {
            let faults = base.map(|fault| declared(fault, String::new()));
            return (list.text, faults.into_iter().collect());
        }
        let mut faults: Vec<DeclaredFault> = Vec::new();
        for (name, text) in list.faults {
            match self.names.get(name.as_str()) {
                Some(Named::Type(id)) if types[id.0].family == Family::Fault => {
                    match faults.iter_mut().find(|known| known.fault == *id) {
                        Some(known) => prose::append(&mut known.text.0, &text),
                        None => faults.push(declared(*id, text)),
                    }
                }
                _ => self.problems.add(Code::UnknownFault, &at.join("description"), &[&name]),
            }
        }
        (list.text, faults)
    }

    /// The schema below `content`, which is JSON and nothing else.
    fn schema<'r>(
        &mut self,
        content: &'r IndexMap<String, MediaType>,
        at: &Pointer,
    ) -> Option<&'r ReferenceOr<Schema>> {
        let schema = content.get(JSON).filter(|_| content.len() == 1).and_then(|media| media.schema.as_ref());
        if schema.is_none() {
            self.problems.add(Code::Content, &at.join("content"), &[]);
        }
        schema
    }
}

fn declared(fault: TypeId, text: String) -> DeclaredFault {
    DeclaredFault { fault, since: None, until: None, text: Text(text) }
}

fn scheme_names(scheme: &IndexMap<String, Vec<String>>) -> Vec<&str> {
    scheme.keys().map(String::as_str).collect()
}

fn schema_place(at: &Pointer) -> Pointer {
    at.join_all(&["content", JSON, "schema"])
}

/// `Alarm_RemoveAlarm`; for properties `Alarm_getAvailableField`.
fn operation_id(verb: Verb, shape: PathShape<'_>) -> String {
    let PathShape { object, member, .. } = shape;
    match verb {
        Verb::Post => format!("{object}_{member}"),
        Verb::Get => {
            let (first, rest) = member.split_at(1);
            format!("{object}_get{}{rest}", first.to_ascii_uppercase())
        }
    }
}

/// The verb tells a property, the suffix and the result a task.
fn kind(verb: Verb, member: &str, result: Option<&OperationResult>) -> OperationKind {
    let returns_reference = result.is_some_and(|result| matches!(result.ty.item, Item::Reference(_)));
    match verb {
        Verb::Get => OperationKind::Property,
        Verb::Post if member.ends_with("_Task") && returns_reference => OperationKind::Task,
        Verb::Post => OperationKind::Method,
    }
}
