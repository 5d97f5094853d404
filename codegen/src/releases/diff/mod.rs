//! Two releases → what differs, grouped by managed object and type. Which difference means what is told by [`Rule`].

mod operations;
mod rules;
mod types;

use std::collections::BTreeMap;

pub use self::rules::{Action, Rule, Verdict};
use crate::analyse;
use crate::diagnostics::Diagnostics;
use crate::model::{About, Item, Model, Release, Shape, Type, WireName};
use crate::releases::names::primitive_name;

/// What differs between two releases.
#[derive(Clone, Debug)]
pub struct Diff {
    /// The release of the older document.
    pub old: Release,
    /// The release of the newer document.
    pub new: Release,
    /// The differences: managed objects first, then types, then enums, each kind by name.
    pub lines: Vec<Line>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// What it belongs to.
    pub group: Group,
    /// The thing itself: `UserSession.key`, `SessionManager.Login`.
    pub item: String,
    /// Which difference.
    pub rule: Rule,
    /// In words.
    pub what: String,
}

impl Line {
    /// What it means to a consumer.
    pub fn verdict(&self) -> Verdict {
        self.rule.verdict()
    }
}

/// What a difference belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// A managed object, its operations and their parameters.
    ManagedObject(String),
    /// A data type or fault and its members.
    Type(String),
    /// An enum and its values.
    Enum(String),
}

impl Group {
    /// Wire name.
    pub fn name(&self) -> &str {
        match self {
            Self::ManagedObject(name) | Self::Type(name) | Self::Enum(name) => name,
        }
    }
}

impl Diff {
    /// How often a rule applies.
    pub fn count(&self, rule: Rule) -> usize {
        self.lines.iter().filter(|line| line.rule == rule).count()
    }

    /// How many lines have a verdict.
    pub fn verdicts(&self, verdict: Verdict) -> usize {
        self.lines.iter().filter(|line| line.verdict() == verdict).count()
    }
}

/// Compares the models of two documents.
pub fn diff(old: &Model, new: &Model) -> Result<Diff, Diagnostics> {
    let inputs = [analyse::run(old, &[])?.inputs, analyse::run(new, &[])?.inputs];
    let [old, new] = [Side { model: old }, Side { model: new }];
    let names = inputs[0].iter().map(|id| &old.model.data_types[id.0].name);
    let names = names.chain(inputs[1].iter().map(|id| &new.model.data_types[id.0].name));
    let mut comparison = Comparison { old, new, inputs: names.collect(), lines: Vec::new() };
    comparison.managed_objects();
    comparison.data_types();
    comparison.enums();
    let mut lines = comparison.lines;
    lines.sort();
    Ok(Diff { old: old.model.release, new: new.model.release, lines })
}

/// One of the two models.
#[derive(Clone, Copy)]
struct Side<'m> {
    model: &'m Model,
}

impl Side<'_> {
    /// A type in words. What a reference leads to is part of its type in Rust.
    fn show(self, ty: Type) -> String {
        let item = match ty.item {
            Item::Primitive(primitive) => primitive_name(primitive),
            Item::Enum(id) => self.model.enums[id.0].name.as_str(),
            Item::Object(id) => self.model.data_types[id.0].name.as_str(),
            Item::Reference(Some(id)) => return self.list(&format!("*{}", self.model.managed_objects[id.0].name), ty),
            Item::Reference(None) => "*ManagedObject",
            Item::Any => "any",
        };
        self.list(item, ty)
    }

    fn list(self, item: &str, ty: Type) -> String {
        if ty.shape == Shape::List { format!("{item}[]") } else { item.to_owned() }
    }
}

struct Comparison<'m> {
    old: Side<'m>,
    new: Side<'m>,
    /// Names of the data types that a request can hold, in either release.
    inputs: std::collections::BTreeSet<&'m WireName>,
    lines: Vec<Line>,
}

impl Comparison<'_> {
    fn add(&mut self, rule: Rule, group: &Group, item: &str, detail: &str) {
        let what = rule.words().replace("{}", detail);
        self.lines.push(Line { group: group.clone(), item: item.to_owned(), rule, what });
    }

    fn deprecation(&mut self, group: &Group, item: &str, old: &About, new: &About) {
        if let (None, Some(reason)) = (&old.deprecated, &new.deprecated) {
            self.add(Rule::Deprecated, group, item, reason);
        }
    }
}

/// Things by name, each with its older and its newer version.
fn pairs<'m, T>(old: &'m [T], new: &'m [T], name: impl Fn(&'m T) -> &'m WireName) -> Vec<Pair<'m, T>> {
    let mut pairs: BTreeMap<&WireName, Pair<'m, T>> = BTreeMap::new();
    for item in old {
        pairs.insert(name(item), Pair { old: Some(item), new: None });
    }
    for item in new {
        pairs.entry(name(item)).or_insert(Pair { old: None, new: None }).new = Some(item);
    }
    pairs.into_values().collect()
}

/// Versions of one thing; at least one is there.
struct Pair<'m, T> {
    old: Option<&'m T>,
    new: Option<&'m T>,
}
