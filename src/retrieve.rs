//! Reading properties of many objects in few round trips.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::collector::{Batches, Pages, Properties, Scope, Source};
use crate::mo::ManagedEntity;
use crate::select::{FoundObject, Named, NamedRow, Select};
use crate::{Client, Error, Extends, IntoRef, ManagedObject, Result};

/// Objects per page, unless it is said.
const PAGE_SIZE: i32 = 1_000;

impl Client {
    /// Reads properties of many objects of a type with the property collector: a page of objects is one round trip.
    ///
    /// Without [`below`](Retrieve::below) or [`of`](Retrieve::of) it is all of them below the root folder.
    ///
    /// ```no_run
    /// # use vim25::prelude::*;
    /// # async fn example(client: Client) -> Result<(), Error> {
    /// let properties = (VirtualMachine::NAME, VirtualMachine::RUNTIME.power_state());
    /// let mut rows = client.retrieve::<VirtualMachine>().select(properties).rows();
    /// while let Some(row) = rows.next().await {
    ///     let row = row?; // one bad row is one error; the others still come
    ///     let (name, power) = row.values();
    ///     println!("{name:<40} {power}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn retrieve<M: ManagedObject>(&self) -> Retrieve<M> {
        Retrieve {
            client: self.clone(),
            scope: Scope::Everywhere,
            select: (),
            page_size: PAGE_SIZE,
            object: PhantomData,
        }
    }
}

/// Which objects to read, and which of their properties. [`Client::retrieve`] makes one.
#[must_use = "nothing is sent before the rows are asked for"]
pub struct Retrieve<M, S = ()> {
    client: Client,
    scope: Scope,
    select: S,
    page_size: i32,
    object: PhantomData<fn() -> M>,
}

impl<M: ManagedObject, S> Retrieve<M, S> {
    /// All objects below a folder, data center, cluster, resource pool, host or vApp, however deep.
    pub fn below(self, container: impl IntoRef<ManagedEntity>) -> Self {
        Self { scope: Scope::Below(container.into_ref()), ..self }
    }

    /// Some objects. Each that is not there is an [`Error::Gone`], after the rows of the others.
    pub fn of(self, objects: impl IntoIterator<Item = impl IntoRef<M>>) -> Self {
        let objects = objects.into_iter().map(|object| object.into_ref().into_untyped()).collect();
        Self { scope: Scope::Of(objects), ..self }
    }

    /// The properties to read: a tuple of up to 12 paths.
    pub fn select<T: Select<M>>(self, properties: T) -> Retrieve<M, T> {
        Retrieve {
            client: self.client,
            scope: self.scope,
            select: properties,
            page_size: self.page_size,
            object: PhantomData,
        }
    }

    /// Most objects per round trip, at least 1; the server may give fewer. Without it, 1,000.
    pub fn page_size(self, objects: u32) -> Self {
        Self { page_size: i32::try_from(objects.max(1)).unwrap_or(i32::MAX), ..self }
    }

    /// The rows. Nothing is sent before the first is asked for.
    pub fn rows(self) -> Rows<S::Row>
    where
        S: Select<M>,
    {
        let properties = Properties::new(<M as ManagedObject>::NAME, self.select.paths());
        let pages = Pages::new(&self.client, self.scope, vec![properties], self.page_size);
        Rows(Batches::new(RowSource { pages: Some(pages), row: S::row }))
    }

    /// The rows, as structs that [`row!`](crate::row) has made.
    pub fn rows_as<R: NamedRow>(self) -> Rows<R>
    where
        M: Extends<R::Object>,
    {
        self.select(Named::<R>::default()).rows()
    }
}

impl<M: ManagedObject, S> fmt::Debug for Retrieve<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retrieve")
            .field("of", &<M as ManagedObject>::NAME)
            .field("scope", &self.scope)
            .field("page_size", &self.page_size)
            .finish_non_exhaustive()
    }
}

/// The rows of a [`Retrieve`], read page by page as they are taken; a [`Stream`].
///
/// A row that cannot be read is an error of its own, and the next ones come; after an error of the call there are none.
/// Dropped in the middle, the retrieval is cancelled on the server, and the view that it needed is destroyed there.
#[must_use = "nothing is sent before the first row is asked for"]
pub struct Rows<R: Send + 'static>(Batches<RowSource<R>>);

struct RowSource<R> {
    pages: Option<Pages>,
    row: fn(FoundObject) -> Result<R>,
}

impl<R: Send + 'static> Source for RowSource<R> {
    type Item = Result<R>;

    async fn next(&mut self) -> Option<Vec<Result<R>>> {
        let pages = self.pages.as_mut()?;
        let page = pages.next().await;
        let batch = match page {
            Ok(Some(page)) => return Some(page.into_iter().map(|found| (self.row)(FoundObject(found))).collect()),
            Ok(None) => pages.absent().into_iter().map(|object| Err(Error::Gone(object))).collect(),
            Err(error) => vec![Err(error)],
        };
        self.pages = None;
        Some(batch)
    }
}

impl<R: Send + 'static> Rows<R> {
    /// The next row; none after the last.
    pub async fn next(&mut self) -> Option<Result<R>> {
        self.0.next().await
    }

    /// All rows.
    ///
    /// # Errors
    ///
    /// The first error, of a row or of the call.
    pub async fn collect(mut self) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        while let Some(row) = self.next().await {
            rows.push(row?);
        }
        Ok(rows)
    }
}

impl<R: Send + 'static> Unpin for Rows<R> {}

impl<R: Send + 'static> Stream for Rows<R> {
    type Item = Result<R>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<R>>> {
        self.0.poll_next(cx)
    }
}

impl<R: Send + 'static> fmt::Debug for Rows<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rows")
    }
}
