//! Figures as tables: for a terminal, and as Markdown.

use std::fmt::Write;

use super::figure::{Figure, Verdict};
use super::machine::Machine;
use super::program::GROUPS;
use crate::progress::count;

/// Aligned columns, group by group.
pub(super) fn text(figures: &[Figure], machine: &Machine) -> String {
    let width = figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or_default();
    let mut out = String::new();
    for (group, figures) in by_group(figures) {
        let _ = writeln!(out, "{group}");
        for figure in figures {
            let (value, target) = (value(figure), target(figure));
            let line = format!("  {:<width$}  {value:>18}  {target:>12}  {}", figure.name, figure.verdict());
            let _ = writeln!(out, "{line}");
        }
        out.push('\n');
    }
    let _ = writeln!(out, "{machine}");
    out
}

/// A heading and a table for each group.
pub(super) fn markdown(figures: &[Figure], machine: &Machine) -> String {
    let mut out = format!("{machine}\n");
    for (group, figures) in by_group(figures) {
        let _ = writeln!(out, "\n### {group}\n\n| what | figure | target | verdict |\n|---|---:|---:|---|");
        for figure in figures {
            let name = figure.name.replace('|', "\\|");
            let target = target(figure).replace(">=", "≥").replace("<=", "≤");
            let verdict =
                if figure.verdict() == Verdict::Missed { "**missed**" } else { &figure.verdict().to_string() };
            let _ = writeln!(out, "| {name} | {} | {target} | {verdict} |", value(figure));
        }
    }
    out
}

/// The groups that have figures: those that are known in their order, then others.
fn by_group(figures: &[Figure]) -> impl Iterator<Item = (&str, Vec<&Figure>)> {
    let mut groups = GROUPS.to_vec();
    for figure in figures {
        if !groups.contains(&figure.group.as_str()) {
            groups.push(&figure.group);
        }
    }
    groups.into_iter().filter_map(move |group| {
        let of_group: Vec<_> = figures.iter().filter(|figure| figure.group == group).collect();
        (!of_group.is_empty()).then_some((group, of_group))
    })
}

/// Three digits that count, or all before the point; with the unit.
fn value(figure: &Figure) -> String {
    let size = figure.value.abs();
    let number = if (100.0..1e15).contains(&size) {
        let sign = if figure.value < 0.0 { "-" } else { "" };
        format!("{sign}{}", count(size.round() as usize))
    } else if size == 0.0 || size.fract() == 0.0 || !size.is_finite() {
        figure.value.to_string()
    } else {
        let digits = (2.0 - size.log10().floor()).clamp(0.0, 9.0) as usize;
        format!("{:.digits$}", figure.value)
    };
    format!("{number} {}", figure.unit).trim_end().to_owned()
}

fn target(figure: &Figure) -> String {
    figure.target.map(|target| target.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figure::Target;

    fn figure(group: &str, name: &str, value: f64, unit: &str, target: Option<Target>) -> Figure {
        Figure { group: group.to_owned(), name: name.to_owned(), value, unit: unit.to_owned(), target }
    }

    fn figures() -> [Figure; 4] {
        [
            figure("other", "new | old", 1.234, "x", None),
            figure("build", "dev", 16.04, "s", Some(Target::AtMost(15.0))),
            figure("decode", "vim25 / serde_json", 5.3, "x", Some(Target::AtLeast(5.0))),
            figure("build", "lines", 123_456.7, "lines", None),
        ]
    }

    #[test]
    fn known_groups_come_first_and_each_figure_has_its_verdict() {
        let expected = "\
decode
  vim25 / serde_json              5.30 x          >= 5  met

build
  dev                             16.0 s         <= 15  missed
  lines                    123,457 lines                -

other
  new | old                       1.23 x                -

a machine
";
        assert_eq!(text(&figures(), &Machine::named("a machine")), expected);
    }

    #[test]
    fn markdown_has_a_table_for_each_group() {
        let text = markdown(&figures(), &Machine::named("a machine"));
        assert!(text.starts_with("a machine\n\n### decode\n\n| what | figure | target | verdict |\n|---|"), "{text}");
        assert!(text.contains("\n| dev | 16.0 s | ≤ 15 | **missed** |\n"), "{text}");
        assert!(text.contains("\n| vim25 / serde_json | 5.30 x | ≥ 5 | met |\n"), "{text}");
        assert!(text.contains("\n| new \\| old | 1.23 x |  | - |\n"), "{text}");
    }

    #[test]
    fn three_digits_count() {
        let shown = |number| value(&figure("", "", number, "", None));
        let expected = ["0", "0.00123", "0.500", "12.3", "107", "12,346", "-250", "3"];
        assert_eq!([0.0, 0.001_234, 0.5, 12.345, 107.0, 12_345.6, -250.0, 3.0].map(shown), expected);
    }
}
