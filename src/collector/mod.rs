//! What retrieving, watching and waiting for tasks share: which objects, which properties, and how the property
//! collector is asked and answers.

mod batches;
mod cell;
mod owned;
mod pages;
mod reply;
mod scope;

pub(crate) use self::batches::{Batches, Source};
pub(crate) use self::cell::{Cell, Found, Properties};
pub(crate) use self::owned::{Kind, Owned};
pub(crate) use self::pages::Pages;
pub(crate) use self::reply::{Changed, Precision, Update, continue_retrieve, of_type, retrieve, wait_for_updates};
pub(crate) use self::scope::Scope;
