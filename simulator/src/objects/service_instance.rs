//! `ServiceInstance`: where every client begins.

use vim25_api::types::ProductComponentInfo;
use vim25_runtime::{DateTime, Element, Value};

use super::Handler::{Now, Property};
use super::{Handlers, Reading};
use crate::call::{Call, Outcome};

/// What the simulator plays of it. `QueryVMotionCompatibility` and `ValidateMigration` are not: see the crate docs.
pub(super) const HANDLERS: Handlers = &[
    ("CurrentTime", Now(|call| Ok(Some(DateTime::from(call.now).into())))),
    ("RetrieveProductComponents", Now(retrieve_product_components)),
    (
        "RetrieveServiceContent",
        Now(|call| Ok(call.state.store.get(call.object, "content").map(|content| Value::clone(content)))),
    ),
    ("serverClock", Property(server_clock)),
];

#[expect(clippy::unnecessary_wraps, reason = "other properties may be unset")]
fn server_clock(reading: &Reading<'_>) -> Option<Value> {
    Some(DateTime::from(reading.now).into())
}

/// The simulator has one component: itself.
fn retrieve_product_components(_: &mut Call<'_>) -> Outcome {
    let mut component = ProductComponentInfo::new();
    component
        .set_id("vim25-simulator")
        .set_name("vim25 simulator")
        .set_version(env!("CARGO_PKG_VERSION"))
        .set_release(0);
    Ok(Some(ProductComponentInfo::into_list(vec![component]).into()))
}
