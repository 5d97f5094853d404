//! Watching objects: a stream of what becomes of them.

mod feed;

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;

pub(crate) use self::feed::{Event, Feed, SharedSite, vacate};
use crate::collector::{Batches, Properties, Scope, Source};
use crate::mo::ManagedEntity;
use crate::select::{FoundObject, Named, NamedRow, Select};
use crate::{Client, Extends, IntoRef, ManagedObject, Ref, Result};

/// For how long a watch tries to get over a trouble, unless it is said.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

impl Client {
    /// Watches properties of the objects of a type: what there is, and then each change.
    ///
    /// Without [`below`](Watch::below) or [`of`](Watch::of) it is all of them below the root folder.
    ///
    /// ```no_run
    /// # use vim25::prelude::*;
    /// # async fn example(client: Client) -> Result<(), Error> {
    /// let properties = (VirtualMachine::NAME, VirtualMachine::RUNTIME.power_state());
    /// let mut changes = client.watch::<VirtualMachine>().select(properties).changes();
    /// while let Some(change) = changes.next().await {
    ///     match change? {
    ///         Change::Enter(row) | Change::Modify(row) => println!("{} is {}", row.values().0, row.values().1),
    ///         Change::Leave(vm) => println!("{vm} is gone"),
    ///         Change::Resync => println!("everything anew"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch<M: ManagedObject>(&self) -> Watch<M> {
        Watch { client: self.clone(), scope: Scope::Everywhere, select: (), patience: PATIENCE, object: PhantomData }
    }
}

/// Which objects to watch, and which of their properties. [`Client::watch`] makes one.
#[must_use = "nothing is sent before the changes are asked for"]
pub struct Watch<M, S = ()> {
    client: Client,
    scope: Scope,
    select: S,
    patience: Duration,
    object: PhantomData<fn() -> M>,
}

impl<M: ManagedObject, S> Watch<M, S> {
    /// All objects below a folder, data center, cluster, resource pool, host or vApp, however deep; also those that come
    /// there later.
    pub fn below(self, container: impl IntoRef<ManagedEntity>) -> Self {
        Self { scope: Scope::Below(container.into_ref()), ..self }
    }

    /// Some objects. Each that is not there is told as a [`Change::Leave`].
    pub fn of(self, objects: impl IntoIterator<Item = impl IntoRef<M>>) -> Self {
        let objects = objects.into_iter().map(|object| object.into_ref().into_untyped()).collect();
        Self { scope: Scope::Of(objects), ..self }
    }

    /// The properties to watch: a tuple of up to 12 paths.
    pub fn select<T: Select<M>>(self, properties: T) -> Watch<M, T> {
        Watch {
            client: self.client,
            scope: self.scope,
            select: properties,
            patience: self.patience,
            object: PhantomData,
        }
    }

    /// For how long to try again, with growing pauses, before an error ends the watch. Without it, 5 minutes.
    pub fn patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The changes. Nothing is sent before the first is asked for.
    pub fn changes(self) -> Changes<M, S::Row>
    where
        S: Select<M>,
    {
        let properties = Properties::new(<M as ManagedObject>::NAME, self.select.paths());
        let feed = Feed::new(&self.client, self.scope, vec![properties], self.patience);
        let site = feed.site();
        let feed = (!feed.is_empty()).then_some(feed);
        Changes { batches: Some(Batches::new(ChangeSource { feed, row: S::row, object: PhantomData })), site }
    }

    /// The changes, with structs that [`row!`](crate::row) has made.
    pub fn changes_as<R: NamedRow>(self) -> Changes<M, R>
    where
        M: Extends<R::Object>,
    {
        self.select(Named::<R>::default()).changes()
    }
}

impl<M: ManagedObject, S> fmt::Debug for Watch<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("of", &<M as ManagedObject>::NAME)
            .field("scope", &self.scope)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// What has become of an object that is watched.
#[derive(Clone, Debug)]
pub enum Change<M, R> {
    /// The object is there, with all its selected properties.
    Enter(R),
    /// Properties have changed: all of those that are selected, as they are now.
    Modify(R),
    /// The object is gone, or it is none of those that are watched any more.
    Leave(Ref<M>),
    /// The server has lost the watch, and it was begun anew. Forget all objects: those that are there follow as
    /// [`Enter`](Self::Enter).
    Resync,
}

/// The changes of a [`Watch`]; a [`Stream`] that ends only after an error.
///
/// A lost session (if the client can log in again), a lost collector and a server that is away for a while end in a
/// [`Change::Resync`], not in an error. A row that cannot be read is an error of its own, after which the watch goes on.
/// The server is asked for more only when all changes are taken; until then it gathers them, the newest value of
/// each property.
///
/// Dropped, what it has on the server is destroyed there in the background; [`close`](Self::close) waits for that.
#[must_use = "nothing is sent before the first change is asked for"]
pub struct Changes<M: ManagedObject, R: Send + 'static> {
    /// None once it is closed.
    batches: Option<Batches<ChangeSource<M, R>>>,
    site: SharedSite,
}

struct ChangeSource<M, R> {
    feed: Option<Feed>,
    row: fn(FoundObject) -> Result<R>,
    object: PhantomData<fn() -> M>,
}

impl<M: ManagedObject, R: Send + 'static> Source for ChangeSource<M, R> {
    type Item = Result<Change<M, R>>;

    async fn next(&mut self) -> Option<Vec<Self::Item>> {
        match self.feed.as_mut()?.next().await {
            Ok(events) => Some(events.into_iter().map(|event| change(event, self.row)).collect()),
            Err(error) => {
                self.feed = None;
                Some(vec![Err(error)])
            }
        }
    }
}

fn change<M, R>(event: Event, row: fn(FoundObject) -> Result<R>) -> Result<Change<M, R>> {
    Ok(match event {
        Event::Enter(found) => Change::Enter(row(FoundObject(found))?),
        Event::Modify(found) => Change::Modify(row(FoundObject(found))?),
        Event::Leave(object) => Change::Leave(Ref::from_untyped(object)),
        Event::Resync => Change::Resync,
    })
}

impl<M: ManagedObject, R: Send + 'static> Changes<M, R> {
    /// The next change. None after an error that ended the watch, or if there was nothing to watch.
    pub async fn next(&mut self) -> Option<Result<Change<M, R>>> {
        self.batches.as_mut()?.next().await
    }

    /// Ends the watch: the wait on the server ends, and collector, filter and view are destroyed there.
    ///
    /// # Errors
    ///
    /// Whatever can happen to a call.
    pub async fn close(mut self) -> Result<()> {
        let site = vacate(&self.site);
        self.batches = None;
        if let Some(collector) = site.collector {
            collector.destroy().await?;
        }
        match site.view {
            Some(view) => view.destroy().await,
            None => Ok(()),
        }
    }
}

impl<M: ManagedObject, R: Send + 'static> Unpin for Changes<M, R> {}

impl<M: ManagedObject, R: Send + 'static> Stream for Changes<M, R> {
    type Item = Result<Change<M, R>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.batches.as_mut().map_or(Poll::Ready(None), |batches| batches.poll_next(cx))
    }
}

impl<M: ManagedObject, R: Send + 'static> fmt::Debug for Changes<M, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Changes")
    }
}
