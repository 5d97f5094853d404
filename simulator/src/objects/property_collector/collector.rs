//! A property collector of a session: its filters, and the versions that its client gets.

use vim25_api::types::{InvalidCollectorVersion, UpdateSet};
use vim25_runtime::ManagedObjectReference;

use super::filter::Filter;
use crate::fault::{self, Failure};
use crate::viewer::Viewer;

/// A property collector of a session.
#[derive(Default)]
pub(crate) struct Collector {
    /// In the order in which they were made.
    filters: Vec<Filter>,
    /// The version that the client has for certain; zero if it has none.
    acknowledged: u64,
    /// The version of the last reply: the acknowledged one, or one that may have got lost.
    sent: u64,
    /// The highest version that there ever was.
    highest: u64,
    /// The last change of the store before those who waited were told to stop.
    pub(super) canceled: Option<u64>,
}

impl Collector {
    /// Adds a filter, which has everything to tell.
    pub(super) fn add_filter(&mut self, filter: Filter) {
        self.filters.push(filter);
    }

    /// Removes a filter, if the collector has it.
    pub(crate) fn remove_filter(&mut self, filter: &ManagedObjectReference) {
        self.filters.retain(|other| other.reference != *filter);
    }

    /// How often the filters have traversed everything.
    #[cfg(test)]
    pub(super) fn traversals(&self) -> usize {
        self.filters.iter().map(|filter| filter.selector.selection.traversals).sum()
    }

    /// What is new after a version, if anything is: about as many objects as the limit allows.
    pub(super) fn updates(
        &mut self,
        viewer: Viewer<'_>,
        version: &str,
        limit: usize,
    ) -> Result<Option<UpdateSet>, Failure> {
        self.go_to(version)?;
        let mut budget = limit;
        let (mut filter_set, mut is_truncated) = (Vec::new(), false);
        for filter in &mut self.filters {
            let (update, has_more) = filter.tell(viewer, &mut budget);
            filter_set.extend(update);
            is_truncated = has_more;
            if is_truncated {
                break;
            }
        }
        if filter_set.is_empty() {
            return Ok(None);
        }
        self.highest += 1;
        self.sent = self.highest;
        let mut updates = UpdateSet::new();
        updates.set_version(self.sent.to_string()).set_filter_set(filter_set);
        if is_truncated {
            updates.set_truncated(true);
        }
        Ok(Some(updates))
    }

    /// Goes to the version that the client has: the last one, or the one before if the last reply got lost, or none.
    fn go_to(&mut self, version: &str) -> Result<(), Failure> {
        let is = |number: u64| number != 0 && version == number.to_string();
        if version.is_empty() {
            if self.sent != 0 {
                self.filters.iter_mut().for_each(Filter::start_over);
            }
            (self.acknowledged, self.sent) = (0, 0);
        } else if is(self.sent) {
            self.filters.iter_mut().for_each(Filter::acknowledge);
            self.acknowledged = self.sent;
        } else if is(self.acknowledged) {
            self.filters.iter_mut().for_each(Filter::take_back);
            self.sent = self.acknowledged;
        } else {
            return Err(fault::fault(
                InvalidCollectorVersion::new(),
                format!("The version `{version}` is not one of the last two of this collector."),
            ));
        }
        Ok(())
    }
}
