//! The progress of a task as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::Wait;
use crate::{BoxFuture, FromValue, Result};

/// How a task goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress<T> {
    /// So many percent are done, from 0 to 100.
    Percent(i32),
    /// It has ended with this result.
    Done(T),
}

/// The progress of a task; a [`Stream`] that ends with the result or an error. [`Wait::progress`] makes one.
pub struct TaskProgress<'a, T> {
    /// None once it has ended.
    wait: Option<BoxFuture<'a, Result<T>>>,
    ended: Option<Result<T>>,
    /// At most one for each percent.
    percents: UnboundedReceiver<i32>,
}

impl<'a, T: FromValue> Wait<'a, T> {
    /// The progress and the end of the task as a stream, in place of [`on_progress`](Self::on_progress).
    pub fn progress(self) -> TaskProgress<'a, T> {
        let (sender, percents) = unbounded_channel();
        let tell = move |percent| {
            // That nobody takes it cannot be: the stream has the other end, and the wait.
            let _ = sender.send(percent);
        };
        let wait = self.on_progress(tell).into_future();
        TaskProgress { wait: Some(wait), ended: None, percents }
    }
}

impl<T> TaskProgress<'_, T> {
    /// What comes next; none after the end.
    pub async fn next(&mut self) -> Option<Result<Progress<T>>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Progress<T>>>> {
        if let Some(wait) = &mut self.wait
            && let Poll::Ready(ended) = wait.as_mut().poll(cx)
        {
            self.wait = None;
            self.ended = Some(ended);
        }
        if let Ok(percent) = self.percents.try_recv() {
            return Poll::Ready(Some(Ok(Progress::Percent(percent))));
        }
        match self.ended.take() {
            Some(ended) => Poll::Ready(Some(ended.map(Progress::Done))),
            None if self.wait.is_none() => Poll::Ready(None),
            None => Poll::Pending,
        }
    }
}

impl<T> Unpin for TaskProgress<'_, T> {}

impl<T> Stream for TaskProgress<'_, T> {
    type Item = Result<Progress<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl<T> fmt::Debug for TaskProgress<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TaskProgress")
    }
}
