//! `SessionManager`: who is logged in.

mod login;
mod tickets;

use vim25_api::types::UserSession;
use vim25_runtime::{Element, Value};

use super::Handlers;
use crate::call::{Call, Outcome};
use crate::fault;
use crate::locale;
use crate::session::Session;

/// What the simulator plays of it: everything.
pub(super) const HANDLERS: Handlers = &[
    ("AcquireCloneTicket", tickets::acquire_clone_ticket),
    ("AcquireGenericServiceTicket", tickets::acquire_generic_service_ticket),
    ("AcquireLocalTicket", tickets::acquire_local_ticket),
    ("CloneSession", login::clone_session),
    ("ImpersonateUser", login::impersonate_user),
    ("Login", login::login),
    ("LoginBySSPI", login::login_by_sspi),
    ("LoginByToken", login::login_by_token),
    ("LoginExtension", login::login_extension),
    ("LoginExtensionByCertificate", login::login_by_client_certificate),
    ("LoginExtensionBySubjectName", login::login_by_client_certificate),
    ("Logout", logout),
    ("SessionIsActive", session_is_active),
    ("SetLocale", set_locale),
    ("TerminateSession", terminate_session),
    ("UpdateServiceMessage", update_service_message),
    ("currentSession", current_session),
    ("defaultLocale", default_locale),
    ("message", message),
    ("messageLocaleList", message_locale_list),
    ("sessionList", session_list),
    ("supportedLocaleList", supported_locale_list),
];

fn logout(call: &mut Call<'_>) -> Outcome {
    if let Some(id) = call.session_id {
        call.state.sessions.close(id);
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
    let keys = call.texts("sessionId").to_vec();
    for key in &keys {
        if call.session().is_some_and(|own| own.key == *key) {
            return Err(fault::invalid_argument("sessionId", "a session cannot terminate itself; it can log out"));
        }
        if call.state.sessions.find(|session| session.key == *key).is_none() {
            return Err(fault::not_found(format!("There is no session with the key `{key}`.")));
        }
    }
    call.state.sessions.close_keys(&keys);
    Ok(None)
}

/// An empty message is none.
fn update_service_message(call: &mut Call<'_>) -> Outcome {
    call.state.message = Some(call.required_text("message")?).filter(|message| !message.is_empty());
    Ok(None)
}

fn current_session(call: &mut Call<'_>) -> Outcome {
    Ok(call.session().map(|session| session.describe().into()))
}

fn session_list(call: &mut Call<'_>) -> Outcome {
    let sessions = call.state.sessions.list().into_iter().map(Session::describe).collect();
    Ok(Some(UserSession::into_list(sessions).into()))
}

fn message(call: &mut Call<'_>) -> Outcome {
    Ok(call.state.message.clone().map(Value::from))
}

fn default_locale(_: &mut Call<'_>) -> Outcome {
    Ok(Some(Value::from(locale::DEFAULT.to_owned())))
}

fn supported_locale_list(_: &mut Call<'_>) -> Outcome {
    Ok(Some(strings(locale::SUPPORTED)))
}

fn message_locale_list(_: &mut Call<'_>) -> Outcome {
    Ok(Some(strings(locale::MESSAGES)))
}

fn strings(texts: &[&str]) -> Value {
    String::into_list(texts.iter().map(|&text| text.to_owned()).collect()).into()
}
