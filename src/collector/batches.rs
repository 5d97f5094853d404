//! A stream of items that come in batches.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use crate::BoxFuture;

/// Where batches come from.
pub(crate) trait Source: Send + Sized + 'static {
    /// What the batches hold.
    type Item: Send + 'static;

    /// The next batch; none after the last.
    fn next(&mut self) -> impl Future<Output = Option<Vec<Self::Item>>> + Send;
}

/// The items of a source, one by one. The source is asked for more only when all items are taken, so that a slow
/// consumer holds it back.
pub(crate) struct Batches<S: Source> {
    state: State<S>,
    ready: VecDeque<S::Item>,
}

enum State<S: Source> {
    Idle(Box<S>),
    Waiting(BoxFuture<'static, Fetched<S>>),
    Ended,
}

/// The source, and what it gave.
type Fetched<S> = (Box<S>, Option<Vec<<S as Source>::Item>>);

impl<S: Source> Batches<S> {
    pub(crate) fn new(source: S) -> Self {
        Self { state: State::Idle(Box::new(source)), ready: VecDeque::new() }
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Poll::Ready(Some(item));
            }
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Idle(mut source) => {
                    self.state = State::Waiting(Box::pin(async move {
                        let batch = source.next().await;
                        (source, batch)
                    }));
                }
                State::Waiting(mut fetch) => match fetch.as_mut().poll(cx) {
                    Poll::Pending => {
                        self.state = State::Waiting(fetch);
                        return Poll::Pending;
                    }
                    Poll::Ready((source, Some(batch))) => {
                        self.ready.extend(batch);
                        self.state = State::Idle(source);
                    }
                    Poll::Ready((_, None)) => {}
                },
            }
        }
    }

    pub(crate) async fn next(&mut self) -> Option<S::Item> {
        poll_fn(|cx| Poll::Ready(ready!(self.poll_next(cx)))).await
    }
}
