//! `ServiceInstance`: where every client begins.

use vim25_api::types::{Capability, ProductComponentInfo};
use vim25_runtime::{DateTime, Element};

use super::Handlers;
use crate::call::{Call, Outcome};

/// What the simulator plays of it. `QueryVMotionCompatibility` and `ValidateMigration` need hosts: see the crate docs.
pub(super) const HANDLERS: Handlers = &[
    ("CurrentTime", current_time),
    ("RetrieveProductComponents", retrieve_product_components),
    ("RetrieveServiceContent", content),
    ("capability", capability),
    ("content", content),
    ("serverClock", current_time),
];

fn content(call: &mut Call<'_>) -> Outcome {
    Ok(Some(call.simulation.objects.content.clone().into()))
}

fn current_time(call: &mut Call<'_>) -> Outcome {
    Ok(Some(DateTime::from(call.now).into()))
}

fn capability(_: &mut Call<'_>) -> Outcome {
    let mut capability = Capability::new();
    capability.set_provisioning_supported(true).set_multi_host_supported(true).set_user_shell_access_supported(false);
    Ok(Some(capability.into()))
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
