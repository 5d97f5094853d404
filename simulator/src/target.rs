//! What the path of a request names.

use http::Uri;
use percent_encoding::percent_decode_str;
use vim25_runtime::{ManagedObjectReference, Release};

/// `/sdk/vim25/{release}/{Type}/{moId}/{Member}`, with the name of a service before the type unless it is vim25.
#[derive(Debug, PartialEq)]
pub(crate) struct Target {
    pub(crate) release: Release,
    /// The service, as in `OperationInfo`: empty for vim25.
    pub(crate) service: String,
    pub(crate) object: ManagedObjectReference,
    /// The method or property.
    pub(crate) member: String,
}

impl Target {
    /// What a path names, if it has the form.
    pub(crate) fn parse(path: &str) -> Option<Self> {
        let mut segments = path.strip_prefix("/sdk/vim25/")?.split('/');
        let release = segments.next()?.parse().ok()?;
        let names: Vec<String> = segments.map(decode).collect::<Option<_>>()?;
        let (service, [kind, id, member]) = match names.as_slice() {
            [kind, id, member] => ("", [kind, id, member]),
            [service, kind, id, member] if !service.is_empty() => (service.as_str(), [kind, id, member]),
            _ => return None,
        };
        let is_complete = ![kind, id, member].into_iter().any(String::is_empty);
        is_complete.then(|| Self {
            release,
            service: service.to_owned(),
            object: ManagedObjectReference::new(kind, id),
            member: member.clone(),
        })
    }
}

/// What the log says of a URL: what follows the release, or the whole path; never the query.
pub(crate) fn shown(uri: &Uri) -> &str {
    let path = uri.path();
    path.strip_prefix("/sdk/vim25/").and_then(|rest| rest.split_once('/')).map_or(path, |(_, rest)| rest)
}

fn decode(segment: &str) -> Option<String> {
    percent_decode_str(segment).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_release_object_and_member() {
        let target = Target::parse("/sdk/vim25/8.0.2.0/ContainerView/session%5B52%5d1/view").unwrap();
        assert_eq!(target.release, Release::new(8, 0, 2, 0));
        assert_eq!(target.object, ManagedObjectReference::new("ContainerView", "session[52]1"));
        assert_eq!((target.service.as_str(), target.member.as_str()), ("", "view"));
        let target = Target::parse("/sdk/vim25/8.0.2.0/vsan/VsanVdsSystem/x/Y").unwrap();
        assert_eq!((target.service.as_str(), target.member.as_str()), ("vsan", "Y"));
        assert_eq!(Target::parse("/sdk/vim25/8.0.2.0/Folder/a%2Fb/name").unwrap().object.value(), "a/b");
    }

    #[test]
    fn other_paths_name_nothing() {
        for path in [
            "/",
            "/sdk",
            "/sdk/vim25/8.0.2.0/Folder/name",
            "/sdk/vim25/8.0.2/Folder/group-d1/name",
            "/sdk/vim25/8.0.2.0/Folder//name",
            "/sdk/vim25/8.0.2.0/Folder/group-d1/",
            "/sdk/vim25/8.0.2.0/Folder/group-d1/name/",
            "/sdk/vim25/8.0.2.0/Folder/%ff/name",
            "/sdk/vim25/8.0.2.0/a/b/c/d/e",
        ] {
            assert_eq!(Target::parse(path), None, "{path}");
        }
    }
}
