//! How many lines an item will take, about. The layout wants it before anything is written; a guess that is somewhat
//! too high is harmless.

use super::docs::USERS;
use crate::analyse::Users;
use crate::model::{About, DataType, EnumType, Field, Operation, RequestType, Text};

/// A getter, a setter and their attributes.
const MEMBER: usize = 18;

/// A chained setter.
const CHAINED: usize = 7;

pub(super) fn data_type(ty: &DataType, chained: usize, users: &Users) -> usize {
    let members: usize = ty.fields.iter().map(|field| MEMBER + about(&field.about)).sum();
    20 + about(&ty.about) + members + chained * CHAINED + self::users(users)
}

pub(super) fn enumeration(item: &EnumType, users: &Users) -> usize {
    let values: usize = item.values.iter().map(|value| 4 + about(&value.about)).sum();
    20 + about(&item.about) + values + self::users(users)
}

pub(super) fn request(request: &RequestType) -> usize {
    8 + 4 * request.fields.len()
}

/// A method, its docs, its table, and the type of its call.
pub(super) fn operation(operation: &Operation, fields: &[Field]) -> usize {
    let faults: usize = operation.faults.iter().map(|declared| 2 + text(&declared.text)).sum();
    let parameters: usize = fields.iter().map(|field| 10 + about(&field.about)).sum();
    let returns = operation.result.as_ref().map_or(0, |result| text(&result.text));
    45 + about(&operation.about) + faults + parameters + returns
}

/// The lists of users: a link to a line.
fn users(users: &Users) -> usize {
    let counts = [users.members.len(), users.takers.len(), users.givers.len()];
    3 + counts.map(|count| count.min(USERS + 1)).iter().sum::<usize>()
}

fn about(about: &About) -> usize {
    let deprecated = usize::from(about.deprecated.is_some()) * 3;
    text(&about.text) + deprecated + usize::from(about.since.is_some()) * 2
}

fn text(Text(text): &Text) -> usize {
    text.lines().map(|line| 1 + line.len() / 90).sum::<usize>() + usize::from(!text.is_empty())
}
