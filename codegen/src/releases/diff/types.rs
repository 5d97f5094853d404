//! Data types and enums.

use super::{Comparison, Group, Pair, Rule, Side, pairs};
use crate::model::{DataType, EnumType, Field, Presence};

impl<'m> Comparison<'m> {
    pub(super) fn data_types(&mut self) {
        for pair in pairs(&self.old.model.data_types, &self.new.model.data_types, |ty| &ty.name) {
            match pair {
                Pair { old: None, new: Some(new) } => {
                    let base = base(self.new, new).to_owned();
                    self.add(Rule::TypeAdded, &type_group(new), new.name.as_str(), &base);
                }
                Pair { old: Some(old), new: None } => {
                    self.add(Rule::TypeRemoved, &type_group(old), old.name.as_str(), "");
                }
                Pair { old: Some(old), new: Some(new) } => self.data_type(old, new),
                Pair { old: None, new: None } => {}
            }
        }
    }

    fn data_type(&mut self, old: &'m DataType, new: &'m DataType) {
        let group = type_group(new);
        self.deprecation(&group, new.name.as_str(), &old.about, &new.about);
        let (was, is) = (base(self.old, old), base(self.new, new));
        if was != is {
            let is_below = line(self.new, new).any(|ty| ty.name.as_str() == was);
            let rule = if is_below { Rule::BaseRefined } else { Rule::Base };
            self.add(rule, &group, new.name.as_str(), &format!("{was} → {is}"));
        }
        for pair in pairs(&old.fields, &new.fields, |field| &field.name) {
            match pair {
                Pair { old: None, new: Some(field) } => self.member_added(old, new, field),
                Pair { old: Some(field), new: None } => self.member_removed(new, field),
                Pair { old: Some(was), new: Some(is) } => self.member(new, was, is),
                Pair { old: None, new: None } => {}
            }
        }
    }

    fn member_added(&mut self, old: &DataType, ty: &DataType, field: &Field) {
        let is_inherited = line(self.old, old).any(|base| base.fields.iter().any(|other| other.name == field.name));
        if is_inherited {
            // It moved down; the base tells that it is gone there.
            return;
        }
        let rule = match field.presence {
            Presence::Optional => Rule::MemberOptionalAdded,
            Presence::Required if self.inputs.contains(&ty.name) => Rule::MemberDemanded,
            Presence::Required => Rule::MemberRequiredAdded,
        };
        self.add(rule, &type_group(ty), &format!("{}.{}", ty.name, field.name), "");
    }

    fn member_removed(&mut self, ty: &DataType, field: &Field) {
        let owner = line(self.new, ty).find(|base| base.fields.iter().any(|other| other.name == field.name));
        let item = format!("{}.{}", ty.name, field.name);
        match owner.map(|owner| owner.name.to_string()) {
            Some(owner) => self.add(Rule::MemberMoved, &type_group(ty), &item, &owner),
            None => self.add(Rule::MemberRemoved, &type_group(ty), &item, ""),
        }
    }

    fn member(&mut self, ty: &DataType, was: &Field, is: &Field) {
        let group = type_group(ty);
        let item = format!("{}.{}", ty.name, is.name);
        self.deprecation(&group, &item, &was.about, &is.about);
        let types = (self.old.show(was.ty), self.new.show(is.ty));
        if types.0 != types.1 {
            self.add(Rule::MemberType, &group, &item, &format!("{} → {}", types.0, types.1));
        }
        match (was.presence, is.presence) {
            (Presence::Required, Presence::Optional) => self.add(Rule::MemberOptional, &group, &item, ""),
            (Presence::Optional, Presence::Required) if self.inputs.contains(&ty.name) => {
                self.add(Rule::MemberRequiredInRequests, &group, &item, "");
            }
            (Presence::Optional, Presence::Required) => self.add(Rule::MemberRequired, &group, &item, ""),
            _ => {}
        }
    }

    pub(super) fn enums(&mut self) {
        for pair in pairs(&self.old.model.enums, &self.new.model.enums, |ty| &ty.name) {
            match pair {
                Pair { old: None, new: Some(new) } => {
                    self.add(Rule::EnumAdded, &enum_group(new), new.name.as_str(), "");
                }
                Pair { old: Some(old), new: None } => {
                    self.add(Rule::EnumRemoved, &enum_group(old), old.name.as_str(), "");
                }
                Pair { old: Some(old), new: Some(new) } => self.values(old, new),
                Pair { old: None, new: None } => {}
            }
        }
    }

    fn values(&mut self, old: &EnumType, new: &EnumType) {
        let group = enum_group(new);
        self.deprecation(&group, new.name.as_str(), &old.about, &new.about);
        for Pair { old, new: is } in pairs(&old.values, &new.values, |value| &value.name) {
            let item = |value: &crate::model::EnumValue| format!("{}.{}", new.name, value.name);
            match (old, is) {
                (None, Some(value)) => self.add(Rule::ValueAdded, &group, &item(value), ""),
                (Some(value), None) => self.add(Rule::ValueRemoved, &group, &item(value), ""),
                (Some(was), Some(is)) => self.deprecation(&group, &item(is), &was.about, &is.about),
                (None, None) => {}
            }
        }
    }
}

fn type_group(ty: &DataType) -> Group {
    Group::Type(ty.name.to_string())
}

fn enum_group(ty: &EnumType) -> Group {
    Group::Enum(ty.name.to_string())
}

fn base<'m>(side: Side<'m>, ty: &DataType) -> &'m str {
    ty.parent.map_or("nothing", |id| side.model.data_types[id.0].name.as_str())
}

/// The bases, nearest first.
fn line<'m>(side: Side<'m>, ty: &DataType) -> impl Iterator<Item = &'m DataType> {
    let up = move |id: crate::model::TypeId| &side.model.data_types[id.0];
    std::iter::successors(ty.parent.map(up), move |ty| ty.parent.map(up))
}
