//! The pages of doc comments.

use super::naming::OperationNames;
use super::types::Docs;
use crate::markdown;
use crate::model::{About, Access, Field, Operation, Presence};
use crate::names::{self, Ident};

/// The lines of a doc comment, paragraph by paragraph.
#[derive(Default)]
pub(super) struct Page(Vec<String>);

impl Page {
    pub(super) fn block(&mut self, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push(String::new());
        }
        self.0.extend(lines);
    }

    pub(super) fn paragraph(&mut self, markdown: &str) {
        self.block(markdown::wrap(markdown, ""));
    }

    pub(super) fn heading(&mut self, title: &str) {
        self.block(vec![format!("# {title}")]);
    }

    pub(super) fn list(&mut self, items: impl Iterator<Item = String>) {
        self.block(items.flat_map(|item| markdown::wrap(&format!("- {item}"), "  ")).collect());
    }

    /// The releases that have an item.
    pub(super) fn releases(&mut self, about: &About) {
        if let Some(release) = about.since {
            self.paragraph(&format!("Since vSphere API {release}."));
        }
        if let Some(release) = about.until {
            self.paragraph(&format!("Dropped after vSphere API {release}."));
        }
    }

    pub(super) fn privileges(&mut self, operation: &Operation) {
        let no_session = match operation.access {
            Access::Anonymous => "; a session is not needed",
            Access::Session => "",
        };
        if !operation.privileges.is_empty() {
            self.heading("Required privileges");
            self.paragraph(&format!("{}{no_session}", code_list(&operation.privileges)));
        }
    }

    pub(super) fn optional_arguments(&mut self, fields: &[Field], names: &OperationNames, parameters: &[Ident]) {
        let optional = fields.iter().zip(parameters).filter(|(field, _)| field.presence == Presence::Optional);
        let call = names::plain(&names.call);
        let links: Vec<_> = optional
            .map(|(_, name)| {
                let name = names::plain(name);
                format!("[`{name}`]({call}::{name})")
            })
            .collect();
        match links.len() {
            0 => {}
            1 => self.paragraph(&format!("Optional argument: {}.", links[0])),
            _ => self.paragraph(&format!("Optional arguments: {}.", enumerate(&links))),
        }
    }

    pub(super) fn finish(self) -> Docs {
        Docs(self.0)
    }
}

/// `a, b and c`.
pub(super) fn enumerate(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

pub(super) fn code_list(items: &[String]) -> String {
    items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
}
