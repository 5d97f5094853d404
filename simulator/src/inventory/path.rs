//! Names of entities, and paths of them.
//!
//! In a name, a slash, a backslash and a percent sign stand escaped, as a vCenter keeps them.

use std::borrow::Cow;

const ESCAPES: [(char, &str); 3] = [('%', "%25"), ('/', "%2f"), ('\\', "%5c")];

/// A name as an entity has it.
pub(crate) fn escape(name: &str) -> String {
    name.chars().fold(String::with_capacity(name.len()), |mut escaped, letter| {
        match ESCAPES.iter().find(|(special, _)| *special == letter) {
            Some((_, escape)) => escaped.push_str(escape),
            None => escaped.push(letter),
        }
        escaped
    })
}

/// A name as people write it: two names are the same if this is. What is no escape stays as it is.
pub(crate) fn unescape(name: &str) -> Cow<'_, str> {
    if !name.contains('%') {
        return name.into();
    }
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(letter) = rest.chars().next() {
        let head = rest.get(..3).unwrap_or_default();
        let escape = ESCAPES.iter().find(|(_, escape)| head.eq_ignore_ascii_case(escape));
        plain.push(escape.map_or(letter, |&(special, _)| special));
        rest = &rest[if escape.is_some() { 3 } else { letter.len_utf8() }..];
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_and_read_again() {
        for (plain, escaped) in [("web-01", "web-01"), ("a/b", "a%2fb"), ("50 %\\ü", "50 %25%5cü"), ("", "")] {
            assert_eq!(escape(plain), escaped);
            assert_eq!(unescape(escaped), plain);
        }
        assert_eq!(unescape("a%2Fb%zü%"), "a/b%zü%");
    }
}
