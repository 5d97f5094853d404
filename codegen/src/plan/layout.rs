//! Which items share a file.
//!
//! Items are gathered in families by the leading word of their names: `HostConfigInfo` goes to `host`. A family that
//! would give too long a file is split by the next word (`host_internet`), what is left of it by the initial of that word
//! (`host_d` begins at `d`), and only where that is not enough into numbered parts. Families that are too small for a file of their own
//! are put together in `other`. The split depends on names and sizes alone, so a new type moves few others.

use std::collections::BTreeMap;

use proc_macro2::Ident;

use crate::names;

/// Lines that a file aims at. Sizes are estimates, so this leaves room below the 3,000 that no file may pass.
const AIM: usize = 2_000;

/// A family with fewer items shares the file of its parent.
const SMALLEST_FAMILY: usize = 8;

/// The file of items whose families are small.
const OTHER: &str = "other";

/// An item to be placed.
pub(crate) struct Sized {
    /// Position in the caller's list.
    pub(crate) index: usize,
    /// Name that decides the family.
    pub(crate) name: String,
    /// Estimated number of lines.
    pub(crate) lines: usize,
}

/// A file: its name, and its items in the order of their names.
pub(crate) struct Family {
    pub(crate) file: String,
    pub(crate) items: Vec<usize>,
}

impl Family {
    /// The name of the module.
    pub(crate) fn module(&self) -> Ident {
        names::module(&self.file)
    }
}

/// Places all items. Families are sorted by file name.
pub(crate) fn families(mut items: Vec<Sized>) -> Vec<Family> {
    items.sort_by(|a, b| (&a.name, a.index).cmp(&(&b.name, b.index)));
    let words: BTreeMap<usize, Vec<String>> = items.iter().map(|item| (item.index, names::words(&item.name))).collect();
    let mut files = BTreeMap::new();
    split(&Group { prefix: Vec::new(), items: items.iter().collect() }, &words, &mut files);
    files.into_iter().map(|(file, items)| Family { file, items }).collect()
}

/// Cuts items, in their order, into parts of at most [`AIM`] lines.
pub(crate) fn chunks(items: &[Sized]) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut filled = usize::MAX;
    for item in items {
        if filled.saturating_add(item.lines) > AIM {
            parts.push(Vec::new());
            filled = 0;
        }
        filled += item.lines;
        parts.last_mut().expect("the first item opens a part").push(item.index);
    }
    parts
}

/// Items whose names begin with the same words.
struct Group<'a> {
    prefix: Vec<String>,
    items: Vec<&'a Sized>,
}

impl Group<'_> {
    fn lines(&self) -> usize {
        self.items.iter().map(|item| item.lines).sum()
    }

    fn file(&self) -> String {
        let name = if self.prefix.is_empty() { OTHER.to_owned() } else { self.prefix.join("_") };
        // The file `mod.rs` is the folder's own.
        if name == "mod" { "mod_".to_owned() } else { name }
    }
}

fn split(group: &Group<'_>, words: &BTreeMap<usize, Vec<String>>, files: &mut BTreeMap<String, Vec<usize>>) {
    if group.lines() <= AIM && !group.prefix.is_empty() {
        return add(group.file(), group.items.iter().map(|item| item.index), files);
    }
    let mut by_next: BTreeMap<Option<&str>, Vec<&Sized>> = BTreeMap::new();
    for item in &group.items {
        let next = words[&item.index].get(group.prefix.len()).map(String::as_str);
        by_next.entry(next).or_default().push(item);
    }
    let mut rest = Vec::new();
    for (next, items) in by_next {
        match next {
            Some(word) if items.len() >= SMALLEST_FAMILY => {
                let prefix = group.prefix.iter().map(String::as_str).chain([word]).map(str::to_owned).collect();
                split(&Group { prefix, items }, words, files);
            }
            _ => rest.extend(items),
        }
    }
    add_rest(&Group { prefix: group.prefix.clone(), items: rest }, words, files);
}

/// Places what is left of a family: in its own file or, if that would be too long, in several that begin at an initial
/// of the next word.
fn add_rest(group: &Group<'_>, words: &BTreeMap<usize, Vec<String>>, files: &mut BTreeMap<String, Vec<usize>>) {
    if group.items.is_empty() {
        return;
    }
    if group.lines() <= AIM {
        return add(group.file(), group.items.iter().map(|item| item.index), files);
    }
    let mut by_initial: BTreeMap<String, Vec<Sized>> = BTreeMap::new();
    for item in &group.items {
        let initial = words[&item.index].get(group.prefix.len()).map_or("", |word| &word[..1]);
        let item = Sized { name: item.name.clone(), index: item.index, lines: item.lines };
        by_initial.entry(initial.to_owned()).or_default().push(item);
    }
    let mut filled = usize::MAX;
    let mut stem = String::new();
    for (initial, items) in by_initial {
        let lines: usize = items.iter().map(|item| item.lines).sum();
        if filled.saturating_add(lines) > AIM {
            stem = if initial.is_empty() { group.file() } else { format!("{}_{initial}", group.file()) };
            filled = 0;
        }
        filled += lines;
        for (number, part) in chunks(&items).into_iter().enumerate() {
            let file = if number == 0 { stem.clone() } else { format!("{stem}_{}", number + 1) };
            add(file, part.into_iter(), files);
        }
    }
}

fn add(file: String, items: impl Iterator<Item = usize>, files: &mut BTreeMap<String, Vec<usize>>) {
    files.entry(file).or_default().extend(items);
}

#[cfg(test)]
mod tests {
    use super::{AIM, Sized, families};

    fn files(names: &[(&str, usize)]) -> Vec<(String, usize)> {
        let items = names.iter().enumerate();
        let items = items.map(|(index, &(name, lines))| Sized { index, name: name.to_owned(), lines }).collect();
        families(items).into_iter().map(|family| (family.file, family.items.len())).collect()
    }

    fn numbered(prefix: &str, count: usize, lines: usize) -> Vec<(String, usize)> {
        (0..count).map(|number| (format!("{prefix}Item{number}"), lines)).collect()
    }

    #[test]
    fn small_families_share_a_file() {
        assert_eq!(files(&[("HostA", 10), ("VmA", 10)]), [("other".to_owned(), 2)]);
    }

    #[test]
    fn a_long_family_is_split_by_its_second_word_and_the_rest_by_initials() {
        let lines = AIM / 10;
        let mut names = numbered("HostVmfs", 9, lines);
        names.extend(numbered("HostNvme", 9, lines));
        names.extend([("HostZ".to_owned(), AIM), ("HostYa".to_owned(), AIM), ("HostYb".to_owned(), AIM)]);
        let names: Vec<_> = names.iter().map(|(name, lines)| (name.as_str(), *lines)).collect();
        let expected = [("host_nvme", 9), ("host_vmfs", 9), ("host_y", 1), ("host_y_2", 1), ("host_z", 1)];
        assert_eq!(files(&names), expected.map(|(file, count)| (file.to_owned(), count)));
    }

    #[test]
    fn no_family_takes_the_name_of_the_folders_own_file() {
        let names = numbered("Mod", 9, 1);
        let names: Vec<_> = names.iter().map(|(name, lines)| (name.as_str(), *lines)).collect();
        assert_eq!(files(&names), [("mod_".to_owned(), 9)]);
    }
}
