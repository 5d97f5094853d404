//! The first of several futures.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Waits until one of three is done.
pub(super) async fn first(a: impl Future, b: impl Future, c: impl Future) {
    let (mut a, mut b, mut c) = (pin!(a), pin!(b), pin!(c));
    poll_fn(|cx| {
        let is_done =
            a.as_mut().poll(cx).is_ready() || b.as_mut().poll(cx).is_ready() || c.as_mut().poll(cx).is_ready();
        if is_done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}
