//! Prose → lines of a doc comment.
//!
//! In: Markdown as the document or an overlay has it, with HTML, entities, stray indentation and vSphere's own links
//! (`*Type*`, `*Type.field*`, `*ManagedObject.Method*`). Out: lines for `///`, wrapped at [`WIDTH`] columns, without
//! trailing blanks, in which nothing is a link, HTML or a code block by accident. Pure and total: any text gives lines
//! that rustdoc takes without a warning.

mod blocks;
mod inline;

/// Longest line, without `/// ` and indentation, unless one word is longer.
const WIDTH: usize = 110;

/// What a name between single asterisks becomes: the Markdown of a link, or `None` for plain code font.
pub(crate) type Resolve<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The lines of a text.
pub(crate) fn lines(text: &str, resolve: Resolve<'_>) -> Vec<String> {
    blocks::render(&blocks::parse(text), resolve)
}

/// The lines of a text as the content of a list item or a sentence: paragraphs are joined by single blanks.
pub(crate) fn one_paragraph(text: &str, resolve: Resolve<'_>) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    inline::render(&flat, resolve)
}

/// Wraps a paragraph that is Markdown already; `indent` stands in front of every line but the first.
pub(crate) fn wrap(paragraph: &str, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in inline::words(paragraph) {
        let fits = line.chars().count() + 1 + word.chars().count() <= WIDTH;
        if line.trim().is_empty() {
            line.push_str(&word);
        } else if fits || blocks::begins_block(&word) {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(std::mem::replace(&mut line, format!("{indent}{word}")));
        }
    }
    if !line.trim().is_empty() {
        lines.push(line);
    }
    lines
}

/// Cuts a text into its first sentence and the rest. The first sentence is everything if the text does not begin
/// with a paragraph.
pub(crate) fn summary(text: &str) -> (&str, &str) {
    let text = text.trim();
    let first_block = text.find("\n\n").unwrap_or(text.len());
    let mut from = 0;
    while let Some(at) = text[from..first_block].find(['.', '!', '?']) {
        let end = from + at + 1;
        let after = &text[end..];
        let ends_here = after.is_empty() || after.starts_with(char::is_whitespace);
        if ends_here && !is_abbreviation(&text[..end]) {
            return (&text[..end], after.trim_start());
        }
        from = end;
    }
    (&text[..first_block], text[first_block..].trim_start())
}

fn is_abbreviation(text: &str) -> bool {
    ["e.g.", "i.e.", "etc.", "vs.", "cf."].iter().any(|abbreviation| text.ends_with(abbreviation))
}

#[cfg(test)]
mod tests {
    use super::{lines, one_paragraph, summary, wrap};

    fn markdown(text: &str) -> Vec<String> {
        lines(text, &|name| (name == "UserSession").then(|| "[`UserSession`]".to_owned()))
    }

    /// Text, and the lines that it becomes.
    const CASES: &[(&str, &[&str])] = &[
        ("A session.", &["A session."]),
        ("See *UserSession*.", &["See [`UserSession`]."]),
        ("See `*UserSession*` or *Unknown.field*.", &["See [`UserSession`] or `Unknown.field`."]),
        ("An *emphasized phrase* stays.", &["An *emphasized phrase* stays."]),
        ("a &lt; b &amp;&amp; c &gt; d", &["a \\< b && c \\> d"]),
        ("the server&#146;s &#147;name&#148;&nbsp;here", &["the server's \"name\" here"]),
        ("array[0] and [text](https://example.com/a)", &["array\\[0\\] and [text](https://example.com/a)"]),
        ("see https://example.com/a_b. Then", &["see <https://example.com/a_b>. Then"]),
        ("<b>bold</b>, <code>x < y</code><br>next", &["**bold**, `x < y` next"]),
        ("one<!-- hidden -->two <table><tr><td>cell</td></tr></table>", &["onetwo cell"]),
        ("Vec<String> and ${ip:network}", &["Vec\\<String\\> and ${ip:network}"]),
        ("already \\[escaped\\] \\_x\\_", &["already \\[escaped\\] \\_x\\_"]),
        ("code `a[0] &lt; <b>`", &["code `a[0] < <b>`"]),
        ("an open ` backtick", &["an open \\` backtick"]),
        ("    indented by four", &["indented by four"]),
        ("first\n\n      second   \n\n\n\nthird", &["first", "", "second", "", "third"]),
        ("list:\n- one\n  more\n- two\n    - inner", &["list:", "", "- one more", "- two", "  - inner"]),
        ("```\nlet x = 1;\n    kept\n```", &["```text", "let x = 1;", "    kept", "```"]),
        ("```json\n{}\n```", &["```json", "{}", "```"]),
        ("```\nopen", &["```text", "open", "```"]),
        ("1. one\n2. two", &["1. one", "2. two"]),
        ("", &[]),
    ];

    #[test]
    fn prose_becomes_clean_markdown() {
        for (text, expected) in CASES {
            assert_eq!(markdown(text), *expected, "{text:?}");
        }
    }

    #[test]
    fn long_lines_are_wrapped_between_words_but_not_inside_code() {
        let word = "abcdefghi ".repeat(10);
        let text = format!("{word}`a piece of code` after");
        assert_eq!(markdown(&text), [word.trim_end(), "`a piece of code` after"]);
    }

    #[test]
    fn a_wrapped_line_never_begins_a_list() {
        let text = format!("{} - dash", "abcdefghi ".repeat(11).trim_end());
        assert_eq!(wrap(&text, "").len(), 2);
        assert!(wrap(&text, "")[0].ends_with('-'));
    }

    #[test]
    fn the_summary_is_the_first_sentence() {
        assert_eq!(summary("One, e.g. this. Two."), ("One, e.g. this.", "Two."));
        assert_eq!(summary("Release 8.0.1 of it\n\nmore"), ("Release 8.0.1 of it", "more"));
        assert_eq!(summary("  Only one "), ("Only one", ""));
        assert_eq!(summary(""), ("", ""));
    }

    #[test]
    fn list_items_take_one_paragraph() {
        assert_eq!(one_paragraph("a\n\n  b [x]", &|_| None), "a b \\[x\\]");
    }
}
