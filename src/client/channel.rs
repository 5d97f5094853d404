//! The way to the server: the transport, with limits around it and another attempt where that is safe.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use tokio::sync::Semaphore;
use tokio::time;

use super::retry::{self, Verdict};
use crate::{Transport, TransportError, TransportErrorKind};

/// What limits requests.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How long a request may take, unless it is a long poll.
    pub(super) request_timeout: Duration,
    /// How often a request is sent again.
    pub(super) retries: usize,
    /// How many requests may be under way at once; long polls do not count.
    pub(super) max_concurrent: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { request_timeout: Duration::from_secs(60), retries: 2, max_concurrent: 64 }
    }
}

/// How a request is to be sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// Whether it can be sent again although the server may have carried it out.
    pub(super) only_reads: bool,
    pub(super) patience: Patience,
}

/// How long a reply may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// As long as any.
    Usual,
    /// A long poll: the server answers after this time at the latest.
    LongPoll(Duration),
    /// A long poll that ends when something happens.
    Endless,
}

/// The way to the server.
#[derive(Debug)]
pub(super) struct Channel {
    transport: Arc<dyn Transport>,
    user_agent: HeaderValue,
    limits: Limits,
    permits: Semaphore,
}

impl Channel {
    pub(super) fn new(transport: Arc<dyn Transport>, user_agent: HeaderValue, limits: Limits) -> Self {
        let permits = Semaphore::new(limits.max_concurrent.clamp(1, Semaphore::MAX_PERMITS));
        Self { transport, user_agent, limits, permits }
    }

    /// Sends a request, again if that is safe and may help.
    pub(super) async fn send(
        &self,
        mut request: Request<Bytes>,
        plan: Plan,
    ) -> Result<Response<Bytes>, TransportError> {
        request.headers_mut().insert(header::USER_AGENT, self.user_agent.clone());
        let mut waits = retry::waits(self.limits.retries);
        loop {
            let attempt = self.attempt(request.clone(), plan.patience).await;
            let Verdict::Again(asked) = retry::judge(&attempt, plan.only_reads) else { return attempt };
            let Some(wait) = waits.next() else { return attempt };
            let wait = asked.unwrap_or(wait);
            match &attempt {
                Ok(reply) => tracing::debug!(target: "vim25", status = reply.status().as_u16(), ?wait, "sent again"),
                Err(error) => tracing::debug!(target: "vim25", %error, ?wait, "sent again"),
            }
            time::sleep(wait).await;
        }
    }

    /// Sends a request once. Waiting for other requests does not count as time that it takes.
    async fn attempt(&self, request: Request<Bytes>, patience: Patience) -> Result<Response<Bytes>, TransportError> {
        let limit = match patience {
            Patience::Usual => Some(self.limits.request_timeout),
            Patience::LongPoll(longest) => Some(longest.saturating_add(self.limits.request_timeout)),
            Patience::Endless => None,
        };
        let _permit = match patience {
            // It fails only if the semaphore is closed, and nobody closes it.
            Patience::Usual => self.permits.acquire().await.ok(),
            Patience::LongPoll(_) | Patience::Endless => None,
        };
        let sending = self.transport.send(request);
        let Some(limit) = limit else { return sending.await };
        time::timeout(limit, sending).await.unwrap_or_else(|_| {
            let reason = format!("no reply after {} s", limit.as_secs_f64());
            Err(TransportError::new(TransportErrorKind::Timeout, reason))
        })
    }
}
