//! `SessionManager`: who is logged in.

mod login;
mod tickets;

use vim25_api::types::UserSession;
use vim25_runtime::{Element, Value};

use super::Handler::{Now, Property};
use super::{Handlers, Reading};
use crate::call::{Call, Outcome};
use crate::fault;
use crate::locale;
use crate::session::Session;

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("AcquireCloneTicket", Now(tickets::acquire_clone_ticket)),
    ("AcquireGenericServiceTicket", Now(tickets::acquire_generic_service_ticket)),
    ("AcquireLocalTicket", Now(tickets::acquire_local_ticket)),
    ("CloneSession", Now(login::clone_session)),
    ("ImpersonateUser", Now(login::impersonate_user)),
    ("Login", Now(login::login)),
    ("LoginBySSPI", Now(login::login_by_sspi)),
    ("LoginByToken", Now(login::login_by_token)),
    ("LoginExtension", Now(login::login_extension)),
    ("LoginExtensionByCertificate", Now(login::login_by_client_certificate)),
    ("LoginExtensionBySubjectName", Now(login::login_by_client_certificate)),
    ("Logout", Now(logout)),
    ("SessionIsActive", Now(session_is_active)),
    ("SetLocale", Now(set_locale)),
    ("TerminateSession", Now(terminate_session)),
    ("UpdateServiceMessage", Now(update_service_message)),
    ("currentSession", Property(|reading| reading.session().map(|session| session.describe().into()))),
    ("sessionList", Property(session_list)),
];

/// Properties that never change.
pub(super) const CONSTANTS: &[(&str, &[&str])] =
    &[("messageLocaleList", locale::MESSAGES), ("supportedLocaleList", locale::SUPPORTED)];

fn logout(call: &mut Call<'_>) -> Outcome {
    if let Some(id) = call.session_id {
        call.state.sessions.close(id, call.now);
    }
    Ok(None)
}

/// Whether a session lives, by its key and its user: neither alone is enough.
fn session_is_active(call: &mut Call<'_>) -> Outcome {
    let (key, user_name) = (call.required_text("sessionID")?, call.required_text("userName")?);
    let is_it = |session: &Session| session.key == key && session.user_name == user_name;
    Ok(Some(call.state.sessions.find(is_it).is_some().into()))
}

fn set_locale(call: &mut Call<'_>) -> Outcome {
    let name = call.required_text("locale")?;
    let locale = locale::find(&name).ok_or_else(|| fault::invalid_locale(&name))?;
    let session = call.session_id.and_then(|id| call.state.sessions.get_mut(id));
    if let Some(session) = session {
        session.locale = locale;
    }
    Ok(None)
}

/// Ends sessions by their keys: all of them or, if one cannot be ended, none.
fn terminate_session(call: &mut Call<'_>) -> Outcome {
    let keys: Vec<String> = call.texts("sessionId").iter().map(ToString::to_string).collect();
    for key in &keys {
        if call.session().is_some_and(|own| own.key == *key) {
            return Err(fault::invalid_argument("sessionId", "a session cannot terminate itself; it can log out"));
        }
        if call.state.sessions.find(|session| session.key == *key).is_none() {
            return Err(fault::not_found(format!("There is no session with the key `{key}`.")));
        }
    }
    let user_name = call.required_session()?.user_name.clone();
    for key in &keys {
        if let Some(session) = call.state.sessions.find(|session| session.key == *key).cloned() {
            call.state.post_termination(&session, &user_name, call.now);
        }
    }
    call.state.sessions.close_keys(&keys, call.now);
    Ok(None)
}

/// An empty message is none.
fn update_service_message(call: &mut Call<'_>) -> Outcome {
    let message = call.required_text("message")?;
    if message.is_empty() {
        call.state.store.unset(call.object, "message");
    } else {
        call.state.store.set(call.object, "message", message);
    }
    Ok(None)
}

#[expect(clippy::unnecessary_wraps, reason = "other properties may be unset")]
fn session_list(reading: &Reading<'_>) -> Option<Value> {
    let sessions = reading.state.sessions.list().into_iter().map(Session::describe).collect();
    Some(UserSession::into_list(sessions).into())
}
