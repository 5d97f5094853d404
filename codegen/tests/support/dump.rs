//! A model as text.

use std::fmt::Write as _;

use vim25_codegen::model::{
    About, EnumUsage, Family, Field, Item, Model, Operation, Presence, Secrecy, Shape, TaskResult, Type,
};

/// A model as text: one line per thing, what is not said is the default.
pub(crate) struct Dump<'a>(pub(crate) &'a Model);

impl Dump<'_> {
    pub(crate) fn all(&self) -> String {
        let model = self.0;
        let mut out = format!("release {}\n", model.release);
        if model.releases.len() > 1 {
            let releases: Vec<_> = model.releases.iter().map(ToString::to_string).collect();
            let _ = writeln!(out, "merged from {}", releases.join(", "));
        }
        for ty in &model.data_types {
            let parent = ty.parent.map_or_else(String::new, |id| format!(": {}", model.data_types[id.0].name));
            let kind = if ty.family == Family::Fault { "fault" } else { "type" };
            line(&mut out, 0, &format!("{kind} {}{parent}", ty.name), &ty.about);
            ty.fields.iter().for_each(|field| self.field(&mut out, field));
        }
        for ty in &model.enums {
            let kind = if ty.usage == EnumUsage::Typed { "enum" } else { "untyped enum" };
            line(&mut out, 0, &format!("{kind} {}", ty.name), &ty.about);
            ty.values.iter().for_each(|value| line(&mut out, 1, &format!("`{}`", value.name), &value.about));
        }
        for ty in &model.requests {
            line(&mut out, 0, &format!("request {}", ty.name), &ty.about);
            ty.fields.iter().for_each(|field| self.field(&mut out, field));
        }
        for object in &model.managed_objects {
            let service = if object.service.is_empty() { String::new() } else { format!(" of {}", object.service) };
            let base = object.base.map_or_else(String::new, |id| format!(": {}", model.managed_objects[id.0].name));
            line(&mut out, 0, &format!("managed object {}{base}{service}", object.name), &object.about);
            object.operations.iter().for_each(|operation| self.operation(&mut out, operation));
        }
        for schema in &model.excluded {
            let _ = writeln!(out, "excluded {}: {}", schema.name, schema.reason);
        }
        out
    }

    fn field(&self, out: &mut String, field: &Field) {
        let ty = self.ty(field.ty, field.presence);
        let secret = if field.secrecy == Secrecy::Secret { ", secret" } else { "" };
        let privileges: String = field.privileges.iter().map(|name| format!(", needs {name}")).collect();
        line(out, 1, &format!("{}: {ty}{secret}{privileges}", field.name), &field.about);
    }

    fn operation(&self, out: &mut String, operation: &Operation) {
        let Operation { name, kind, path, request, result, task_result, faults, privileges, access, about } = operation;
        line(out, 1, &format!("{kind:?} {name} {path} {access:?}"), about);
        if let Some(id) = request {
            let _ = writeln!(out, "    takes {}", self.0.requests[id.0].name);
        }
        if let Some(result) = result {
            let _ = writeln!(out, "    returns {} {:?}", self.ty(result.ty, result.presence), result.text.0);
        }
        match task_result {
            Some(TaskResult::Value(ty)) => {
                let _ = writeln!(out, "    task brings {}", self.ty(*ty, Presence::Required));
            }
            Some(TaskResult::Void) => out.push_str("    task brings nothing\n"),
            None => {}
        }
        for privilege in privileges {
            let _ = writeln!(out, "    needs {privilege}");
        }
        for fault in faults {
            let name = &self.0.data_types[fault.fault.0].name;
            let since = fault.since.map_or_else(String::new, |since| format!(" since {since}"));
            let until = fault.until.map_or_else(String::new, |until| format!(" until {until}"));
            let _ = writeln!(out, "    raises {name} {:?}{since}{until}", fault.text.0);
        }
    }

    fn ty(&self, ty: Type, presence: Presence) -> String {
        let item = match ty.item {
            Item::Primitive(primitive) => format!("{primitive:?}"),
            Item::Enum(id) => self.0.enums[id.0].name.to_string(),
            Item::Object(id) => self.0.data_types[id.0].name.to_string(),
            Item::Reference(None) => "reference".to_owned(),
            Item::Reference(Some(id)) => {
                format!("reference to {}", self.0.managed_objects[id.0].name)
            }
            Item::Any => "Any".to_owned(),
        };
        let list = if ty.shape == Shape::List { "list of " } else { "" };
        let optional = if presence == Presence::Optional { "optional " } else { "" };
        format!("{optional}{list}{item}")
    }
}

/// A line, and one for each thing that is known about it.
fn line(out: &mut String, depth: usize, text: &str, about: &About) {
    let indent = "  ".repeat(depth);
    let _ = writeln!(out, "{indent}{text}  @{}", about.origin.tokens().last().unwrap_or_default());
    let mut more = Vec::new();
    more.extend((!about.text.0.is_empty()).then(|| format!("text {:?}", about.text.0)));
    more.extend(about.since.map(|since| format!("since {since}")));
    more.extend(about.until.map(|until| format!("until {until}")));
    more.extend(about.deprecated.as_ref().map(|reason| format!("deprecated {reason:?}")));
    more.extend(about.rename.as_ref().map(|name| format!("renamed {name}")));
    for more in more {
        let _ = writeln!(out, "{indent}    {more}");
    }
}
