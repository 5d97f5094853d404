//! Hostile modes, and clients that are hostile themselves.

mod modes;
mod requests;
