//! The ways to begin a session.

use crate::authorization::Principals;
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::locale;
use crate::objects::singleton;
use crate::session::Identity;
use crate::user::User;

/// Begins a session by name and password; the password may be that of a local ticket.
pub(super) fn login(call: &mut Call<'_>) -> Outcome {
    let (user_name, password) = (call.required_text("userName")?, call.required_secret("password")?);
    if let Some(session) = call.session() {
        let user_name = session.user_name.clone();
        call.state.post_repeated_login(&user_name, call.now);
        return Err(fault::already_logged_in());
    }
    call.check_limit()?;
    let user = call.simulation.users.iter().find(|user| user.name() == user_name);
    let tickets = &mut call.state.local_tickets;
    let is_right = |user: &&User| *user.password() == password || tickets.redeem(&user_name, &password);
    let Some(user) = user.filter(is_right) else {
        call.state.post_bad_login(&user_name, call.origin, call.now);
        return Err(fault::invalid_login());
    };
    if !call.state.has_access(Principals { user: user.name(), groups: user.groups() }) {
        return Err(fault::no_permission(&singleton("Folder"), &["System.View"]));
    }
    let locale = requested_locale(call)?.unwrap_or(locale::DEFAULT);
    call.open_session(Identity::login(user, locale))
}

/// Begins a session with the identity of the one that acquired a ticket. The ticket is used up in any case.
pub(super) fn clone_session(call: &mut Call<'_>) -> Outcome {
    let ticket = call.required_secret("cloneTicket")?;
    call.check_limit()?;
    let number = call.state.clone_tickets.redeem(&ticket).ok_or_else(fault::invalid_login)?;
    let original = call.state.sessions.find(|session| session.number == number).ok_or_else(fault::invalid_login)?;
    let identity = Identity::of(original);
    call.open_session(identity)
}

/// Begins a session with the identity of a user who is logged in. The caller's own session lives on.
pub(super) fn impersonate_user(call: &mut Call<'_>) -> Outcome {
    let user_name = call.required_text("userName")?;
    let locale = requested_locale(call)?;
    let session =
        call.state.sessions.find(|session| session.user_name == user_name).ok_or_else(fault::invalid_login)?;
    let identity = Identity::of(session);
    call.open_session(match locale {
        Some(locale) => identity.with_locale(locale),
        None => identity,
    })
}

pub(super) fn login_by_sspi(_: &mut Call<'_>) -> Outcome {
    Err(fault::not_supported("The simulator is in no Windows domain, so nobody can log in by SSPI."))
}

pub(super) fn login_by_token(_: &mut Call<'_>) -> Outcome {
    Err(fault::not_supported("It is not documented how a token is sent over JSON, so nobody can log in by one."))
}

/// No extension is registered, so no credentials of one are right.
pub(super) fn login_extension(_: &mut Call<'_>) -> Outcome {
    Err(fault::invalid_login())
}

/// Over plain HTTP there is no certificate of the client.
pub(super) fn login_by_client_certificate(_: &mut Call<'_>) -> Outcome {
    Err(fault::no_client_certificate())
}

fn requested_locale(call: &Call<'_>) -> Result<Option<&'static str>, Failure> {
    let Some(name) = call.text("locale") else { return Ok(None) };
    locale::find(&name).map(Some).ok_or_else(|| fault::invalid_locale(&name))
}
