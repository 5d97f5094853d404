//! JSON pointers: where something stands in a file.

use std::fmt;
use std::sync::Arc;

/// A place in a document or an overlay: the file and the JSON pointer (RFC 6901) in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer {
    file: Arc<str>,
    path: String,
}

impl Pointer {
    /// The whole of a file.
    pub fn root(file: &str) -> Self {
        Self { file: file.into(), path: String::new() }
    }

    /// The member (or, for a number, the element) `token` of this place.
    #[must_use]
    pub fn join(&self, token: &str) -> Self {
        let mut path = String::with_capacity(self.path.len() + 1 + token.len());
        path.push_str(&self.path);
        let mut place = Self { file: Arc::clone(&self.file), path };
        place.enter(token);
        place
    }

    /// Goes to the member `token` of this place. Returns what [`Pointer::leave`] wants.
    pub(super) fn enter(&mut self, token: &str) -> usize {
        let outer = self.path.len();
        self.path.push('/');
        if token.contains(['~', '/']) {
            self.path.push_str(&token.replace('~', "~0").replace('/', "~1"));
        } else {
            self.path.push_str(token);
        }
        outer
    }

    /// Goes back to where [`Pointer::enter`] came from.
    pub(super) fn leave(&mut self, outer: usize) {
        self.path.truncate(outer);
    }

    /// The place that `tokens` lead to, from here.
    #[must_use]
    pub fn join_all(&self, tokens: &[&str]) -> Self {
        tokens.iter().fold(self.clone(), |place, token| place.join(token))
    }

    /// Name of the file, as in [`SourceFile::name`](super::SourceFile).
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The JSON pointer, empty for the whole file.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The parts of the path, without escapes.
    pub fn tokens(&self) -> impl Iterator<Item = String> {
        self.path.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
    }
}

/// As a fragment: `#/components/schemas/UserSession`.
impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn slashes_and_tildes_are_escaped_and_come_back() {
        let place = Pointer::root("spec.yaml").join("paths").join("/Alarm/~x");
        assert_eq!(place.to_string(), "#/paths/~1Alarm~1~0x");
        assert_eq!(place.tokens().collect::<Vec<_>>(), ["paths", "/Alarm/~x"]);
    }

    #[test]
    fn a_walk_comes_back() {
        let mut place = Pointer::root("spec.yaml").join("paths");
        let outer = place.enter("/a~b");
        assert_eq!(place, Pointer::root("spec.yaml").join_all(&["paths", "/a~b"]));
        place.leave(outer);
        assert_eq!(place.path(), "/paths");
    }

    #[test]
    fn the_root_has_no_tokens() {
        assert_eq!(Pointer::root("spec.yaml").tokens().count(), 0);
    }
}
