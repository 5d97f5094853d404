//! Tickets for the session of the caller.

use http::Uri;
use vim25_api::types::{
    SessionManagerGenericServiceTicket, SessionManagerHttpServiceRequestSpec, SessionManagerLocalTicket,
    SessionManagerVmomiServiceRequestSpec,
};
use vim25_runtime::Secret;

use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};

pub(super) fn acquire_clone_ticket(call: &mut Call<'_>) -> Outcome {
    Ok(Some(new_clone_ticket(call)?.into()))
}

/// A ticket for one request: for `CloneSession` it is a clone ticket, for HTTP requests it names the host that the
/// request goes to.
pub(super) fn acquire_generic_service_ticket(call: &mut Call<'_>) -> Outcome {
    call.required_session()?;
    let spec = call.required_object("spec")?;
    let mut ticket = SessionManagerGenericServiceTicket::new();
    if let Some(vmomi) = spec.downcast_ref::<SessionManagerVmomiServiceRequestSpec>() {
        if vmomi.method() != "CloneSession" {
            return Err(fault::not_supported("The simulator issues tickets for CloneSession and for HTTP requests."));
        }
        ticket.set_id(new_clone_ticket(call)?).set_ticket_type("VcServiceTicket");
    } else if let Some(http) = spec.downcast_ref::<SessionManagerHttpServiceRequestSpec>() {
        let host = host(http.url())?;
        ticket.set_id(call.state.random.token()).set_host_name(host).set_ticket_type("HostServiceTicket");
    } else {
        return Err(fault::invalid_argument("spec", "it says neither which method nor which URL the ticket is for"));
    }
    Ok(Some(ticket.into()))
}

/// A one-time password in a file, for a user of the machine that the simulator runs on.
pub(super) fn acquire_local_ticket(call: &mut Call<'_>) -> Outcome {
    let user_name = call.required_text("userName")?;
    let is_local = call.origin.ip.to_canonical().is_loopback();
    if !is_local || !call.simulation.users.iter().any(|user| user.name() == user_name) {
        return Err(fault::invalid_login());
    }
    let state = &mut *call.state;
    let (password, name) = (Secret::from(state.random.token()), state.random.uuid());
    let path = state
        .local_tickets
        .issue(&user_name, password, &name, call.now)
        .map_err(|error| fault::system_error(&format!("cannot write a local ticket: {error}")))?;
    let mut ticket = SessionManagerLocalTicket::new();
    ticket.set_user_name(user_name).set_password_file_path(path.to_string_lossy());
    Ok(Some(ticket.into()))
}

fn new_clone_ticket(call: &mut Call<'_>) -> Result<Secret, Failure> {
    let session = call.required_session()?.number;
    let ticket = Secret::from(format!("cst-{}", call.state.random.uuid()));
    call.state.clone_tickets.issue(ticket.clone(), session, call.now);
    Ok(ticket)
}

fn host(url: &str) -> Result<String, Failure> {
    let uri = url.parse::<Uri>().ok().filter(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
    let host = uri.as_ref().and_then(Uri::host).filter(|host| !host.is_empty());
    host.map(str::to_owned).ok_or_else(|| fault::invalid_argument("spec.url", "an http or https URL is expected"))
}
