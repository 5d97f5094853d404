//! The text inside a paragraph: links, code, HTML, entities, characters to escape.

use super::Resolve;

/// Tags and what they become; a tag that is not listed vanishes.
const TAGS: &[(&str, &str)] = &[
    ("b", "**"),
    ("/b", "**"),
    ("strong", "**"),
    ("/strong", "**"),
    ("i", "*"),
    ("/i", "*"),
    ("em", "*"),
    ("/em", "*"),
    ("br", " "),
    ("p", " "),
    ("li", " "),
];

/// HTML's names of tags that occur in the texts. `<name>` with another word is text in angle brackets.
const HTML: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "h1",
    "h2",
    "h3",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
];

/// Entities and their characters. The numbers are those of Windows-1252, as the texts use them.
const ENTITIES: &[(&str, &str)] = &[
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&amp;", "&"),
    ("&nbsp;", " "),
    ("&#39;", "'"),
    ("&#46;", "."),
    ("&#145;", "'"),
    ("&#146;", "'"),
    ("&#147;", "\""),
    ("&#148;", "\""),
    ("&#150;", "-"),
    ("&#151;", "-"),
];

/// The Markdown of one paragraph.
pub(super) fn render(text: &str, resolve: Resolve<'_>) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while !rest.is_empty() {
        rest = step(&mut out, rest, resolve);
    }
    out.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Writes what `rest` begins with and returns what follows it.
fn step<'a>(out: &mut String, rest: &'a str, resolve: Resolve<'_>) -> &'a str {
    let found = match rest.as_bytes()[0] {
        b'`' => code(out, rest, resolve),
        b'*' => reference(out, rest, resolve),
        b'<' => html(out, rest),
        b'&' => entity(out, rest),
        b'[' => external_link(out, rest),
        b'\\' => escaped(out, rest),
        b'h' => url(out, rest),
        _ => None,
    };
    found.unwrap_or_else(|| plain(out, rest))
}

/// One character that means nothing in particular, with `\` in front if Markdown would see more in it.
fn plain<'a>(out: &mut String, rest: &'a str) -> &'a str {
    let mut chars = rest.chars();
    if let Some(c) = chars.next() {
        match c {
            '[' | ']' | '<' | '>' | '`' => out.extend(['\\', c]),
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    chars.as_str()
}

/// `` `code` ``, or `` `*Type*` ``, which is a link with ticks around it.
fn code<'a>(out: &mut String, rest: &'a str, resolve: Resolve<'_>) -> Option<&'a str> {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    let fence = &rest[..ticks];
    let length = rest[ticks..].find(fence)?;
    let body = &rest[ticks..ticks + length];
    let after = &rest[2 * ticks + length..];
    if reference(out, body, resolve) != Some("") {
        push_code(out, &decode(body));
    }
    Some(after)
}

fn push_code(out: &mut String, body: &str) {
    let body = body.trim();
    if body.is_empty() {
        return;
    }
    let fence = if body.contains('`') { "``" } else { "`" };
    out.extend([fence, body, fence]);
}

/// `*Type*`, `*Type.field*`, `*X_enum*`: a link if the thing is known, else code font. A body that is not one name is
/// emphasis and stays.
fn reference<'a>(out: &mut String, rest: &'a str, resolve: Resolve<'_>) -> Option<&'a str> {
    let body = rest.strip_prefix('*')?;
    let length = body.find('*')?;
    let (name, after) = (&body[..length], &body[length + 1..]);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
        && !out.ends_with('*')
        && !after.starts_with('*');
    if !is_name {
        return None;
    }
    match resolve(name) {
        Some(link) => out.push_str(&link),
        None => push_code(out, name),
    }
    Some(after)
}

/// A tag or a comment of HTML.
fn html<'a>(out: &mut String, rest: &'a str) -> Option<&'a str> {
    if let Some(comment) = rest.strip_prefix("<!--") {
        return Some(comment.split_once("-->").map_or("", |(_, after)| after));
    }
    let (tag, after) = rest[1..].split_once('>')?;
    let word = tag.split([' ', '/']).find(|part| !part.is_empty())?.to_ascii_lowercase();
    if !HTML.contains(&word.as_str()) {
        return None;
    }
    if matches!(word.as_str(), "code" | "tt") && !tag.starts_with('/') {
        let (body, after) = after.split_once(&format!("</{word}>"))?;
        push_code(out, &decode(body));
        return Some(after);
    }
    let tag = tag.trim_end_matches(['/', ' ']).to_ascii_lowercase();
    out.push_str(TAGS.iter().find(|(name, _)| *name == tag).map_or("", |(_, markdown)| markdown));
    Some(after)
}

/// An entity; the characters `<` and `>` are escaped again.
fn entity<'a>(out: &mut String, rest: &'a str) -> Option<&'a str> {
    let (entity, character) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity))?;
    if matches!(*character, "<" | ">") {
        out.push('\\');
    }
    out.push_str(character);
    Some(&rest[entity.len()..])
}

fn decode(code: &str) -> String {
    ENTITIES.iter().fold(code.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

/// `[text](https://…)` stays as it is.
fn external_link<'a>(out: &mut String, rest: &'a str) -> Option<&'a str> {
    let (text, after) = rest[1..].split_once("](http")?;
    let (address, after) = after.split_once(')')?;
    if text.contains(['[', ']']) || address.contains(' ') {
        return None;
    }
    out.push_str(&rest[..rest.len() - after.len()]);
    Some(after)
}

/// A character that the text escapes itself.
fn escaped<'a>(out: &mut String, rest: &'a str) -> Option<&'a str> {
    let second = rest[1..].chars().next().filter(char::is_ascii_punctuation)?;
    out.extend(['\\', second]);
    Some(&rest[2..])
}

/// A bare address gets angle brackets; punctuation behind it is not a part of it.
fn url<'a>(out: &mut String, rest: &'a str) -> Option<&'a str> {
    if !rest.starts_with("http://") && !rest.starts_with("https://") {
        return None;
    }
    let end = rest.find(|c: char| c.is_whitespace() || "<>\"'`()[]{}|\\^&*".contains(c)).unwrap_or(rest.len());
    let address = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
    if address.ends_with("://") {
        return None;
    }
    out.extend(["<", address, ">"]);
    Some(&rest[address.len()..])
}

/// The words of a paragraph of Markdown; a piece of code counts as one word together with what touches it.
pub(super) fn words(paragraph: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut in_code = false;
    for c in paragraph.chars() {
        match c {
            ' ' if !in_code => words.push(String::new()),
            c => {
                in_code ^= c == '`' && !words.last().is_some_and(|word| word.ends_with('\\'));
                words.last_mut().expect("there is a first word").push(c);
            }
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
