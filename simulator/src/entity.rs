//! What all entities of the inventory have in common: names, places, ends.

mod create;
mod destroy;
mod rename;

pub(crate) use self::create::{create_cluster, folder_argument};
pub(crate) use self::destroy::{check_destroy, destroy, entities_below};
pub(crate) use self::rename::rename;
