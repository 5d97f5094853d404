//! A session that does not end for want of use.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time;

use super::connection::Connection;
use crate::mo::ServiceInstance;
use crate::{Handle, ManagedObject, Ref};

/// A task that calls `CurrentTime` when nothing else was called for a time. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct KeepAlive(AbortHandle);

impl KeepAlive {
    /// Starts the task. It holds the connection only while it calls.
    pub(super) fn start(connection: &Arc<Connection>, interval: Duration) -> Self {
        let connection = Arc::downgrade(connection);
        let task = tokio::spawn(async move {
            let mut wait = interval;
            loop {
                time::sleep(wait).await;
                let Some(connection) = connection.upgrade() else { return };
                let idle = connection.idle_time();
                if idle < interval {
                    wait = interval.saturating_sub(idle);
                    continue;
                }
                wait = interval;
                if connection.session().id.is_none() {
                    continue;
                }
                let reference = Ref::<ServiceInstance>::new(ServiceInstance::NAME);
                let service = ServiceInstance::from_handle(Handle::new(connection, reference));
                if let Err(error) = service.current_time().await {
                    tracing::warn!(target: "vim25", %error, "the session could not be kept alive");
                }
            }
        });
        Self(task.abort_handle())
    }
}

impl Drop for KeepAlive {
    fn drop(&mut self) {
        self.0.abort();
    }
}
