//! Documents of one release → one model.

use std::collections::BTreeSet;

use super::names::Names;
use crate::diagnostics::{Code, Diagnostics};
use crate::model::{DataType, EnumType, Field, ManagedObject, Model, Presence, RequestType, WireName};
use crate::spec::Pointer;

/// One model per release, oldest first.
pub(super) fn join(mut models: Vec<Model>) -> Result<Vec<Model>, Diagnostics> {
    models.sort_by_key(|model| model.release);
    let mut problems = Diagnostics::default();
    let mut joined: Vec<Model> = Vec::new();
    for model in models {
        match joined.pop_if(|last| last.release == model.release) {
            Some(last) => joined.push(Join { problems: &mut problems }.models(last, model)),
            None => joined.push(model),
        }
    }
    problems.into_result(Some(joined))
}

struct Join<'a> {
    problems: &'a mut Diagnostics,
}

impl Join<'_> {
    fn models(&mut self, mut first: Model, mut second: Model) -> Model {
        if let Some(path) = shared_path(&first, &second) {
            let values = [&first.release.to_string(), first.origin.file(), &path];
            self.problems.add(Code::SameRelease, &second.origin.join_all(&["info", "version"]), &values);
            return first;
        }
        let names = Names::of([&first, &second].into_iter());
        names.renumber(&mut first);
        names.renumber(&mut second);
        self.extend(&mut first.data_types, second.data_types, |ty| &ty.name, |a, b| type_difference(&names, a, b));
        self.extend(&mut first.enums, second.enums, |ty| &ty.name, enum_difference);
        self.extend(&mut first.requests, second.requests, |ty| &ty.name, |a, b| request_difference(&names, a, b));
        self.managed_objects(&mut first.managed_objects, second.managed_objects);
        let known: BTreeSet<_> = first.excluded.iter().map(|schema| schema.name.clone()).collect();
        first.excluded.extend(second.excluded.into_iter().filter(|schema| !known.contains(&schema.name)));
        first
    }

    /// Adds what is new; what both have must be the same, in the words of `difference`.
    fn extend<T: Described>(
        &mut self,
        items: &mut Vec<T>,
        more: Vec<T>,
        name: impl Fn(&T) -> &WireName,
        difference: impl Fn(&T, &T) -> Option<String>,
    ) {
        for item in more {
            match items.iter().find(|known| name(known) == name(&item)) {
                Some(known) => {
                    if let Some(difference) = difference(known, &item) {
                        let what = format!("{} `{}`", T::KIND, name(&item));
                        self.differ(&what, known.place(), item.place(), &difference);
                    }
                }
                None => items.push(item),
            }
        }
    }

    /// Reported at both places.
    fn differ(&mut self, what: &str, first: &Pointer, second: &Pointer, difference: &str) {
        self.problems.add(Code::PartsDiffer, first, &[what, second.file(), difference]);
        self.problems.add(Code::PartsDiffer, second, &[what, first.file(), difference]);
    }

    fn managed_objects(&mut self, objects: &mut Vec<ManagedObject>, more: Vec<ManagedObject>) {
        for object in more {
            match objects.iter_mut().find(|known| known.name == object.name) {
                Some(known) if known.service == object.service => known.operations.extend(object.operations),
                Some(known) => {
                    let values = [object.name.as_str(), &object.service, &known.service];
                    self.problems.add(Code::TwoServices, &object.about.origin, &values);
                }
                None => objects.push(object),
            }
        }
    }
}

trait Described {
    const KIND: &'static str;
    fn place(&self) -> &Pointer;
}

impl Described for DataType {
    const KIND: &'static str = "type";
    fn place(&self) -> &Pointer {
        &self.about.origin
    }
}

impl Described for EnumType {
    const KIND: &'static str = "enum";
    fn place(&self) -> &Pointer {
        &self.about.origin
    }
}

impl Described for RequestType {
    const KIND: &'static str = "request type";
    fn place(&self) -> &Pointer {
        &self.about.origin
    }
}

fn shared_path(first: &Model, second: &Model) -> Option<String> {
    let paths = |model: &Model| {
        let operations = model.managed_objects.iter().flat_map(|object| &object.operations);
        operations.map(|operation| operation.path.clone()).collect::<BTreeSet<_>>()
    };
    paths(first).intersection(&paths(second)).next().cloned()
}

fn type_difference(names: &Names, a: &DataType, b: &DataType) -> Option<String> {
    if a.parent != b.parent {
        let base = |ty: &DataType| ty.parent.map_or("nothing", |id| names.ty(id)).to_owned();
        return Some(format!("it is below `{}` and below `{}`", base(a), base(b)));
    }
    field_difference(names, &a.fields, &b.fields)
}

fn request_difference(names: &Names, a: &RequestType, b: &RequestType) -> Option<String> {
    field_difference(names, &a.fields, &b.fields)
}

fn field_difference(names: &Names, a: &[Field], b: &[Field]) -> Option<String> {
    let lacks = |a: &[Field], b: &[Field]| {
        let missing = a.iter().find(|field| b.iter().all(|other| other.name != field.name));
        missing.map(|field| format!("one has the member `{}`, the other has not", field.name))
    };
    let differs = |field: &Field| {
        let other = b.iter().find(|other| other.name == field.name)?;
        let show = |field: &Field| {
            let optional = if field.presence == Presence::Optional { "optional " } else { "" };
            format!("{optional}{}", names.show(field.ty))
        };
        let (one, two) = (show(field), show(other));
        (one != two).then(|| format!("member `{}` is `{one}` and `{two}`", field.name))
    };
    lacks(a, b).or_else(|| lacks(b, a)).or_else(|| a.iter().find_map(differs))
}

fn enum_difference(a: &EnumType, b: &EnumType) -> Option<String> {
    let lacks = |a: &EnumType, b: &EnumType| {
        let missing = a.values.iter().find(|value| b.values.iter().all(|other| other.name != value.name));
        missing.map(|value| format!("one has the value `{}`, the other has not", value.name))
    };
    lacks(a, b).or_else(|| lacks(b, a))
}
