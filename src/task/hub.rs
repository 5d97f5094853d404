//! One long poll for all tasks that somebody waits for.
//!
//! The objects stand in a list view on the server, which grows and shrinks while the wait goes on; one filter and one
//! collector watch it. It begins with the first object that is wanted and ends with the last.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::collector::{Cell, Found, Owned, Properties, Scope};
use crate::mo::{ListView, Task, VirtualMachine};
use crate::types::{ManagedObjectNotFound, NotAuthenticated};
use crate::watch::{Event, Feed, SharedSite, vacate};
use crate::{Client, Error, ManagedObject, ManagedObjectReference, Result};

/// For how long the poll tries to get over a trouble before those who wait look for themselves.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// What is known of an object that somebody waits for.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// `info` of a task, `runtime.question` of a virtual machine.
    pub(super) cell: Option<Cell>,
    pub(super) end: Option<End>,
}

/// Why nothing more is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The object is not there.
    Gone,
    /// The poll has failed for good, or could not be told of the object.
    Lost,
}

/// The objects that are waited for, shared by all clones of a client.
#[derive(Default)]
pub(crate) struct Hub(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    objects: HashMap<ManagedObjectReference, Entry>,
    poll: Option<Poll>,
}

struct Entry {
    told: watch::Sender<Told>,
    users: usize,
}

struct Poll {
    site: SharedSite,
    task: AbortHandle,
}

impl Drop for Poll {
    fn drop(&mut self) {
        self.task.abort();
        drop(vacate(&self.site));
    }
}

/// What somebody gets to know of an object, for as long as it is kept.
pub(super) struct Subscription {
    client: Client,
    object: ManagedObjectReference,
    told: watch::Receiver<Told>,
}

impl Subscription {
    /// Begins to watch an object.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`] outside of a Tokio runtime.
    pub(super) fn new(client: &Client, object: &ManagedObjectReference) -> Result<Self> {
        let runtime = Handle::try_current();
        let runtime = runtime.map_err(|_| Error::Setup("waiting for a task needs a Tokio runtime".to_owned()))?;
        let told = client.tasks().subscribe(client, object, &runtime);
        Ok(Self { client: client.clone(), object: object.clone(), told })
    }

    /// Begins anew with an object whose poll has failed.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub(super) fn again(client: &Client, object: &ManagedObjectReference) -> Result<Self> {
        client.tasks().forget_loss(object);
        let again = Self::new(client, object)?;
        client.tasks().add_again(object);
        Ok(again)
    }

    /// What is known now.
    pub(super) fn told(&mut self) -> Told {
        self.told.borrow_and_update().clone()
    }

    /// Waits until something else is known.
    pub(super) async fn changed(&mut self) {
        // The sender lives for as long as this subscription.
        drop(self.told.changed().await);
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.client.tasks().release(&self.client, &self.object);
    }
}

impl Hub {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn subscribe(
        self: &Arc<Self>,
        client: &Client,
        object: &ManagedObjectReference,
        runtime: &Handle,
    ) -> watch::Receiver<Told> {
        let mut inner = self.lock();
        let entry = inner.objects.entry(object.clone());
        let entry = entry.or_insert_with(|| Entry { told: watch::Sender::default(), users: 0 });
        entry.users += 1;
        let (told, is_new) = (entry.told.subscribe(), entry.users == 1);
        match &inner.poll {
            None => inner.poll = Some(self.start(client, runtime)),
            Some(poll) if is_new => {
                if let Some(list) = list_view(&poll.site) {
                    runtime.spawn(add(Arc::clone(self), list, object.clone()));
                }
            }
            Some(_) => {}
        }
        told
    }

    fn start(self: &Arc<Self>, client: &Client, runtime: &Handle) -> Poll {
        let hub = Arc::downgrade(self);
        let wanted = hub.clone();
        let wanted = move || wanted.upgrade().map_or_else(Vec::new, |hub| hub.lock().objects.keys().cloned().collect());
        let properties = vec![
            Properties::new(<Task as ManagedObject>::NAME, vec!["info".to_owned()]),
            Properties::new(<VirtualMachine as ManagedObject>::NAME, vec!["runtime.question".to_owned()]),
        ];
        let feed = Feed::new(client, Scope::Wanted(Arc::new(wanted)), properties, PATIENCE);
        let site = feed.site();
        let task = runtime.spawn(poll(hub, feed, site.clone())).abort_handle();
        Poll { site, task }
    }

    fn release(&self, client: &Client, object: &ManagedObjectReference) {
        let mut inner = self.lock();
        let Some(entry) = inner.objects.get_mut(object) else { return };
        entry.users -= 1;
        if entry.users > 0 {
            return;
        }
        inner.objects.remove(object);
        if inner.objects.is_empty() {
            inner.poll = None;
            return;
        }
        let list = inner.poll.as_ref().and_then(|poll| list_view(&poll.site));
        if let (Some(list), Ok(runtime)) = (list, Handle::try_current()) {
            runtime.spawn(remove(Arc::clone(client.tasks()), list, object.clone()));
        }
    }

    fn forget_loss(&self, object: &ManagedObjectReference) {
        if let Some(entry) = self.lock().objects.get(object) {
            entry.told.send_if_modified(|told| {
                let is_lost = told.end == Some(End::Lost);
                if is_lost {
                    *told = Told::default();
                }
                is_lost
            });
        }
    }

    /// Adds an object to the list that may not have got there. It does no harm if it is there.
    fn add_again(self: &Arc<Self>, object: &ManagedObjectReference) {
        let list = self.lock().poll.as_ref().and_then(|poll| list_view(&poll.site));
        if let (Some(list), Ok(runtime)) = (list, Handle::try_current()) {
            runtime.spawn(add(Arc::clone(self), list, object.clone()));
        }
    }

    fn wants(&self, object: &ManagedObjectReference) -> bool {
        self.lock().objects.contains_key(object)
    }

    fn tell(&self, object: &ManagedObjectReference, told: Told) {
        if let Some(entry) = self.lock().objects.get(object) {
            entry.told.send_replace(told);
        }
    }

    fn take(&self, event: Event) {
        match event {
            Event::Enter(found) | Event::Modify(found) => {
                let Found { reference, cells, .. } = found;
                self.tell(&reference, Told { cell: cells.into_iter().next(), end: None });
            }
            Event::Leave(object) => self.tell(&object, Told { cell: None, end: Some(End::Gone) }),
            // What was told of tasks stays true.
            Event::Resync => {}
        }
    }

    /// The poll with a site has failed for good.
    fn fail(&self, site: &SharedSite) {
        let mut inner = self.lock();
        if inner.poll.as_ref().is_some_and(|poll| Arc::ptr_eq(&poll.site, site)) {
            inner.poll = None;
            for entry in inner.objects.values() {
                entry.told.send_replace(Told { cell: None, end: Some(End::Lost) });
            }
        }
    }
}

fn list_view(site: &SharedSite) -> Option<ListView> {
    site.lock().unwrap_or_else(PoisonError::into_inner).view.as_ref().map(Owned::get)
}

/// The poll itself. It holds the hub weakly, so that a client which is dropped while the poll waits is not kept.
async fn poll(hub: Weak<Hub>, mut feed: Feed, site: SharedSite) {
    loop {
        let events = feed.next().await;
        let Some(hub) = hub.upgrade() else { return };
        match events {
            Ok(events) => events.into_iter().for_each(|event| hub.take(event)),
            Err(_) => return hub.fail(&site),
        }
    }
}

/// Adds an object to the list.
async fn add(hub: Arc<Hub>, list: ListView, object: ManagedObjectReference) {
    match list.modify_list_view().add([&object]).await {
        Ok(unresolved) if unresolved.is_empty() => {
            // It may have become unwanted in the meantime, and the removal may have come first.
            if !hub.wants(&object) {
                drop(list.modify_list_view().remove([&object]).await);
            }
        }
        Ok(_) => hub.tell(&object, Told { cell: None, end: Some(End::Gone) }),
        // The list is lost: the poll makes another one, with this object in it.
        Err(error) if error.is_fault::<ManagedObjectNotFound>() || error.is_fault::<NotAuthenticated>() => {}
        Err(_) => hub.tell(&object, Told { cell: None, end: Some(End::Lost) }),
    }
}

/// Takes an object out of the list.
async fn remove(hub: Arc<Hub>, list: ListView, object: ManagedObjectReference) {
    // One that stays in the list by failure costs a little, and goes with the list.
    drop(list.modify_list_view().remove([&object]).await);
    if hub.wants(&object) {
        // Somebody wants it again, and the removal may have come last.
        drop(list.modify_list_view().add([&object]).await);
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.lock().objects.keys()).finish()
    }
}
