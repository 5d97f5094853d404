//! The medians that criterion finds, read from what it leaves behind.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use criterion::Criterion;

/// The medians of this run.
pub(crate) struct Medians {
    folder: PathBuf,
    begun: SystemTime,
}

/// Criterion as the command line wants it, and where its medians will be.
pub(crate) fn criterion() -> (Criterion, Medians) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("criterion");
    let criterion = Criterion::default().output_directory(&folder).configure_from_args();
    (criterion, Medians { folder, begun: SystemTime::now() })
}

impl Medians {
    /// Nanoseconds of a run; `None` if it was left out this time.
    pub(crate) fn get(&self, group: &str, id: &str) -> Option<f64> {
        let path = self.folder.join(group).join(id).join("new/estimates.json");
        if path.metadata().ok()?.modified().ok()? < self.begun {
            return None;
        }
        let estimates: serde_json::Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        estimates["median"]["point_estimate"].as_f64()
    }
}
