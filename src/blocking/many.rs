//! Many objects, one after the other.

use std::time::Duration;

use super::Client;
use crate::mo::ManagedEntity;
use crate::{Change, Extends, IntoRef, ManagedObject, NamedRow, Result, Select};

/// Which objects to read, and which of their properties. [`Client::retrieve`] makes one.
#[derive(Debug)]
#[must_use = "nothing is sent before the rows are asked for"]
pub struct Retrieve<M: ManagedObject, S = ()> {
    retrieve: crate::Retrieve<M, S>,
    client: Client,
}

impl<M: ManagedObject, S> Retrieve<M, S> {
    pub(super) fn new(retrieve: crate::Retrieve<M, S>, client: Client) -> Self {
        Self { retrieve, client }
    }

    /// All objects below a folder, data center, cluster, resource pool, host or vApp, however deep.
    pub fn below(self, container: impl IntoRef<ManagedEntity>) -> Self {
        Self { retrieve: self.retrieve.below(container), ..self }
    }

    /// Some objects. Each that is not there is an [`Error::Gone`](crate::Error::Gone), after the rows of the others.
    pub fn of(self, objects: impl IntoIterator<Item = impl IntoRef<M>>) -> Self {
        Self { retrieve: self.retrieve.of(objects), ..self }
    }

    /// The properties to read: a tuple of up to 12 paths.
    pub fn select<T: Select<M>>(self, properties: T) -> Retrieve<M, T> {
        Retrieve { retrieve: self.retrieve.select(properties), client: self.client }
    }

    /// Most objects per round trip, at least 1; the server may give fewer. Without it, 1,000.
    pub fn page_size(self, objects: u32) -> Self {
        Self { retrieve: self.retrieve.page_size(objects), ..self }
    }

    /// The rows. Nothing is sent before the first is asked for.
    pub fn rows(self) -> Rows<S::Row>
    where
        S: Select<M>,
    {
        Rows { rows: self.retrieve.rows(), client: self.client }
    }

    /// The rows, as structs that [`row!`](crate::row) has made.
    pub fn rows_as<R: NamedRow>(self) -> Rows<R>
    where
        M: Extends<R::Object>,
    {
        Rows { rows: self.retrieve.rows_as(), client: self.client }
    }
}

/// Rows; each is a value or an error of its own.
#[derive(Debug)]
pub struct Rows<R: Send + 'static> {
    rows: crate::Rows<R>,
    client: Client,
}

impl<R: Send + 'static> Iterator for Rows<R> {
    type Item = Result<R>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client.run(self.rows.next())
    }
}

/// Which objects to watch, and which of their properties. [`Client::watch`] makes one.
#[derive(Debug)]
#[must_use = "nothing is sent before the changes are asked for"]
pub struct Watch<M: ManagedObject, S = ()> {
    watch: crate::Watch<M, S>,
    client: Client,
}

impl<M: ManagedObject, S> Watch<M, S> {
    pub(super) fn new(watch: crate::Watch<M, S>, client: Client) -> Self {
        Self { watch, client }
    }

    /// All objects below a folder, data center, cluster, resource pool, host or vApp, however deep; also those that come
    /// there later.
    pub fn below(self, container: impl IntoRef<ManagedEntity>) -> Self {
        Self { watch: self.watch.below(container), ..self }
    }

    /// Some objects. Each that is not there is told as a [`Change::Leave`].
    pub fn of(self, objects: impl IntoIterator<Item = impl IntoRef<M>>) -> Self {
        Self { watch: self.watch.of(objects), ..self }
    }

    /// The properties to watch: a tuple of up to 12 paths.
    pub fn select<T: Select<M>>(self, properties: T) -> Watch<M, T> {
        Watch { watch: self.watch.select(properties), client: self.client }
    }

    /// For how long to try again, with growing pauses, before an error ends the watch. Without it, 5 minutes.
    pub fn patience(self, patience: Duration) -> Self {
        Self { watch: self.watch.patience(patience), ..self }
    }

    /// The changes. Nothing is sent before the first is asked for.
    pub fn changes(self) -> Changes<M, S::Row>
    where
        S: Select<M>,
    {
        Changes { changes: self.watch.changes(), client: self.client }
    }

    /// The changes, with structs that [`row!`](crate::row) has made.
    pub fn changes_as<R: NamedRow>(self) -> Changes<M, R>
    where
        M: Extends<R::Object>,
    {
        Changes { changes: self.watch.changes_as(), client: self.client }
    }
}

/// Changes, as they come.
#[derive(Debug)]
pub struct Changes<M: ManagedObject, R: Send + 'static> {
    changes: crate::Changes<M, R>,
    client: Client,
}

impl<M: ManagedObject, R: Send + 'static> Changes<M, R> {
    /// Ends the watch, also on the server.
    ///
    /// # Errors
    ///
    /// Whatever can happen to a call.
    pub fn close(self) -> Result<()> {
        self.client.run(self.changes.close())
    }
}

impl<M: ManagedObject, R: Send + 'static> Iterator for Changes<M, R> {
    type Item = Result<Change<M, R>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.client.run(self.changes.next())
    }
}
