//! How a reply is sent: whole as a rule, else in parts, not to the end, or not at all.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use hyper::body::{Frame, SizeHint};
use tokio::time::Sleep;

/// How long the part of a body that comes gets to leave, before the connection is closed.
const LEAVE: Duration = Duration::from_millis(20);

/// How a reply is to be sent. It travels with the reply.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Delivery {
    /// Whether nothing is sent.
    pub(super) is_dropped: bool,
    /// Whether the second half of the body is not sent.
    pub(super) is_cut: bool,
    /// How many bytes come at once, and how long after them the next.
    pub(super) pace: Option<(usize, Duration)>,
}

/// The connection is closed in place of a reply, or of the rest of it.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the connection is closed on purpose")]
pub(crate) struct Dropped;

/// A reply as it is to be sent; an error closes the connection.
pub(crate) fn deliver(response: Response<Bytes>) -> Result<Response<Body>, Dropped> {
    let delivery = response.extensions().get::<Delivery>().copied().unwrap_or_default();
    if delivery.is_dropped { Err(Dropped) } else { Ok(response.map(|body| Body::new(body, delivery))) }
}

/// The body of a reply as it is to be sent.
pub(crate) struct Body {
    left: Bytes,
    /// How many bytes are promised and never come.
    missing: usize,
    pace: Option<(usize, Duration)>,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Body {
    fn new(mut body: Bytes, delivery: Delivery) -> Self {
        let missing = if delivery.is_cut { body.len().div_ceil(2) } else { 0 };
        body.truncate(body.len() - missing);
        Self { left: body, missing, pace: delivery.pace, pause: None }
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Dropped>>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        if self.left.is_empty() {
            return Poll::Ready((self.missing > 0).then_some(Err(Dropped)));
        }
        let (count, pause) = self.pace.unwrap_or((usize::MAX, LEAVE));
        let count = count.min(self.left.len());
        let part = self.left.split_to(count);
        if !self.is_end_stream() {
            self.pause = Some(Box::pin(tokio::time::sleep(pause)));
        }
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && self.missing == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.left.len() + self.missing) as u64)
    }
}
