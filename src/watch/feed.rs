//! What happens to objects: the loop around `WaitForUpdatesEx`, which survives what a watch can lose.
//!
//! The filter is made without partial updates: a selected property that changes anywhere inside comes as a whole, so the
//! cache is right by assigning it. With partial updates a change of one device would be smaller, but each of the paths that
//! the server may choose (`config.hardware.device[4000]`, `config.extraConfig["a"]`) had to be applied as the server
//! does, and what is applied wrongly stays wrong. What comes against the agreement, a path that was not selected or an
//! operation that is not known, is not applied but read again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::collector::{
    Cell, Changed, Found, Kind, Owned, Pages, Precision, Properties, Scope, Update, of_type, wait_for_updates,
};
use crate::mo::ListView;
use crate::mo::PropertyCollector;
use crate::types::{
    InvalidCollectorVersion, ManagedObjectNotFound, NotAuthenticated, ObjectUpdateKind, PropertyChangeOp,
    RequestCanceled, WaitOptions,
};
use crate::{Client, Error, ManagedObjectReference, Ref, Result};

/// How long the server keeps a wait open while nothing changes. Less than what proxies commonly allow.
const MAX_WAIT_SECONDS: i32 = 45;

/// Most objects in one reply; the others follow at once.
const BATCH_SIZE: i32 = 1_000;

/// The pauses between attempts: twice as long each time, up to the second.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(30));

/// How often a set-up is tried in which the server says that something is not there.
const MAX_SETUPS: u32 = 3;

/// What a feed has on the server. Whoever ends the feed takes it.
#[derive(Debug, Default)]
pub(crate) struct Site {
    pub(crate) collector: Option<Owned>,
    pub(crate) view: Option<Owned>,
}

/// Shared with those who end the feed, or change its list view.
pub(crate) type SharedSite = Arc<Mutex<Site>>;

/// Takes what is on the server.
pub(crate) fn vacate(site: &SharedSite) -> Site {
    std::mem::take(&mut *site.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Something that has happened.
#[derive(Debug)]
pub(crate) enum Event {
    Enter(Found),
    Modify(Found),
    Leave(ManagedObjectReference),
    /// What was told before does not count any more; everything is told again.
    Resync,
}

pub(crate) struct Feed {
    client: Client,
    scope: Scope,
    properties: Vec<Properties>,
    patience: Duration,
    site: SharedSite,
    version: String,
    cache: HashMap<ManagedObjectReference, Vec<Cell>>,
    precision: Precision,
    /// Whether something was told since the beginning, so that it has to be taken back after a loss.
    has_told: bool,
    trouble: Option<Trouble>,
}

/// A series of failures.
struct Trouble {
    since: Instant,
    pause: Duration,
    /// The pauses to come: with jitter, so that those who lost a server at once do not come back at once.
    pauses: ExponentialBackoff,
    failed_setups: u32,
}

impl Trouble {
    fn new(since: Instant) -> Self {
        let pauses = ExponentialBuilder::new().with_min_delay(PAUSES.0).with_max_delay(PAUSES.1);
        let pauses = pauses.with_jitter().without_max_times().build();
        Self { since, pause: Duration::ZERO, pauses, failed_setups: 0 }
    }
}

/// What to do about an error.
enum Remedy {
    /// Ask again: the wait can be repeated with the same version.
    Repeat,
    /// Make a new collector, filter and view.
    Renew,
    /// Nothing.
    GiveUp,
}

impl Feed {
    pub(crate) fn new(client: &Client, scope: Scope, properties: Vec<Properties>, patience: Duration) -> Self {
        Self {
            client: client.clone(),
            scope,
            properties,
            patience,
            site: SharedSite::default(),
            version: String::new(),
            cache: HashMap::new(),
            precision: Precision::PerReply,
            has_told: false,
            trouble: None,
        }
    }

    pub(crate) fn site(&self) -> SharedSite {
        self.site.clone()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.scope.is_empty()
    }

    /// What happens next, at least one event.
    ///
    /// # Errors
    ///
    /// What it cannot recover from. There is no sense in going on.
    pub(crate) async fn next(&mut self) -> Result<Vec<Event>> {
        loop {
            let was_set_up = self.collector().is_some();
            let events = match self.collector() {
                None => self.set_up().await,
                Some(collector) => self.wait(&collector).await,
            };
            match events {
                Ok(events) => {
                    if was_set_up {
                        self.trouble = None;
                    }
                    if !events.is_empty() {
                        return Ok(events);
                    }
                }
                Err(error) => self.recover(error, was_set_up).await?,
            }
        }
    }

    fn collector(&self) -> Option<PropertyCollector> {
        let site = self.site.lock().unwrap_or_else(PoisonError::into_inner);
        site.collector.as_ref().map(Owned::get)
    }

    /// Makes collector, view and filter.
    async fn set_up(&mut self) -> Result<Vec<Event>> {
        self.version.clear();
        self.cache.clear();
        let call = self.client.property_collector().create_property_collector();
        let made = async move { call.await.map(Ref::into_untyped) };
        let collector = Owned::make(&self.client, Kind::Collector, made).await?;
        let of = self.properties.first().map_or("", |properties| properties.of);
        let view = self.scope.view(&self.client, of).await?;
        let spec = self.scope.filter(&self.properties, view.as_ref());
        collector.get::<PropertyCollector>().create_filter(spec, false).await?;
        let list = view.as_ref().map(Owned::get::<ListView>);
        {
            let mut site = self.site.lock().unwrap_or_else(PoisonError::into_inner);
            *site = Site { collector: Some(collector), view };
        }
        let mut events = if std::mem::take(&mut self.has_told) { vec![Event::Resync] } else { Vec::new() };
        // From here on whoever wants one more object adds it to the view, and whoever did before is in the list.
        if let (Scope::Wanted(wanted), Some(list)) = (&self.scope, list) {
            let unresolved = list.modify_list_view().add(wanted()).await;
            let unresolved = unresolved.inspect_err(|_| drop(vacate(&self.site)))?;
            events.extend(unresolved.into_iter().map(Event::Leave));
        }
        self.has_told |= !events.is_empty();
        Ok(events)
    }

    async fn wait(&mut self, collector: &PropertyCollector) -> Result<Vec<Event>> {
        let options = WaitOptions::new().with_max_wait_seconds(MAX_WAIT_SECONDS).with_max_object_updates(BATCH_SIZE);
        let reading = (self.precision, self.client.wire_options());
        let Some(updates) = wait_for_updates(collector, &self.version, options, reading).await? else {
            return Ok(Vec::new());
        };
        let mut events: Vec<Event> = updates.missing.into_iter().map(Event::Leave).collect();
        let mut unclear = Vec::new();
        for update in updates.objects {
            match self.apply(update) {
                Applied::Event(event) => events.push(event),
                Applied::Nothing => {}
                Applied::Unclear(object) => unclear.push(object),
            }
        }
        if !unclear.is_empty() {
            // Half of it is applied, so the wait cannot be repeated.
            let read = self.read_again(unclear).await;
            events.extend(read.inspect_err(|_| drop(vacate(&self.site)))?);
        }
        self.version = updates.version;
        self.has_told |= !events.is_empty();
        Ok(events)
    }

    fn apply(&mut self, update: Update) -> Applied {
        let Update { kind, object, changes } = update;
        let Some(properties) = of_type(&self.properties, &object) else { return Applied::Nothing };
        match kind {
            ObjectUpdateKind::Leave => match self.cache.remove(&object) {
                Some(_) => Applied::Event(Event::Leave(object)),
                None => Applied::Nothing,
            },
            ObjectUpdateKind::Enter => {
                let mut cells = properties.unset();
                let is_clear = changes.into_iter().all(|change| applies(properties, &mut cells, change));
                self.told(object, cells, is_clear)
            }
            ObjectUpdateKind::Modify => match self.cache.get(&object) {
                Some(cells) => {
                    let mut cells = cells.clone();
                    let is_clear = changes.into_iter().all(|change| applies(properties, &mut cells, change));
                    self.told(object, cells, is_clear)
                }
                None => Applied::Unclear(object),
            },
            _ => Applied::Unclear(object),
        }
    }

    fn told(&mut self, object: ManagedObjectReference, cells: Vec<Cell>, is_clear: bool) -> Applied {
        if is_clear { Applied::Event(self.keep(object, cells)) } else { Applied::Unclear(object) }
    }

    /// Puts an object into the cache, and says whether it is new there.
    fn keep(&mut self, reference: ManagedObjectReference, cells: Vec<Cell>) -> Event {
        let paths = of_type(&self.properties, &reference).map_or_else(Arc::default, |found| found.paths.clone());
        let found = Found { reference: reference.clone(), paths, cells: cells.clone() };
        match self.cache.insert(reference, cells) {
            None => Event::Enter(found),
            Some(_) => Event::Modify(found),
        }
    }

    /// Reads objects again. One that is gone in the meantime will be told as such.
    async fn read_again(&mut self, objects: Vec<ManagedObjectReference>) -> Result<Vec<Event>> {
        let mut pages = Pages::new(&self.client, Scope::Of(objects), self.properties.clone(), BATCH_SIZE);
        let mut events = Vec::new();
        while let Some(page) = pages.next().await? {
            events.extend(page.into_iter().map(|found| self.keep(found.reference, found.cells)));
        }
        Ok(events)
    }

    /// Gets ready for another attempt.
    async fn recover(&mut self, error: Error, was_set_up: bool) -> Result<()> {
        let now = Instant::now();
        let mut trouble = self.trouble.take().unwrap_or_else(|| Trouble::new(now));
        match self.remedy(&error, was_set_up, &mut trouble) {
            Remedy::Repeat => {}
            Remedy::Renew => drop(vacate(&self.site)),
            Remedy::GiveUp => return Err(error),
        }
        if now + trouble.pause > trouble.since + self.patience {
            return Err(error);
        }
        tokio::time::sleep(trouble.pause).await;
        trouble.pause = trouble.pauses.next().unwrap_or(PAUSES.1);
        self.trouble = Some(trouble);
        Ok(())
    }

    fn remedy(&mut self, error: &Error, was_set_up: bool, trouble: &mut Trouble) -> Remedy {
        let is_gone = error.is_fault::<ManagedObjectNotFound>();
        match error {
            Error::Decode { .. } if self.precision == Precision::PerReply => {
                self.precision = Precision::PerValue;
                Remedy::Repeat
            }
            // The connection, or a proxy that cannot reach the server.
            Error::Transport { .. } => Remedy::Repeat,
            Error::Reply { reply, .. } if matches!(reply.status, 502..=504) => Remedy::Repeat,
            Error::Fault { .. } if was_set_up => {
                let is_lost = is_gone
                    || error.is_fault::<InvalidCollectorVersion>()
                    || error.is_fault::<RequestCanceled>()
                    || error.is_fault::<NotAuthenticated>();
                if is_lost { Remedy::Renew } else { Remedy::GiveUp }
            }
            // What was made a moment ago can be lost, but not again and again: then it is the container that is gone.
            Error::Fault { .. } if is_gone && trouble.failed_setups < MAX_SETUPS => {
                trouble.failed_setups += 1;
                Remedy::Renew
            }
            _ => Remedy::GiveUp,
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        drop(vacate(&self.site));
    }
}

enum Applied {
    Event(Event),
    Nothing,
    /// It has to be read again.
    Unclear(ManagedObjectReference),
}

/// Applies a change of a selected property; false if it is not of one, or not known how.
fn applies(properties: &Properties, cells: &mut [Cell], change: Changed) -> bool {
    match change.op {
        PropertyChangeOp::Assign => properties.fill(cells, &change.path, change.cell),
        // What the property lies in is gone, or the property itself.
        PropertyChangeOp::IndirectRemove | PropertyChangeOp::Remove => {
            properties.fill(cells, &change.path, Cell::Unset)
        }
        _ => false,
    }
}
