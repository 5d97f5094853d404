//! How serious events are.

use vim25_api::types::{Event, EventEx};
use vim25_runtime::TypeInfo;

/// The categories: key, name, what they tell.
pub(crate) const CATEGORIES: &[(&str, &str, &str)] = &[
    ("info", "Information", "Something happened as it should"),
    ("warning", "Warning", "Something may need attention"),
    ("error", "Error", "Something failed"),
    ("user", "User", "A user wrote something into the log"),
];

/// Parts of the names of types and the category of those types; the first that fits counts, others are `info`.
const BY_NAME: &[(&str, &str)] = &[
    ("GeneralUserEvent", "user"),
    ("UserUpgradeEvent", "user"),
    ("DrsRecoveredFromFailure", "info"),
    ("BadUsername", "error"),
    ("Warning", "warning"),
    ("Error", "error"),
    ("Fail", "error"),
    ("Crashed", "error"),
    ("Orphaned", "error"),
    ("ConnectionLost", "error"),
    ("Isolated", "error"),
    ("Conflict", "error"),
    ("Rejected", "error"),
    ("NotEnoughResources", "error"),
    ("InsufficientFailoverResources", "error"),
    ("TimedOut", "error"),
    ("Timedout", "error"),
    ("TaskTimeout", "error"),
    ("LicenseExpired", "error"),
    ("InvalidEdition", "error"),
    ("NonCompliant", "error"),
    ("Misconfigured", "error"),
    ("Duplicate", "warning"),
    ("Disconnected", "warning"),
    ("Unavailable", "warning"),
    ("OutOfSync", "warning"),
    ("MisMatch", "warning"),
    ("Mismatch", "warning"),
    ("NonCompliance", "warning"),
    ("Violat", "warning"),
    ("Overcommitted", "warning"),
    ("Inconsistent", "warning"),
    ("Missing", "warning"),
    ("Unlicensed", "warning"),
    ("NoDatastores", "warning"),
    ("NoRedundant", "warning"),
    ("NoAccess", "warning"),
    ("NoNetworkAccess", "warning"),
    ("Canceled", "warning"),
];

/// The category of an event: that of its type, or what an [`EventEx`] says itself.
pub(crate) fn category(event: &Event) -> &str {
    let severity = event.downcast_ref::<EventEx>().and_then(EventEx::severity);
    match severity.filter(|severity| CATEGORIES.iter().any(|(key, ..)| key == severity)) {
        Some(severity) => severity,
        None => category_of_type(event.type_info()),
    }
}

/// The category of a type of events.
pub(crate) fn category_of_type(ty: &TypeInfo) -> &'static str {
    BY_NAME.iter().find(|(part, _)| ty.name().contains(part)).map_or("info", |(_, category)| category)
}
