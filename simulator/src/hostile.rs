//! Hostile modes: what a server, or what stands before it, does to its clients on a bad day.
//!
//! A [`Rule`] says which [`Mode`] acts on which calls and how often; [`Hostility`] is a list of them, as data. The
//! server asks at three places: before a call is carried out, when its reply is complete, and when it is sent. As long
//! as there is no rule, that costs the reading of a flag.

mod admin;
mod after;
mod before;
mod delivery;
mod document;
mod edit;
mod encounter;
mod mode;
mod rule;
mod rules;
mod settings;
mod text;

pub(crate) use self::admin::{add, clear, replace, rules};
pub(crate) use self::before::lose_collectors;
pub(crate) use self::delivery::deliver;
pub(crate) use self::encounter::Encounter;
pub use self::mode::Mode;
pub use self::rule::{Frequency, Rule, RuleError};
pub(crate) use self::rules::Rules;
pub use self::settings::{FaultsFileError, Hostility};
