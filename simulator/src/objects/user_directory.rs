//! `UserDirectory`: the users and groups that there are.

use vim25_api::types::UserSearchResult;
use vim25_runtime::Element;

use super::Handler::Now;
use super::Handlers;
use crate::call::{Call, Outcome};
use crate::fault::{self, Failure};
use crate::simulation::Simulation;
use crate::user::{Group, User};

/// What the simulator plays of it: everything. `domainList` is in the store.
pub(super) const HANDLERS: Handlers = &[("RetrieveUserGroups", Now(retrieve_user_groups))];

/// What is searched for.
struct Search {
    domain: Option<String>,
    text: String,
    is_exact: bool,
}

impl Search {
    /// Whether a user or group is searched for. Upper and lower case count only in names that must be equal.
    fn fits(&self, name: &str, full_name: Option<&str>) -> bool {
        let contains = |text: &str| text.to_lowercase().contains(&self.text.to_lowercase());
        self.domain.as_deref().is_none_or(|domain| domain_of(name) == domain)
            && if self.is_exact { name == self.text } else { contains(name) || full_name.is_some_and(contains) }
    }
}

/// Users and groups whose names hold a text: users first, each in the order in which they were given.
fn retrieve_user_groups(call: &mut Call<'_>) -> Outcome {
    let Simulation { users, groups, .. } = call.simulation;
    let search = Search {
        domain: call.text("domain").filter(|domain| !domain.is_empty()),
        text: call.required_text("searchStr")?,
        is_exact: call.boolean("exactMatch") == Some(true),
    };
    if let Some(domain) = &search.domain
        && !call.state.store.texts(call.object, "domainList").iter().any(|known| known == domain)
    {
        return Err(fault::not_found(format!("There is no domain `{domain}`.")));
    }
    let of_group = known(call.text("belongsToGroup"), groups.iter().map(Group::name))?;
    let of_user = known(call.text("belongsToUser"), users.iter().map(User::name))?;
    let mut found = Vec::new();
    if call.boolean("findUsers") == Some(true) && of_user.is_none() {
        let is_member = |user: &&User| of_group.as_ref().is_none_or(|group| user.groups().contains(group));
        let fitting = users.iter().filter(|user| search.fits(user.name(), Some(user.full_name())));
        found.extend(fitting.filter(is_member).map(|user| result(user.name(), Some(user.full_name()), false)));
    }
    // Groups are in no groups.
    if call.boolean("findGroups") == Some(true) && of_group.is_none() {
        let user = users.iter().find(|user| of_user.as_deref() == Some(user.name()));
        let has_user = |group: &&Group| user.is_none_or(|user| user.groups().iter().any(|name| name == group.name()));
        let fitting = groups.iter().filter(|group| search.fits(group.name(), group.full_name()));
        found.extend(fitting.filter(has_user).map(|group| result(group.name(), group.full_name(), true)));
    }
    Ok(Some(UserSearchResult::into_list(found).into()))
}

/// A name that there must be, if one is given.
fn known<'a>(name: Option<String>, mut names: impl Iterator<Item = &'a str>) -> Result<Option<String>, Failure> {
    let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(None) };
    if names.any(|known| known == name) {
        Ok(Some(name))
    } else {
        Err(fault::not_found(format!("There is no user or group `{name}`.")))
    }
}

fn domain_of(name: &str) -> &str {
    name.split_once('@').map_or("", |(_, domain)| domain)
}

fn result(name: &str, full_name: Option<&str>, is_group: bool) -> UserSearchResult {
    let mut result = UserSearchResult::new();
    result.set_principal(name).set_group(is_group);
    if let Some(full_name) = full_name {
        result.set_full_name(full_name);
    }
    result
}
