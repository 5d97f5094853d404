//! Names of entities: what can be one, and which are taken.

use vim25_api::types::{DuplicateName, InvalidName};
use vim25_runtime::ManagedObjectReference;

use crate::fault::{self, Failure};
use crate::store::Store;

/// How many characters a name can have.
const MAX_LENGTH: usize = 80;

/// A name as it is kept, for an entity that lies in `parent`, be it `own` or a new one. Others there must not have it.
pub(crate) fn check(
    store: &Store,
    parent: &ManagedObjectReference,
    name: &str,
    own: Option<&ManagedObjectReference>,
) -> Result<String, Failure> {
    let kept = escape(name);
    if kept.trim().is_empty() || kept.chars().count() > MAX_LENGTH {
        let mut invalid = InvalidName::new();
        invalid.set_name(name);
        let message = format!("`{name}` is no name: it is empty, or has more than {MAX_LENGTH} characters.");
        return Err(fault::fault(invalid, message));
    }
    match store.child(parent, &kept) {
        Some(other) if Some(other) != own => {
            let mut duplicate = DuplicateName::new();
            duplicate.set_name(name).set_object(other);
            Err(fault::fault(duplicate, format!("The name `{name}` is taken by {other}.")))
        }
        _ => Ok(kept),
    }
}

/// Slashes stand between the names of a path, so that within a name they are kept as `%2f` and `%5c`.
fn escape(name: &str) -> String {
    name.replace('/', "%2f").replace('\\', "%5c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_are_escaped() {
        assert_eq!(escape(r"a/b\c%d"), "a%2fb%5cc%d");
    }
}
