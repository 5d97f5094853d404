//! What SECURITY.md says is shown by tests is shown by tests that exist.

use std::path::Path;

/// The texts in backticks of a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

#[test]
fn what_shows_a_promise_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let security = std::fs::read_to_string(root.join("SECURITY.md")).expect("is there");
    let rows = security.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| promise"));
    let (mut files, mut tests) = (0, 0);
    for row in rows {
        let shown_by = row.split('|').nth(2).expect("has two columns");
        let mut source = String::new();
        for name in quoted(shown_by) {
            if name.contains('/') {
                let path = root.join(name);
                assert!(path.exists(), "{name} does not exist: {row}");
                source = std::fs::read_to_string(path).unwrap_or_default();
                files += 1;
            } else if name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()) {
                let is_there = source.contains(&format!("fn {name}()")) || source.contains(&format!("mod {name}"));
                assert!(is_there, "there is no `{name}` in the file that is named before it: {row}");
                tests += 1;
            }
        }
        assert!(quoted(shown_by).next().is_some(), "nothing shows it: {row}");
    }
    assert!(files > 20 && tests > 10, "{files} files and {tests} tests are not all");
}
