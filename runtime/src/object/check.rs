//! The check of an object before it is sent.

use super::{Object, Slot};
use crate::any::Any;
use crate::error::RequestProblem;
use crate::release::Release;
use crate::value::{List, Value};
use crate::wire::path::{Path, Segment};

/// How deep arrays and objects of JSON may be nested in a request. Real data stays below 20; replies may have 127.
pub const MAX_DEPTH: usize = 120;

impl Object {
    /// Checks that the object can be sent: no required member is absent, every number is finite, and the nesting is
    /// not deeper than [`MAX_DEPTH`].
    ///
    /// # Errors
    ///
    /// The first problem in the order of the wire, with the path of the member.
    pub fn check(&self) -> Result<(), (String, RequestProblem)> {
        self.check_for(None)
    }

    /// [`check`](Self::check), and that nothing in it is newer than a release. A required member that is newer may be
    /// absent.
    ///
    /// # Errors
    ///
    /// The first problem in the order of the wire, with the path of the member.
    pub fn check_for(&self, release: Option<Release>) -> Result<(), (String, RequestProblem)> {
        Check { release }.object(self, 0).map_err(|(path, problem)| (path.to_string(), problem))
    }

    /// Leaves out all members that are newer than a release, at any depth. Objects of newer types stay: what should
    /// take their place only the caller knows.
    pub fn drop_newer(&mut self, release: Release) {
        for (index, field) in self.ty.fields().enumerate() {
            let Some(slot) = self.slots.get_mut(index) else { return };
            if field.since.is_some_and(|since| since > release) {
                *slot = Slot::Absent;
            }
            if let Slot::Value(value) = slot {
                each_object(value, &mut |object| object.drop_newer(release));
            }
        }
    }
}

/// Visits the objects that a value holds itself.
fn each_object(value: &mut Value, visit: &mut impl FnMut(&mut Object)) {
    match value {
        Value::Object(object) => visit(object),
        Value::Any(any) => each_object_of_any(any, visit),
        Value::List(list) => each_object_of_list(list, visit),
        _ => {}
    }
}

fn each_object_of_any(any: &mut Any, visit: &mut impl FnMut(&mut Object)) {
    match any {
        Any::Object(object) => visit(object),
        Any::Array(array) => each_object_of_list(&mut array.list, visit),
        _ => {}
    }
}

fn each_object_of_list(list: &mut List, visit: &mut impl FnMut(&mut Object)) {
    match list {
        List::Objects(items) => items.iter_mut().for_each(visit),
        List::Anys(items) => items.iter_mut().for_each(|any| each_object_of_any(any, visit)),
        _ => {}
    }
}

type Checked = Result<(), (Path, RequestProblem)>;

/// What to check against. In all methods `depth` is the number of arrays and objects around the value.
struct Check {
    release: Option<Release>,
}

impl Check {
    fn object(&self, object: &Object, depth: usize) -> Checked {
        check_depth(depth)?;
        self.newer(object.type_info().introduced())?;
        for (index, field) in object.type_info().fields().enumerate() {
            let checked = match object.value(index) {
                None if field.is_required && self.newer(field.since).is_ok() => fail(RequestProblem::Missing),
                None => continue,
                Some(value) => self.newer(field.since).and_then(|()| self.value(value, depth)),
            };
            within(|| Segment::Member(field.name.into()), checked)?;
        }
        Ok(())
    }

    fn newer(&self, since: Option<Release>) -> Checked {
        match (since, self.release) {
            (Some(since), Some(release)) if since > release => fail(RequestProblem::Newer { since, release }),
            _ => Ok(()),
        }
    }

    fn value(&self, value: &Value, depth: usize) -> Checked {
        match value {
            Value::Float(number) => check_number((*number).into()),
            Value::Double(number) => check_number(*number),
            Value::Object(object) => self.object(object, depth + 1),
            Value::Any(any) => self.any(any, depth + 1),
            Value::List(list) => self.list(list, depth + 1),
            _ => Ok(()),
        }
    }

    fn any(&self, any: &Any, depth: usize) -> Checked {
        match any {
            Any::Float(number) => check_number((*number).into()),
            Any::Double(number) => check_number(*number),
            Any::Object(object) => self.object(object, depth),
            Any::Array(array) => self.list(&array.list, depth + 1),
            _ => Ok(()),
        }
    }

    fn list(&self, list: &List, depth: usize) -> Checked {
        check_depth(depth)?;
        match list {
            List::Floats(items) => each(items, |number| check_number((*number).into())),
            List::Doubles(items) => each(items, |number| check_number(*number)),
            List::Objects(items) => each(items, |object| self.object(object, depth + 1)),
            List::Anys(items) => each(items, |any| self.any(any, depth + 1)),
            _ => Ok(()),
        }
    }
}

fn check_depth(depth: usize) -> Checked {
    // One more than the objects and arrays around it, and another for the wrapper that a fault may have.
    if depth + 2 > MAX_DEPTH { fail(RequestProblem::TooDeep) } else { Ok(()) }
}

fn check_number(number: f64) -> Checked {
    if number.is_finite() { Ok(()) } else { fail(RequestProblem::NotFinite) }
}

fn fail(problem: RequestProblem) -> Checked {
    Err((Path::default(), problem))
}

fn within(segment: impl FnOnce() -> Segment, checked: Checked) -> Checked {
    checked.map_err(|(path, problem)| (path.below(segment()), problem))
}

fn each<T>(items: &[T], check: impl Fn(&T) -> Checked) -> Checked {
    items.iter().enumerate().try_for_each(|(index, item)| within(|| Segment::Index(index), check(item)))
}
