//! Paragraphs, list items and fenced code: the lines of a text.

use super::{Resolve, inline, wrap};

/// A piece of text between blank lines, or a list item.
pub(super) enum Block {
    /// `marker` is empty for a paragraph, else `- ` or `1. `; `depth` counts the lists around it.
    Text { depth: usize, marker: String, text: String, blank_before: Blank },
    /// Fenced code: what stands behind the fence, and the lines.
    Code { language: String, lines: Vec<String> },
}

/// Whether a blank line stood in front of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Blank {
    Yes,
    No,
}

/// Cuts a text into blocks. Indentation only tells how deep a list item is; a block of code needs a fence.
pub(super) fn parse(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut blank = Blank::Yes;
    let mut indents: Vec<usize> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        if content.is_empty() {
            blank = Blank::Yes;
        } else if let Some(language) = content.strip_prefix("```") {
            blocks.push(code(language, indent, &mut lines));
            blank = Blank::Yes;
        } else if let Some((marker, rest)) = list_item(content) {
            indents.retain(|&outer| outer < indent);
            let (depth, marker, text) = (indents.len(), marker.to_owned(), rest.to_owned());
            indents.push(indent);
            blocks.push(Block::Text { depth, marker, text, blank_before: blank });
            blank = Blank::No;
        } else if let (Blank::No, Some(Block::Text { text, .. })) = (blank, blocks.last_mut()) {
            text.push(' ');
            text.push_str(content);
        } else {
            indents.clear();
            let text = content.to_owned();
            blocks.push(Block::Text { depth: 0, marker: String::new(), text, blank_before: blank });
            blank = Blank::No;
        }
    }
    blocks
}

/// Reads fenced code up to its closing fence or the end of the text.
fn code<'a>(language: &str, indent: usize, lines: &mut impl Iterator<Item = &'a str>) -> Block {
    let body = lines.take_while(|line| line.trim() != "```");
    let unindented = body.map(|line| line.get(indent.min(leading_blanks(line))..).unwrap_or("").trim_end().to_owned());
    Block::Code { language: language.trim().to_owned(), lines: unindented.collect() }
}

fn leading_blanks(line: &str) -> usize {
    line.bytes().take_while(|&byte| byte == b' ').count()
}

/// The marker of a list item, unified, and the text behind it.
fn list_item(line: &str) -> Option<(&str, &str)> {
    if let Some(rest) = ["- ", "* ", "+ "].iter().find_map(|marker| line.strip_prefix(marker)) {
        return Some(("- ", rest.trim_start()));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line.get(digits..)?.strip_prefix(". ")?;
    (1..=3).contains(&digits).then(|| (&line[..digits + 2], rest.trim_start()))
}

/// Whether a word would begin a list, a heading, a quotation or a rule at the start of a line.
pub(super) fn begins_block(word: &str) -> bool {
    let is_number = word.strip_suffix(['.', ')']).is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
    is_number
        || matches!(word, "-" | "*" | "+")
        || word.starts_with(['#', '>', '=', '|', '~'])
        || word.starts_with("--")
}

/// The lines of a doc comment.
pub(super) fn render(blocks: &[Block], resolve: Resolve<'_>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut in_list = false;
    for block in blocks {
        match block {
            Block::Text { depth, marker, text, blank_before } => {
                let continues_list = in_list && !marker.is_empty() && *blank_before == Blank::No;
                in_list = !marker.is_empty();
                if !continues_list && !lines.is_empty() {
                    lines.push(String::new());
                }
                lines.extend(text_lines(*depth, marker, text, resolve));
            }
            Block::Code { language, lines: code } => {
                in_list = false;
                if !lines.is_empty() {
                    lines.push(String::new());
                }
                let language = if language.is_empty() { "text" } else { language };
                lines.push(format!("```{language}"));
                lines.extend(code.iter().cloned());
                lines.push("```".to_owned());
            }
        }
    }
    lines
}

fn text_lines(depth: usize, marker: &str, text: &str, resolve: Resolve<'_>) -> Vec<String> {
    let outer = "  ".repeat(depth);
    let inner = " ".repeat(outer.len() + marker.len());
    let mut lines = wrap(&inline::render(text, resolve), &inner);
    if let Some(first) = lines.first_mut() {
        *first = format!("{outer}{marker}{first}");
    }
    lines
}
