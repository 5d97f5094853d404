//! A simulation without a socket, for those who have many requests and no client: the fuzz targets.

use std::net::Ipv4Addr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};

use crate::builder::{Builder, StartError};
use crate::simulation::Simulation;

/// A simulation that is asked directly.
#[doc(hidden)]
pub struct Socketless(Arc<Simulation>);

impl Socketless {
    /// Builds it; addresses and certificates of the builder play no part.
    ///
    /// # Errors
    ///
    /// Those of [`Builder::start`], but for the ones of the socket.
    pub fn new(builder: Builder) -> Result<Self, StartError> {
        builder.build().map(|(_, simulation)| Self(Arc::new(simulation)))
    }

    /// The answer to a request whose body has come in, as if from this machine.
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        self.0.answer(&head, &body, Ipv4Addr::LOCALHOST.into()).await
    }

    /// Lets tasks and timeouts happen that are due by the clock.
    pub fn tick(&self) {
        self.0.tick();
    }
}
