//! The items of several releases → those of one model.

use super::coverage::{Coverage, Unheard};
use super::names::Names;
use super::timeline::{Heard, Life, Span, Timeline, timelines};
use super::{Change, Requirement};
use crate::diagnostics::{Code, Diagnostics};
use crate::model::{
    About, DataType, DeclaredFault, EnumId, EnumType, EnumUsage, EnumValue, Field, Item, ManagedObject, MoId,
    Operation, OperationResult, Presence, Release, RequestId, RequestType, Type, TypeId,
};
use crate::spec::Pointer;

/// What the merging of single items needs to know, and what it finds out.
pub(super) struct Merging<'a> {
    pub(super) names: &'a Names,
    /// Oldest first.
    pub(super) releases: &'a [Release],
    pub(super) coverage: &'a Coverage,
    pub(super) problems: Diagnostics,
    pub(super) changes: Vec<Change>,
}

impl Merging<'_> {
    /// Whether the releases before and after can tell of a thing, by the list of those of which they cannot.
    fn heard(&self, is_in: impl Fn(&Unheard) -> bool) -> Heard {
        let Coverage { before, after } = self.coverage;
        Heard { before: !is_in(before), after: !is_in(after) }
    }

    fn life<T>(&self, timeline: &Timeline<T>, heard: Heard, about: impl Fn(&T) -> &About) -> Life {
        Life::of(timeline, self.releases, heard, |version| about(version).since)
    }

    pub(super) fn data_type(&mut self, id: TypeId, mut timeline: Timeline<DataType>) -> DataType {
        for (before, release, after) in timeline.steps() {
            if before.parent != after.parent {
                let base = |ty: &DataType| ty.parent.map_or("nothing", |id| self.names.ty(id));
                let what = format!("the base of type `{}`", after.name);
                let values = [&what, base(before), base(after), &self.releases[release].to_string()];
                self.problems.add(Code::ChangedBetween, &after.about.origin.join("allOf"), &values);
            }
        }
        let life = self.life(&timeline, self.heard(|unheard| unheard.types.contains(&id)), |ty| &ty.about);
        let span = timeline.span();
        let fields = timeline.parts(|ty| &mut ty.fields);
        let mut ty = timeline.into_newest();
        ty.fields = self.fields(fields, ty.name.as_str(), span);
        for field in &mut ty.fields {
            Life::of_about(&field.about).within(life).note(&mut field.about);
        }
        life.note(&mut ty.about);
        ty
    }

    /// The lives of the parameters stay as they are: the operations decide what goes without saying.
    pub(super) fn request(&mut self, id: RequestId, mut timeline: Timeline<RequestType>) -> RequestType {
        let life = self.life(&timeline, self.heard(|unheard| unheard.requests.contains(&id)), |ty| &ty.about);
        let span = timeline.span();
        let fields = timeline.parts(|ty| &mut ty.fields);
        let mut ty = timeline.into_newest();
        ty.fields = self.fields(fields, ty.name.as_str(), span);
        life.note(&mut ty.about);
        ty
    }

    /// Members or parameters; `span` is that of their type.
    fn fields(&mut self, releases: Vec<(usize, Vec<Field>)>, owner: &str, span: Span) -> Vec<Field> {
        let timelines = timelines(releases.into_iter(), |field| field.name.clone());
        timelines.into_iter().map(|timeline| self.field(timeline, owner, span)).collect()
    }

    fn field(&mut self, timeline: Timeline<Field>, owner: &str, span: Span) -> Field {
        let life = Life::of_part(&timeline, span, self.releases, |field| field.about.since);
        let name = |field: &Field| format!("{owner}.{}", field.name);
        for (before, release, after) in timeline.steps() {
            if on_the_wire(before.ty) != on_the_wire(after.ty) {
                self.type_changed(&name(after), (before.ty, after.ty), release, &after.about.origin);
            }
            self.requirement(&name(after), (before.presence, after.presence), release);
        }
        let is_required = timeline.versions().all(|field| field.presence == Presence::Required);
        let is_there = timeline.span().last == span.last;
        let mut field = timeline.into_newest();
        field.presence = if is_required && is_there { Presence::Required } else { Presence::Optional };
        life.note(&mut field.about);
        field
    }

    fn type_changed(&mut self, what: &str, (before, after): (Type, Type), release: usize, at: &Pointer) {
        let values = [
            &format!("the type of `{what}`"),
            &self.names.show(before),
            &self.names.show(after),
            &self.releases[release].to_string(),
        ];
        self.problems.add(Code::ChangedBetween, at, &values.map(String::as_str));
    }

    fn requirement(&mut self, what: &str, (before, after): (Presence, Presence), release: usize) {
        let requirement = match (before, after) {
            (Presence::Required, Presence::Optional) => Requirement::Dropped,
            (Presence::Optional, Presence::Required) => Requirement::Added,
            _ => return,
        };
        self.changes.push(Change { what: what.to_owned(), release: self.releases[release], requirement });
    }

    /// An enum is typed if any release refers to it.
    pub(super) fn enumeration(&self, id: EnumId, mut timeline: Timeline<EnumType>) -> EnumType {
        let life = self.life(&timeline, self.heard(|unheard| unheard.enums.contains(&id)), |ty| &ty.about);
        let is_typed = timeline.versions().any(|ty| ty.usage == EnumUsage::Typed);
        let span = timeline.span();
        let values = timelines(timeline.parts(|ty| &mut ty.values).into_iter(), |value| value.name.clone());
        let mut ty = timeline.into_newest();
        ty.values = values.into_iter().map(|timeline| self.value(timeline, life, span)).collect();
        ty.usage = if is_typed { EnumUsage::Typed } else { EnumUsage::Untyped };
        life.note(&mut ty.about);
        ty
    }

    fn value(&self, timeline: Timeline<EnumValue>, outer: Life, span: Span) -> EnumValue {
        let life = Life::of_part(&timeline, span, self.releases, |value| value.about.since).within(outer);
        let mut value = timeline.into_newest();
        life.note(&mut value.about);
        value
    }

    pub(super) fn managed_object(&mut self, id: MoId, mut timeline: Timeline<ManagedObject>) -> ManagedObject {
        let heard = self.heard(|unheard| unheard.objects.contains(&id));
        let life = self.life(&timeline, heard, |object| &object.about);
        let operations = timelines(timeline.parts(|object| &mut object.operations).into_iter(), |op| op.name.clone());
        let mut object = timeline.into_newest();
        let name = object.name.to_string();
        object.operations = operations.into_iter().map(|timeline| self.operation(timeline, heard, &name)).collect();
        life.note(&mut object.about);
        object
    }

    fn operation(&mut self, mut timeline: Timeline<Operation>, heard: Heard, object: &str) -> Operation {
        let life = self.life(&timeline, heard, |operation| &operation.about);
        let span = timeline.span();
        for (before, release, after) in timeline.steps() {
            self.operation_changed(object, before, release, after);
        }
        let may_be_unset = |operation: &Operation| {
            operation.result.as_ref().is_some_and(|result| result.presence == Presence::Optional)
        };
        let is_optional = timeline.versions().any(may_be_unset);
        let faults = timelines(timeline.parts(|operation| &mut operation.faults).into_iter(), |fault| fault.fault);
        let mut operation = timeline.into_newest();
        operation.faults = faults.into_iter().map(|timeline| self.fault(timeline, span)).collect();
        for result in operation.result.iter_mut().filter(|_| is_optional) {
            result.presence = Presence::Optional;
        }
        life.note(&mut operation.about);
        operation
    }

    fn operation_changed(&mut self, object: &str, before: &Operation, release: usize, after: &Operation) {
        let name = format!("{object}.{}", after.name);
        let ty = |result: &OperationResult| self.names.show(on_the_wire(result.ty));
        let request = |id: &_| self.names.request(*id).to_owned();
        let nothing = || "nothing".to_owned();
        let aspects = [
            ("path", before.path.clone(), after.path.clone()),
            ("kind", format!("{:?}", before.kind), format!("{:?}", after.kind)),
            (
                "request type",
                before.request.as_ref().map_or_else(nothing, request),
                after.request.as_ref().map_or_else(nothing, request),
            ),
            ("result", before.result.as_ref().map_or_else(nothing, ty), after.result.as_ref().map_or_else(nothing, ty)),
        ];
        for (aspect, before, after_text) in aspects.iter().filter(|(_, before, after)| before != after) {
            let what = format!("the {aspect} of `{name}`");
            let values = [&what, before, after_text, &self.releases[release].to_string()];
            self.problems.add(Code::ChangedBetween, &after.about.origin, &values.map(String::as_str));
        }
        if let (Some(before), Some(after)) = (&before.result, &after.result) {
            self.requirement(&format!("result of {name}"), (before.presence, after.presence), release);
        }
    }

    /// Nobody notes since when a fault is declared; only the comparison tells.
    fn fault(&self, timeline: Timeline<DeclaredFault>, operation: Span) -> DeclaredFault {
        let life = Life::of_part(&timeline, operation, self.releases, |_| None);
        let fault = timeline.into_newest();
        DeclaredFault { since: life.since, until: life.until, ..fault }
    }
}

/// A reference to another managed object looks the same; the newest document knows best what it leads to.
fn on_the_wire(ty: Type) -> Type {
    match ty.item {
        Item::Reference(_) => Type { item: Item::Reference(None), ..ty },
        _ => ty,
    }
}
