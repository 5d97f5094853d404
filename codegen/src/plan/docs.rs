//! Doc comments: the text of the document or an overlay, and what the structure tells.
//!
//! Where nobody has described an item, one plain sentence says what it is.

use std::collections::BTreeSet;

use super::links::{Here, Links, link, mo_module};
use super::naming::{Names, OperationNames};
use super::page::{Page, code_list, enumerate};
use super::types::Docs;
use crate::Options;
use crate::analyse::{Facts, Used};
use crate::markdown;
use crate::model::{
    About, DeclaredFault, EnumId, EnumUsage, EnumValue, Family, Field, ManagedObject, MoId, Model, Operation,
    OperationKind, Presence, Secrecy, Shape, Text, TypeId,
};
use crate::names::{self, Ident};

/// How many types a sentence lists by name.
const LISTED: usize = 8;

/// How many users of a type are listed of each sort.
pub(super) const USERS: usize = 12;

/// What the doc comments of one file are made from.
pub(crate) struct Writer<'a> {
    pub(crate) model: &'a Model,
    pub(crate) facts: &'a Facts,
    pub(crate) names: &'a Names,
    pub(crate) links: &'a Links,
    pub(crate) here: Here<'a>,
}

impl Writer<'_> {
    /// Docs of a data object or a fault.
    pub(crate) fn data_object(&self, id: TypeId) -> Docs {
        let ty = &self.model.data_types[id.0];
        let kind = match ty.family {
            Family::Fault => "fault",
            Family::DataObject => "data object",
        };
        let mut page = self.page(&ty.about.text, format!("The {kind} `{}`.", ty.name));
        if let Some(parent) = ty.parent.filter(|parent| self.model.data_types[parent.0].parent.is_some()) {
            page.paragraph(&format!("A kind of {}.", self.type_link(parent)));
        }
        if let Some(sentence) = self.subtypes(id) {
            page.paragraph(&sentence);
        }
        page.releases(&ty.about);
        self.users(Used::Type(id), &mut page);
        page.finish()
    }

    /// "Subtypes: …", counted where there are many.
    fn subtypes(&self, id: TypeId) -> Option<String> {
        let kept = |id: &&TypeId| self.facts.selection.types.contains(id);
        let direct: Vec<_> = self.facts.hierarchy.children(id).iter().filter(kept).collect();
        let all = self.facts.hierarchy.descendants(id).iter().filter(kept).count();
        let mut named: Vec<_> = direct.iter().map(|id| self.type_link(**id)).collect();
        named.sort();
        match direct.len() {
            0 => None,
            1..=LISTED if all == direct.len() => Some(format!("Its subtypes are {}.", enumerate(&named))),
            1..=LISTED => Some(format!("{all} types derive from it, directly {}.", enumerate(&named))),
            _ => Some(format!("{all} types derive from it.")),
        }
    }

    /// "Used by": the members, parameters and results of the kind.
    fn users(&self, used: Used, page: &mut Page) {
        let Self { model, names, here, .. } = self;
        let users = self.facts.usage.of(used);
        let member = |&(id, at): &(TypeId, usize)| {
            link("types", &names.types[id.0].ident, Some(&names.members[id.0][at].getter), here)
        };
        let operation = |&(id, at): &(MoId, usize)| {
            let (module, method) = (mo_module(names, id), &names.operations[id.0][at].method);
            link(&module, &names.managed_objects[id.0], Some(method), here)
        };
        let mut members: Vec<_> = users.members.iter().collect();
        members.sort_by_key(|(id, at)| (&model.data_types[id.0].name, &model.data_types[id.0].fields[*at].name));
        let sorted = |operations: &BTreeSet<(MoId, usize)>| {
            let mut operations: Vec<_> = operations.iter().copied().collect();
            let name = |(id, at): &(MoId, usize)| &model.managed_objects[id.0].operations[*at].name;
            operations.sort_by_key(|place| (&model.managed_objects[place.0.0].name, name(place)));
            operations
        };
        let lines = [
            some_of("Members", members.into_iter().map(member)),
            some_of("Parameters of", sorted(&users.takers).iter().map(operation)),
            some_of("Results of", sorted(&users.givers).iter().map(operation)),
        ];
        if lines.iter().any(Option::is_some) {
            page.heading("Used by");
            page.list(lines.into_iter().flatten());
        }
    }

    /// Docs of a getter.
    pub(crate) fn member(&self, field: &Field) -> Docs {
        let name = &field.name;
        let secret = if field.secrecy == Secrecy::Secret { ", a secret" } else { "" };
        let sentence = match (field.ty.shape, field.presence) {
            (Shape::One, Presence::Required) => format!("The member `{name}`{secret}."),
            (Shape::One, Presence::Optional) => format!("The member `{name}`{secret}, if present."),
            (Shape::List, Presence::Required) => format!("The list `{name}`{secret}."),
            (Shape::List, Presence::Optional) => format!("The list `{name}`{secret}, empty if absent."),
        };
        let mut page = self.page(&field.about.text, sentence);
        page.releases(&field.about);
        page.finish()
    }

    /// Docs of an enum.
    pub(crate) fn enumeration(&self, id: EnumId) -> Docs {
        let item = &self.model.enums[id.0];
        let mut page = self.page(&item.about.text, format!("The enum `{}`.", item.name));
        if item.usage == EnumUsage::Untyped {
            page.paragraph("Members that take these values are plain strings; the constants are the known ones.");
        }
        page.releases(&item.about);
        self.users(Used::Enum(id), &mut page);
        page.finish()
    }

    /// Docs of a variant or a constant.
    pub(crate) fn value(&self, value: &EnumValue) -> Docs {
        let text = self.sentence(&value.about.text);
        let colon = if text.is_empty() { "" } else { ": " };
        let mut page = Page::default();
        page.paragraph(&format!("`{}`{colon}{text}", value.name));
        page.releases(&value.about);
        page.finish()
    }

    /// Docs of a managed object.
    pub(crate) fn managed_object(&self, mo: &ManagedObject) -> Docs {
        let mut page = self.page(&mo.about.text, format!("The managed object `{}`.", mo.name));
        if mo.operations.is_empty() {
            page.paragraph("Only references to it are part of this crate.");
        }
        page.releases(&mo.about);
        page.finish()
    }

    /// Docs of a method or a property getter.
    pub(crate) fn operation(&self, operation: &Operation, names: &OperationNames) -> Docs {
        let name = &operation.name;
        let (verb, sentence) = match operation.kind {
            OperationKind::Property => ("GET", format!("Reads the property `{name}`.")),
            OperationKind::Method => ("POST", format!("Calls `{name}`.")),
            OperationKind::Task => ("POST", format!("Starts the task `{name}`.")),
        };
        let mut page = self.page(&operation.about.text, sentence);
        let fields = operation.request.map_or(&[][..], |id| &self.model.requests[id.0].fields);
        let parameters: &[Ident] = operation.request.map_or(&[], |id| &self.names.parameters[id.0]);
        page.list(fields.iter().zip(parameters).filter_map(|(field, name)| self.parameter_item(field, name)));
        page.optional_arguments(fields, names, parameters);
        let returns = operation.result.as_ref().map(|result| self.sentence(&result.text)).unwrap_or_default();
        if !returns.is_empty() {
            page.paragraph(&format!("Returns: {returns}"));
        }
        page.paragraph(&format!("`{verb} {}`", operation.path));
        page.privileges(operation);
        if !operation.faults.is_empty() {
            page.heading("Errors");
            page.list(operation.faults.iter().map(|declared| self.fault_item(declared)));
        }
        if operation.about.since.is_some() || operation.about.until.is_some() {
            // Below a heading, or the line would seem to speak of the errors.
            page.heading("Releases");
            page.releases(&operation.about);
        }
        page.finish()
    }

    /// A required parameter in the docs of its method; nothing if there is nothing to say.
    fn parameter_item(&self, field: &Field, name: &Ident) -> Option<String> {
        let text = self.sentence(&field.about.text);
        let privileges = code_list(&field.privileges);
        if field.presence == Presence::Optional || (text.is_empty() && privileges.is_empty()) {
            return None;
        }
        let name = names::plain(name);
        Some(match (text.is_empty(), privileges.is_empty()) {
            (_, true) => format!("`{name}`: {text}"),
            (true, false) => format!("`{name}`: needs {privileges} on it"),
            (false, false) => format!("`{name}`: {text} Needs {privileges} on it."),
        })
    }

    fn fault_item(&self, declared: &DeclaredFault) -> String {
        let text = self.sentence(&declared.text);
        let colon = if text.is_empty() { "" } else { ": " };
        let since = declared.since.map(|release| format!(" (since {release})")).unwrap_or_default();
        let until = declared.until.map(|release| format!(" (until {release})")).unwrap_or_default();
        format!("{}{since}{until}{colon}{text}", self.type_link(declared.fault))
    }

    /// Docs of an optional parameter, a method of the call.
    pub(crate) fn parameter(&self, field: &Field) -> Docs {
        let mut page = self.page(&field.about.text, format!("Sets the argument `{}`.", field.name));
        if !field.privileges.is_empty() {
            page.paragraph(&format!("Needs {} on it.", code_list(&field.privileges)));
        }
        page.releases(&field.about);
        page.finish()
    }

    /// A deprecation as the value of the attribute. What a newer document lacks counts as deprecated.
    pub(crate) fn deprecation(&self, about: &About) -> Option<String> {
        let reason = about.deprecated.as_ref().map(|reason| markdown::one_paragraph(reason, &|_| None));
        let dropped = about.until.map(|release| format!("the API dropped it after {release}"));
        match (reason, dropped) {
            (Some(reason), Some(dropped)) if reason.is_empty() => Some(dropped),
            (reason, dropped) => reason.or(dropped),
        }
    }

    fn type_link(&self, id: TypeId) -> String {
        link("types", &self.names.types[id.0].ident, None, &self.here)
    }

    fn sentence(&self, text: &Text) -> String {
        markdown::one_paragraph(&text.0, &|name| self.links.find(name, &self.here))
    }

    /// A page that begins with a text, or with a sentence where there is none.
    fn page(&self, text: &Text, otherwise: String) -> Page {
        let mut page = Page::default();
        if text.0.trim().is_empty() {
            page.paragraph(&otherwise);
            return page;
        }
        let resolve = |name: &str| self.links.find(name, &self.here);
        let (summary, rest) = markdown::summary(&text.0);
        page.block(markdown::lines(summary, &resolve));
        page.block(markdown::lines(rest, &resolve));
        page
    }
}

/// Docs of the crate.
pub(crate) fn library(model: &Model, facts: &Facts, options: &Options) -> Docs {
    let mut page = Page::default();
    page.paragraph(&format!("The vSphere VI JSON API of release {}, as Rust types.", model.release));
    page.paragraph(
        "[`types`] holds the data objects, faults and enums, [`mo`] the managed objects with their methods and properties. \
         Behind them stand tables that describe the whole API, gathered in [`REGISTRY`]: what is read, written and called \
         goes by these tables, in `vim25_runtime`.",
    );
    if !options.managed_objects.is_empty() {
        let mut names: Vec<_> = options.managed_objects.clone();
        names.sort();
        page.paragraph(&format!(
            "This is a part of the API: the operations of {}, and all that they can send and receive.",
            enumerate(&names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>())
        ));
    }
    let selection = &facts.selection;
    let operations: usize =
        selection.managed_objects.iter().map(|id| model.managed_objects[id.0].operations.len()).sum();
    page.paragraph(&format!(
        "Data types: {}, enums: {}, managed objects: {}, operations: {operations}.",
        selection.types.len(),
        selection.enums.len(),
        selection.managed_objects.len()
    ));
    page.finish()
}

/// Docs of the type of a call.
pub(crate) fn call(mo: &Ident, method: &Ident) -> Docs {
    let method = names::plain(method);
    Docs(vec![format!("A call of [`{mo}::{method}`]; its optional arguments are chained.")])
}

/// `Members: a, b and 3 more`.
fn some_of(title: &str, links: impl ExactSizeIterator<Item = String>) -> Option<String> {
    let hidden = links.len().saturating_sub(USERS);
    let mut shown: Vec<_> = links.take(USERS).collect();
    if hidden > 0 {
        shown.push(format!("{hidden} more"));
    }
    (!shown.is_empty()).then(|| format!("{title} {}", enumerate(&shown)))
}
