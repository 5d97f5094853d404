//! Which items share a file.
//!
//! Items are gathered in families by the leading word of their names: `HostConfigInfo` goes to `host`. A family that
//! would give too long a file is split by the next word (`host_network`), and what is left of it, or of all families that
//! are too small for files of their own (`other`), by halves of the alphabet (`host_a_m`, `host_n_z`). The split depends on
//! names and sizes alone, and each cut on the items of one family, so a new type moves few others.

use std::collections::BTreeMap;

use crate::names::{self, Ident};

/// Lines that a file aims at. Sizes are estimates, so this leaves room below the 3,000 that no file may pass.
const AIM: usize = 2_000;

/// A family with fewer lines shares the file of its parent.
const SMALLEST_FAMILY: usize = 500;

/// The file of items whose families are small.
const OTHER: &str = "other";

/// Letters that names are told apart by; whatever else stands in a name counts as the first.
const ALPHABET: &[u8; 26] = b"abcdefghijklmnopqrstuvwxyz";

/// An item to be placed.
#[derive(Clone)]
pub(crate) struct Sized {
    /// Position in the caller's list.
    pub(crate) index: usize,
    /// Words that decide the family.
    pub(crate) words: Vec<String>,
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
    items.sort_by(|a, b| (&a.words, a.index).cmp(&(&b.words, b.index)));
    let mut files = Files::default();
    split_by_word(&[], items, &mut files);
    files.finish()
}

/// Places items that are no families, by the alphabet. None if all fit in one file.
pub(crate) fn by_alphabet(mut items: Vec<Sized>) -> Option<Vec<Family>> {
    if total(&items) <= AIM {
        return None;
    }
    items.sort_by(|a, b| (&a.words, a.index).cmp(&(&b.words, b.index)));
    let mut files = Files::default();
    split_by_letter(
        &Letters { stem: "", depth: 0, first: 0, last: ALPHABET.len() - 1 },
        String::new(),
        items,
        &mut files,
    );
    Some(files.finish())
}

/// Items by file.
#[derive(Default)]
struct Files(BTreeMap<String, Vec<Sized>>);

impl Files {
    fn add(&mut self, file: &str, items: Vec<Sized>) {
        // The file `mod.rs` is the folder's own.
        let file = if file == "mod" { "mod_" } else { file };
        self.0.entry(file.to_owned()).or_default().extend(items);
    }

    fn finish(self) -> Vec<Family> {
        let family =
            |(file, items): (String, Vec<Sized>)| Family { file, items: items.iter().map(|item| item.index).collect() };
        self.0.into_iter().map(family).collect()
    }
}

fn total(items: &[Sized]) -> usize {
    items.iter().map(|item| item.lines).sum()
}

/// Places items whose names begin with the words of `prefix`.
fn split_by_word(prefix: &[String], items: Vec<Sized>, files: &mut Files) {
    if !prefix.is_empty() && (total(&items) <= AIM || items.len() == 1) {
        return files.add(&prefix.join("_"), items);
    }
    let mut by_next: BTreeMap<Option<String>, Vec<Sized>> = BTreeMap::new();
    for item in items {
        by_next.entry(item.words.get(prefix.len()).cloned()).or_default().push(item);
    }
    let mut rest = Vec::new();
    for (next, items) in by_next {
        match next {
            Some(word) if total(&items) >= SMALLEST_FAMILY => {
                let prefix: Vec<_> = prefix.iter().cloned().chain([word]).collect();
                split_by_word(&prefix, items, files);
            }
            _ => rest.extend(items),
        }
    }
    let stem = if prefix.is_empty() { OTHER.to_owned() } else { prefix.join("_") };
    if total(&rest) <= AIM || rest.len() == 1 {
        if !rest.is_empty() {
            files.add(&stem, rest);
        }
        return;
    }
    let all = Letters { stem: &stem, depth: prefix.len(), first: 0, last: ALPHABET.len() - 1 };
    split_by_letter(&all, String::new(), rest, files);
}

/// A part of the alphabet, for the words behind the first `depth` ones.
struct Letters<'a> {
    stem: &'a str,
    depth: usize,
    first: usize,
    last: usize,
}

impl Letters<'_> {
    /// `host_a_m`; `host_ca_cm` if all items have the letter `c` in common.
    fn file(&self, common: &str) -> String {
        let letter = |index: usize| format!("{common}{}", char::from(ALPHABET[index]));
        let range = if self.first == self.last {
            letter(self.first)
        } else {
            format!("{}_{}", letter(self.first), letter(self.last))
        };
        if self.stem.is_empty() { range } else { format!("{}_{range}", self.stem) }
    }

    fn rank(&self, item: &Sized, at: usize) -> usize {
        let letter = item.words[self.depth.min(item.words.len())..].iter().flat_map(|word| word.bytes()).nth(at);
        letter.and_then(|letter| ALPHABET.iter().position(|each| *each == letter)).unwrap_or(0)
    }
}

/// Places items whose next letters are `common` and then one of a part of the alphabet.
fn split_by_letter(letters: &Letters<'_>, common: String, items: Vec<Sized>, files: &mut Files) {
    if items.is_empty() {
        return;
    }
    if total(&items) <= AIM || items.len() == 1 {
        return files.add(&letters.file(&common), items);
    }
    let Letters { stem, depth, first, last } = *letters;
    if first == last {
        // Names that are all letters the same way are too few to matter.
        let is_end = items.iter().all(|item| common.len() > item.words.concat().len());
        if is_end {
            return files.add(&letters.file(&common), items);
        }
        let common = format!("{common}{}", char::from(ALPHABET[first]));
        return split_by_letter(&Letters { stem, depth, first: 0, last: ALPHABET.len() - 1 }, common, items, files);
    }
    let middle = usize::midpoint(first, last);
    let (low, high) = items.into_iter().partition(|item| letters.rank(item, common.len()) <= middle);
    split_by_letter(&Letters { stem, depth, first, last: middle }, common.clone(), low, files);
    split_by_letter(&Letters { stem, depth, first: middle + 1, last }, common, high, files);
}

#[cfg(test)]
mod tests {
    use super::{AIM, SMALLEST_FAMILY, Sized, by_alphabet, families};
    use crate::names;

    fn sized(names: &[(&str, usize)]) -> Vec<Sized> {
        let items = names.iter().enumerate();
        items.map(|(index, &(name, lines))| Sized { index, words: names::words(name), lines }).collect()
    }

    fn files(names: &[(&str, usize)]) -> Vec<(String, usize)> {
        families(sized(names)).into_iter().map(|family| (family.file, family.items.len())).collect()
    }

    fn expected(files: &[(&str, usize)]) -> Vec<(String, usize)> {
        files.iter().map(|&(file, count)| (file.to_owned(), count)).collect()
    }

    #[test]
    fn small_families_share_a_file() {
        assert_eq!(files(&[("HostA", 10), ("VmA", 10)]), expected(&[("other", 2)]));
    }

    #[test]
    fn a_long_family_is_split_by_its_second_word_and_the_rest_by_the_alphabet() {
        let names = [
            ("HostNvmeA", AIM / 2),
            ("HostNvmeB", AIM / 2),
            ("HostVmfsA", SMALLEST_FAMILY),
            ("HostAx", SMALLEST_FAMILY - 1),
            ("HostBx", SMALLEST_FAMILY - 1),
            ("HostCx", SMALLEST_FAMILY - 1),
            ("HostNx", SMALLEST_FAMILY - 1),
            ("HostZx", SMALLEST_FAMILY - 1),
        ];
        let expected = expected(&[("host_a_m", 3), ("host_n_z", 2), ("host_nvme", 2), ("host_vmfs", 1)]);
        assert_eq!(files(&names), expected);
    }

    #[test]
    fn a_letter_with_too_many_items_is_split_by_the_next() {
        let names = ["Aa", "Ab", "Ay", "Az", "Q"].map(|name| (name, AIM / 2));
        let files = by_alphabet(sized(&names)).expect("the items are too long for one file");
        let files: Vec<_> = files.into_iter().map(|family| (family.file, family.items.len())).collect();
        assert_eq!(files, expected(&[("aa_am", 2), ("an_az", 2), ("n_z", 1)]));
    }

    #[test]
    fn a_new_item_moves_no_item_of_another_family() {
        let before = files(&[("HostA", AIM), ("VmA", AIM), ("NetA", 10)]);
        let after = files(&[("HostA", AIM), ("VmA", AIM), ("NetA", 10), ("NetB", 10)]);
        assert_eq!(before[0], after[0]);
        assert_eq!(before[2], after[2]);
    }

    #[test]
    fn no_family_takes_the_name_of_the_folders_own_file() {
        assert_eq!(files(&[("ModA", AIM)]), expected(&[("mod_", 1)]));
    }
}
