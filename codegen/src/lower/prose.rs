//! The documented idioms of descriptions (IDIOMS section 16): text → the paragraphs that are data, and the prose.
//!
//! Pure functions over text. A paragraph that only looks like an idiom stays in the prose.

use crate::model::Release;

/// A description, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Prose {
    /// What is left.
    pub(crate) text: String,
    /// `***Since:*** vSphere API Release 8.0.2.0`.
    pub(crate) since: Option<Release>,
    /// `***Required privileges:*** Alarm.Edit`.
    pub(crate) privileges: Vec<String>,
    /// `Refers instance of *VirtualMachine*.`
    pub(crate) refers: Option<String>,
    /// The sentence that the text begins with, if it begins with "Deprecated".
    pub(crate) deprecated: Option<String>,
}

/// Reads a description.
pub(crate) fn read(description: &str) -> Prose {
    let mut prose = Prose::default();
    let mut rest = Vec::new();
    for paragraph in paragraphs(description) {
        if !prose.take(&paragraph) {
            rest.push(paragraph);
        }
    }
    prose.deprecated = take_deprecation(&mut rest);
    prose.text = rest.join("\n\n");
    if says_nothing(&prose.text) {
        prose.text.clear();
    }
    prose
}

impl Prose {
    /// Whether the paragraph is data.
    fn take(&mut self, paragraph: &str) -> bool {
        let paragraph = paragraph.trim();
        if let Some(since) = paragraph.strip_prefix("***Since:***").and_then(release) {
            self.since = Some(since);
        } else if let Some(privileges) = paragraph.strip_prefix("***Required privileges:***") {
            let names = privileges.split([',', ' ', '\n']).filter(|name| !name.is_empty());
            self.privileges.extend(names.map(str::to_owned));
        } else if let Some(target) = target(paragraph) {
            self.refers = Some(target.to_owned());
        } else {
            return false;
        }
        true
    }
}

/// The number in ` vSphere API Release 8.0.2.0` or, as vsan writes it, ` 8.0.0.4`. Other services count their own way.
fn release(text: &str) -> Option<Release> {
    let text = text.trim();
    text.strip_prefix("vSphere API Release").unwrap_or(text).trim().parse().ok()
}

/// The managed object in `Refers instances of *VirtualMachine*.`
fn target(paragraph: &str) -> Option<&str> {
    let rest = paragraph.strip_prefix("Refers instance")?;
    rest.strip_prefix('s').unwrap_or(rest).strip_prefix(" of *")?.strip_suffix("*.")
}

/// Texts that a document has where it has nothing to say, ours included.
fn says_nothing(text: &str) -> bool {
    matches!(text, "OK" | "No Content" | "Failure" | "declared by this operation.")
        || (text.starts_with("The parameters of *") && text.ends_with("*.") && text.lines().count() == 1)
}

/// Blocks between empty lines; blanks at the end of "empty" lines do not count.
fn paragraphs(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for line in text.lines() {
        let last = found.last_mut().expect("never empty, begun with one");
        if line.trim().is_empty() {
            found.push(String::new());
        } else if last.is_empty() {
            last.push_str(line);
        } else {
            last.push('\n');
            last.push_str(line);
        }
    }
    found.retain(|paragraph| !paragraph.is_empty());
    for paragraph in &mut found {
        paragraph.truncate(paragraph.trim_end().len());
    }
    found
}

/// Cuts off the first sentence if it tells of a deprecation.
fn take_deprecation(paragraphs: &mut Vec<String>) -> Option<String> {
    let first = paragraphs.first_mut().filter(|text| text.starts_with("Deprecated"))?;
    let end = sentence_end(first);
    let reason = first[..end].split_whitespace().collect::<Vec<_>>().join(" ");
    *first = first[end..].trim_start().to_owned();
    if first.is_empty() {
        paragraphs.remove(0);
    }
    Some(reason)
}

/// Behind the first full stop that is followed by a capital; the dots of `vSphere API 5.0` are none.
fn sentence_end(text: &str) -> usize {
    let ends = |at: usize| {
        let rest = &text[at + 1..];
        rest.starts_with(char::is_whitespace) && rest.trim_start().starts_with(char::is_uppercase)
    };
    text.match_indices('.').find(|(at, _)| ends(*at)).map_or(text.len(), |(at, _)| at + 1)
}

/// The text of a 500 response: faults with the time when each is raised, and what stands before them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FaultList {
    pub(crate) text: String,
    pub(crate) faults: Vec<(String, String)>,
}

/// Reads `***InvalidName***: text` paragraphs; paragraphs without a name belong to the fault before.
pub(crate) fn faults(description: &str) -> FaultList {
    let mut list = FaultList::default();
    for paragraph in paragraphs(description) {
        let named = paragraph.strip_prefix("***").and_then(|rest| rest.split_once("***:"));
        match (named, list.faults.last_mut()) {
            (Some((name, text)), _) => list.faults.push((name.to_owned(), text.trim().to_owned())),
            (None, Some((_, text))) => append(text, &paragraph),
            (None, None) => append(&mut list.text, &paragraph),
        }
    }
    for text in list.faults.iter_mut().map(|(_, text)| text).chain([&mut list.text]) {
        if says_nothing(text) {
            text.clear();
        }
    }
    list
}

/// Adds a paragraph.
pub(crate) fn append(text: &mut String, paragraph: &str) {
    if !text.is_empty() && !paragraph.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(paragraph);
}

/// Splits the description of an enum into its own text and the texts of its values.
pub(crate) fn possible_values(description: &str) -> (String, Vec<(String, String)>) {
    let mut own = Vec::new();
    let mut values: Vec<(String, String)> = Vec::new();
    let mut in_list = false;
    for line in description.lines() {
        let item = line.strip_prefix("- `").and_then(|rest| rest.split_once('`')).filter(|_| in_list);
        match (item, values.last_mut()) {
            (Some((name, text)), _) => {
                let text = text.strip_prefix(':').unwrap_or(text).trim();
                values.push((name.to_owned(), text.to_owned()));
            }
            (None, Some((_, text))) if in_list && (line.trim().is_empty() || line.starts_with(' ')) => {
                text.push('\n');
                text.push_str(line.strip_prefix("  ").unwrap_or(line));
            }
            _ => {
                in_list = line.trim() == "Possible values:";
                own.extend((!in_list).then_some(line));
            }
        }
    }
    (own.join("\n"), values)
}

#[cfg(test)]
mod tests {
    use super::{FaultList, Prose, faults, possible_values, read};
    use crate::model::Release;

    #[test]
    fn data_paragraphs_leave_the_text() {
        let prose = read(
            "The alarm.  \nSecond line.\n  \nMore.\n\n***Since:*** vSphere API Release 8.0.2.0\n\n\
             ***Required privileges:*** Alarm.Edit\n\nRefers instance of *Alarm*.\n",
        );
        let expected = Prose {
            text: "The alarm.  \nSecond line.\n\nMore.".to_owned(),
            since: Some(Release([8, 0, 2, 0])),
            privileges: vec!["Alarm.Edit".to_owned()],
            refers: Some("Alarm".to_owned()),
            deprecated: None,
        };
        assert_eq!(prose, expected);
    }

    #[test]
    fn arrays_refer_in_the_plural() {
        assert_eq!(read("Refers instances of *HostSystem*.").refers.as_deref(), Some("HostSystem"));
    }

    #[test]
    fn vsan_writes_a_bare_number() {
        assert_eq!(read("***Since:*** 8.0.0.4").since, Some(Release([8, 0, 0, 4])));
    }

    #[test]
    fn another_numbering_stays_prose() {
        let prose = read("***Since:*** vEAM API 9.0");
        assert_eq!((prose.since, prose.text.as_str()), (None, "***Since:*** vEAM API 9.0"));
    }

    #[test]
    fn the_deprecation_is_the_first_sentence() {
        let prose = read("Deprecated as of vSphere API 5.0,\nuse *X.y*. The name.\n\nMore.");
        assert_eq!(prose.deprecated.as_deref(), Some("Deprecated as of vSphere API 5.0, use *X.y*."));
        assert_eq!(prose.text, "The name.\n\nMore.");
    }

    #[test]
    fn placeholders_are_no_text() {
        for text in ["OK\n", "No Content", "Failure", "The parameters of *Alarm.ReconfigureAlarm*.\n"] {
            assert_eq!(read(text), Prose::default(), "{text}");
        }
    }

    #[test]
    fn faults_have_their_texts() {
        let list =
            faults("***InvalidName***: declared by this operation.\n\n***NotFound***: if it is gone.\n\nOr so.\n");
        let found = [("InvalidName", ""), ("NotFound", "if it is gone.\n\nOr so.")];
        assert_eq!(list.faults, found.map(|(name, text)| (name.to_owned(), text.to_owned())));
    }

    #[test]
    fn a_failure_without_names_declares_none() {
        assert_eq!(faults("Failure\n"), FaultList::default());
    }

    #[test]
    fn values_have_their_texts() {
        let (own, values) = possible_values(
            "The state.\n\nPossible values:\n- `on`: powered\n  on\n- `off`\n- `new`: ***Since:*** \
             vSphere API Release 9.0.0.0\n\n***Since:*** vSphere API Release 8.0.0.1\n",
        );
        assert_eq!(read(&own).text, "The state.");
        assert_eq!(read(&own).since, Some(Release([8, 0, 0, 1])));
        let texts: Vec<_> = values.iter().map(|(name, text)| (name.as_str(), text.trim_end())).collect();
        let since = "***Since:*** vSphere API Release 9.0.0.0";
        assert_eq!(texts, [("on", "powered\non"), ("off", ""), ("new", since)]);
    }
}
