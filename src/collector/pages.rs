//! Objects with their properties, page by page.

use std::collections::HashSet;

use super::reply::Page;
use super::{Found, Owned, Precision, Properties, Scope, continue_retrieve, retrieve};
use crate::types::{InvalidProperty, ManagedObjectNotFound, NotAuthenticated};
use crate::{Client, Error, ManagedObjectReference, Result};

/// How often it is begun anew because the server has lost the view or the place.
const MAX_RESTARTS: u32 = 3;

/// The pages of a retrieval. Dropped in the middle, it is cancelled on the server.
pub(crate) struct Pages {
    client: Client,
    scope: Scope,
    properties: Vec<Properties>,
    page_size: i32,
    place: Place,
    view: Option<Owned>,
    precision: Precision,
    restarts: u32,
    /// What was given: an object that appears twice, or again after a restart, is given once.
    given: HashSet<ManagedObjectReference>,
}

enum Place {
    Start,
    Token(String),
    End,
}

impl Pages {
    pub(crate) fn new(client: &Client, scope: Scope, properties: Vec<Properties>, page_size: i32) -> Self {
        let place = if scope.is_empty() { Place::End } else { Place::Start };
        Self {
            client: client.clone(),
            scope,
            properties,
            page_size,
            place,
            view: None,
            precision: Precision::PerReply,
            restarts: 0,
            given: HashSet::new(),
        }
    }

    /// The next page; none after the last. After an error there are no more.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Found>>> {
        loop {
            if matches!(self.place, Place::End) {
                return Ok(None);
            }
            match self.fetch().await {
                Ok(page) => return Ok(Some(self.take(page).await)),
                Err(error) if self.is_worth_a_restart(&error) => {
                    self.restarts += 1;
                    self.place = Place::Start;
                    self.view = None;
                }
                Err(error) => {
                    self.place = Place::End;
                    self.view = None;
                    return Err(error);
                }
            }
        }
    }

    /// Those of the objects that were named which did not come.
    pub(crate) fn absent(&self) -> Vec<ManagedObjectReference> {
        let named: &[_] = if let Scope::Of(objects) = &self.scope { objects } else { &[] };
        let mut seen = HashSet::new();
        named.iter().filter(|object| !self.given.contains(object) && seen.insert(*object)).cloned().collect()
    }

    async fn fetch(&mut self) -> Result<Option<Page>> {
        let collector = self.client.property_collector();
        let reading = (self.precision, self.client.wire_options());
        if let Place::Token(token) = &self.place {
            return continue_retrieve(&collector, token.clone(), &self.properties, reading).await;
        }
        if self.view.is_none() {
            let of = self.properties.first().map_or("", |properties| properties.of);
            self.view = self.scope.view(&self.client, of).await?;
        }
        let spec = self.scope.filter(&self.properties, self.view.as_ref());
        retrieve(&collector, spec, self.page_size, &self.properties, reading).await
    }

    async fn take(&mut self, page: Option<Page>) -> Vec<Found> {
        let Page { objects, token } = page.unwrap_or(Page { objects: Vec::new(), token: None });
        self.place = token.map_or(Place::End, Place::Token);
        if matches!(self.place, Place::End)
            && let Some(view) = self.view.take()
        {
            // The rows are there; that the view is still to be destroyed does not spoil them.
            drop(view.destroy().await);
        }
        objects.into_iter().filter(|found| self.given.insert(found.reference.clone())).collect()
    }

    /// A token or a view goes with the session and can go without it; a reply that cannot be read as a whole can be
    /// read value by value. The first page, though, fails for good if the session or the container is not there.
    fn is_worth_a_restart(&mut self, error: &Error) -> bool {
        if matches!(error, Error::Decode { .. }) && self.precision == Precision::PerReply {
            self.precision = Precision::PerValue;
            return true;
        }
        let is_lost = error.is_fault::<InvalidProperty>()
            || error.is_fault::<ManagedObjectNotFound>()
            || error.is_fault::<NotAuthenticated>();
        let has_begun =
            matches!(self.place, Place::Token(_)) || (self.view.is_some() && error.is_fault::<ManagedObjectNotFound>());
        is_lost && has_begun && self.restarts < MAX_RESTARTS
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        let (Place::Token(token), Ok(runtime)) = (&self.place, tokio::runtime::Handle::try_current()) else { return };
        let call = self.client.property_collector().cancel_retrieve_properties_ex(token.clone());
        // Nobody is left who could be told of a failure.
        runtime.spawn(async move { drop(call.await) });
    }
}
