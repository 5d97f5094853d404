//! The check of an object before it is sent.

use super::Object;
use crate::any::Any;
use crate::error::RequestProblem;
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
        check_object(self, 0).map_err(|(path, problem)| (path.to_string(), problem))
    }
}

type Checked = Result<(), (Path, RequestProblem)>;

fn fail(problem: RequestProblem) -> Checked {
    Err((Path::default(), problem))
}

fn within(segment: impl FnOnce() -> Segment, checked: Checked) -> Checked {
    checked.map_err(|(path, problem)| (path.below(segment()), problem))
}

/// `depth` is the number of arrays and objects around the value, here and below.
fn check_object(object: &Object, depth: usize) -> Checked {
    check_depth(depth)?;
    for (index, field) in object.type_info().fields().enumerate() {
        let checked = match object.value(index) {
            None if field.is_required => fail(RequestProblem::Missing),
            None => continue,
            Some(value) => check_value(value, depth),
        };
        within(|| Segment::Member(field.name.into()), checked)?;
    }
    Ok(())
}

fn check_value(value: &Value, depth: usize) -> Checked {
    match value {
        Value::Float(number) => check_number((*number).into()),
        Value::Double(number) => check_number(*number),
        Value::Object(object) => check_object(object, depth + 1),
        Value::Any(any) => check_any(any, depth + 1),
        Value::List(list) => check_list(list, depth + 1),
        _ => Ok(()),
    }
}

fn check_depth(depth: usize) -> Checked {
    // One more than the objects and arrays around it, and another for the wrapper that a fault may have.
    if depth + 2 > MAX_DEPTH { fail(RequestProblem::TooDeep) } else { Ok(()) }
}

fn check_number(number: f64) -> Checked {
    if number.is_finite() { Ok(()) } else { fail(RequestProblem::NotFinite) }
}

fn check_any(any: &Any, depth: usize) -> Checked {
    match any {
        Any::Float(number) => check_number((*number).into()),
        Any::Double(number) => check_number(*number),
        Any::Object(object) => check_object(object, depth),
        Any::Array(array) => check_list(&array.list, depth + 1),
        _ => Ok(()),
    }
}

fn check_list(list: &List, depth: usize) -> Checked {
    check_depth(depth)?;
    match list {
        List::Floats(items) => each(items, |number| check_number((*number).into())),
        List::Doubles(items) => each(items, |number| check_number(*number)),
        List::Objects(items) => each(items, |object| check_object(object, depth + 1)),
        List::Anys(items) => each(items, |any| check_any(any, depth + 1)),
        _ => Ok(()),
    }
}

fn each<T>(items: &[T], check: impl Fn(&T) -> Checked) -> Checked {
    items.iter().enumerate().try_for_each(|(index, item)| within(|| Segment::Index(index), check(item)))
}
