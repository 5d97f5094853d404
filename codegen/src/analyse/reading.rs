//! Which methods change nothing on the server, so that a client can send them again. The document does not tell; names do.

/// Beginnings of the names of methods that read.
const READING: &[&str] = &["Check", "Fetch", "Find", "Has", "List", "Query", "Read", "Retrieve", "Validate"];

/// Methods whose names begin like that although they move a cursor on the server, or count as a try of a password.
const CHANGING: &[&str] = &[
    "CheckForUpdates",
    "ReadNextEvents",
    "ReadNextTasks",
    "ReadNextTasksByViewSpec",
    "ReadPreviousEvents",
    "ReadPreviousTasks",
    "ValidateCredentialsInGuest",
];

/// Methods that read although their names begin otherwise.
const ALSO_READING: &[&str] = &["CurrentTime", "SessionIsActive"];

/// Whether a method that is no task changes nothing on the server.
pub(crate) fn only_reads(name: &str) -> bool {
    let reads = READING.iter().any(|begin| begins_with_word(name, begin));
    (reads && !CHANGING.contains(&name)) || ALSO_READING.contains(&name)
}

/// Whether a name in camel case begins with a word: `Hash` does not begin with `Has`.
fn begins_with_word(name: &str, word: &str) -> bool {
    name.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_begins_with_a_word() {
        for name in ["QueryEvents", "FindByUuid", "CurrentTime", "HasProvider", "RetrievePropertiesEx"] {
            assert!(only_reads(name), "{name}");
        }
        for name in ["HashIt", "Querying", "ReadNextEvents", "PowerOnVM_Task", "Login"] {
            assert!(!only_reads(name), "{name}");
        }
    }
}
