//! Managed objects, operations and their parameters.

use super::{Comparison, Group, Pair, Rule, Side, pairs};
use crate::model::{Access, Field, ManagedObject, Operation, Presence, WireName};

/// An operation that both releases have.
struct Both<'m> {
    group: Group,
    item: String,
    old: &'m Operation,
    new: &'m Operation,
}

impl<'m> Comparison<'m> {
    pub(super) fn managed_objects(&mut self) {
        for pair in pairs(&self.old.model.managed_objects, &self.new.model.managed_objects, |object| &object.name) {
            let Some(name) = pair.new.or(pair.old).map(|object| object.name.to_string()) else { continue };
            let group = Group::ManagedObject(name.clone());
            match (pair.old, pair.new) {
                (None, _) => self.add(Rule::ManagedObjectAdded, &group, &name, ""),
                (_, None) => self.add(Rule::ManagedObjectRemoved, &group, &name, ""),
                _ => {}
            }
            let operations = |object: Option<&'m ManagedObject>| object.map_or(&[][..], |object| &object.operations);
            for pair in pairs(operations(pair.old), operations(pair.new), |operation| &operation.name) {
                self.operation_pair(&group, pair);
            }
        }
    }

    fn operation_pair(&mut self, group: &Group, pair: Pair<'m, Operation>) {
        let item = |operation: &Operation| format!("{}.{}", group.name(), operation.name);
        match pair {
            Pair { old: None, new: Some(new) } => self.add(Rule::OperationAdded, group, &item(new), ""),
            Pair { old: Some(old), new: None } => self.add(Rule::OperationRemoved, group, &item(old), ""),
            Pair { old: Some(old), new: Some(new) } => {
                self.operation(&Both { group: group.clone(), item: item(new), old, new });
            }
            Pair { old: None, new: None } => {}
        }
    }

    fn operation(&mut self, both: &Both<'m>) {
        let Both { group, item, old, new } = both;
        self.deprecation(group, item, &old.about, &new.about);
        if (old.kind, &old.path) != (new.kind, &new.path) {
            self.add(Rule::OperationPath, group, item, &format!("{} → {}", path(old), path(new)));
        }
        for pair in pairs(parameters(self.old, old), parameters(self.new, new), |field| &field.name) {
            self.parameter(both, pair);
        }
        self.result(both);
        self.faults(both);
        if old.privileges != new.privileges {
            let list = |operation: &Operation| operation.privileges.join(", ");
            self.add(Rule::Privileges, group, item, &format!("{} → {}", list(old), list(new)));
        }
        match (old.access, new.access) {
            (Access::Anonymous, Access::Session) => self.add(Rule::SessionNeeded, group, item, ""),
            (Access::Session, Access::Anonymous) => self.add(Rule::SessionNotNeeded, group, item, ""),
            _ => {}
        }
    }

    fn parameter(&mut self, Both { group, item, .. }: &Both<'_>, pair: Pair<'_, Field>) {
        match pair {
            Pair { old: None, new: Some(field) } => {
                let rule = match field.presence {
                    Presence::Required => Rule::ParameterRequiredAdded,
                    Presence::Optional => Rule::ParameterOptionalAdded,
                };
                self.add(rule, group, item, field.name.as_str());
            }
            Pair { old: Some(field), new: None } => {
                self.add(Rule::ParameterRemoved, group, item, field.name.as_str());
            }
            Pair { old: Some(was), new: Some(is) } => {
                let name = is.name.as_str();
                let types = (self.old.show(was.ty), self.new.show(is.ty));
                if types.0 != types.1 {
                    self.add(Rule::ParameterType, group, item, &format!("{name} {} → {}", types.0, types.1));
                }
                match (was.presence, is.presence) {
                    (Presence::Required, Presence::Optional) => self.add(Rule::ParameterOptional, group, item, name),
                    (Presence::Optional, Presence::Required) => self.add(Rule::ParameterRequired, group, item, name),
                    _ => {}
                }
            }
            Pair { old: None, new: None } => {}
        }
    }

    fn result(&mut self, Both { group, item, old, new }: &Both<'_>) {
        let show = |side: Side<'_>, operation: &Operation| {
            operation.result.as_ref().map_or_else(|| "nothing".to_owned(), |result| side.show(result.ty))
        };
        let (was, is) = (show(self.old, old), show(self.new, new));
        if was != is {
            self.add(Rule::Result, group, item, &format!("{was} → {is}"));
            return;
        }
        let presence = |operation: &Operation| operation.result.as_ref().map(|result| result.presence);
        match (presence(old), presence(new)) {
            (Some(Presence::Required), Some(Presence::Optional)) => self.add(Rule::ResultOptional, group, item, ""),
            (Some(Presence::Optional), Some(Presence::Required)) => self.add(Rule::ResultRequired, group, item, ""),
            _ => {}
        }
    }

    fn faults(&mut self, Both { group, item, old, new }: &Both<'m>) {
        let (was, is) = (faults(self.old, old), faults(self.new, new));
        for name in is.iter().filter(|name| !was.contains(name)) {
            self.add(Rule::FaultAdded, group, item, name.as_str());
        }
        for name in was.iter().filter(|name| !is.contains(name)) {
            self.add(Rule::FaultRemoved, group, item, name.as_str());
        }
    }
}

fn faults<'m>(side: Side<'m>, operation: &Operation) -> Vec<&'m WireName> {
    operation.faults.iter().map(|declared| &side.model.data_types[declared.fault.0].name).collect()
}

fn parameters<'m>(side: Side<'m>, operation: &Operation) -> &'m [Field] {
    operation.request.map_or(&[], |id| &side.model.requests[id.0].fields)
}

fn path(operation: &Operation) -> String {
    format!("{:?} {}", operation.kind, operation.path)
}
