//! Shows failures and diagnostics: the only place that knows the renderer.

use std::io::IsTerminal;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use vim25_codegen::diagnostics::{Diagnostic, Severity};

use crate::failure::{Failure, Input};

/// More problems than this are counted only: nobody reads on, and a wrong document can have thousands.
const SHOWN: usize = 50;

/// Prints why a command ended, to standard error.
pub(crate) fn failure(failure: &Failure) {
    match failure {
        Failure::Breaking => {}
        Failure::Check(message) | Failure::Text(message) => plain(Level::ERROR, message),
        Failure::Other(error) => plain(Level::ERROR, &format!("{error:#}")),
        Failure::Input(input) => {
            problems(input);
            plain(Level::ERROR, &summary(input));
        }
    }
}

/// Prints diagnostics with the lines that they are about.
pub(crate) fn problems(input: &Input) {
    for problem in input.problems.iter().take(SHOWN) {
        eprintln!("{}\n", render(problem, input.line(problem), &renderer()));
    }
}

fn plain(level: Level<'_>, message: &str) {
    eprintln!("{}", renderer().render(&[Group::with_title(level.primary_title(message))]));
}

fn summary(input: &Input) -> String {
    let count = input.problems.len();
    let what = if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") };
    let more = if count > SHOWN { format!(", the first {SHOWN} are shown") } else { String::new() };
    format!("{what} in the input{more}; nothing was written")
}

fn renderer() -> Renderer {
    let is_styled = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let renderer = if is_styled { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Unicode)
}

/// Longer lines are not shown: those of a document without line breaks have megabytes.
const LONGEST: usize = 1000;

/// Message, file with line and column, the line itself, the JSON pointer, and what to do.
fn render(problem: &Diagnostic, line: Option<&str>, renderer: &Renderer) -> String {
    let level = match problem.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(problem.message.as_str()).id(problem.code.id());
    let pointer = problem.pointer.to_string();
    let group = match (problem.location, line) {
        (Some(location), Some(line)) if line.len() > LONGEST => {
            let place = Origin::path(problem.pointer.file()).line(location.line).char_column(location.column);
            title.element(place).element(Level::NOTE.message(format!("at {pointer}")))
        }
        (Some(location), Some(line)) => {
            let snippet = Snippet::source(line).line_start(location.line).path(problem.pointer.file());
            let label = (pointer.len() > 1).then_some(pointer.as_str());
            title.element(snippet.annotation(AnnotationKind::Primary.span(key(line, location.column)).label(label)))
        }
        _ => title.element(Origin::path(problem.pointer.file())),
    };
    renderer.render(&[group.element(Level::HELP.message(problem.help.as_str()))])
}

/// The bytes of the word that begins at a column.
fn key(line: &str, column: usize) -> std::ops::Range<usize> {
    let start = line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    let rest = &line[start..];
    let end = rest.find([' ', ':', ',', '}', ']']).filter(|end| *end > 0).unwrap_or(rest.len());
    start..start + end
}

#[cfg(test)]
mod tests {
    use annotate_snippets::Renderer;
    use vim25_codegen::diagnostics::{Code, Diagnostic};
    use vim25_codegen::spec::{Location, Pointer};

    use super::{key, render};

    #[test]
    fn the_key_is_underlined() {
        assert_eq!(key("  name: { type: string }", 11), 10..14);
        assert_eq!(key("ä: 1", 1), 0..2);
        assert_eq!(key("", 1), 0..0);
    }

    #[test]
    fn a_document_in_one_line_is_not_shown() {
        let pointer = Pointer::root("spec/a.json").join_all(&["components", "schemas", "A"]);
        let location = Some(Location { line: 1, column: 2_000_000 });
        let problem = Diagnostic { location, ..Diagnostic::new(Code::NoParent, &pointer, &["A"]) };
        let text = render(&problem, Some(&"x".repeat(4_000_000)), &Renderer::plain());
        let expected = "\
error[V104]: schema `A` has no base: an object has `allOf`, or its name ends in `RequestType`
--> spec/a.json:1:2000000
 = note: at #/components/schemas/A
 = help: teach the form to `declare` in codegen/src/lower/schema.rs";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_problem_has_place_excerpt_and_help() {
        let pointer = Pointer::root("spec/a.yaml").join_all(&["components", "schemas", "A"]);
        let location = Some(Location { line: 8, column: 5 });
        let problem = Diagnostic { location, ..Diagnostic::new(Code::NoParent, &pointer, &["A"]) };
        let text = render(&problem, Some("    A: { type: object }"), &Renderer::plain());
        let expected = "\
error[V104]: schema `A` has no base: an object has `allOf`, or its name ends in `RequestType`
 --> spec/a.yaml:8:5
  |
8 |     A: { type: object }
  |     ^ #/components/schemas/A
  |
  = help: teach the form to `declare` in codegen/src/lower/schema.rs";
        assert_eq!(text, expected);
    }
}
