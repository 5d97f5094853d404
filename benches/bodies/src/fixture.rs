//! The body that does not change.

use std::io::Read;

use flate2::read::GzDecoder;

const PACKED: &[u8] = include_bytes!("../data/big_retrieve_vms.json.gz");

/// The reply to `RetrievePropertiesEx` for all properties of 300 virtual machines: 4 MB, `_typeName` first.
///
/// # Panics
///
/// The file that is compiled in is damaged.
pub fn big() -> Vec<u8> {
    let mut body = Vec::new();
    GzDecoder::new(PACKED).read_to_end(&mut body).expect("the file is part of this crate and whole");
    body
}

#[cfg(test)]
mod tests {
    use super::big;

    #[test]
    fn it_holds_300_machines() {
        let body: serde_json::Value = serde_json::from_slice(&big()).unwrap();
        assert_eq!(body["objects"].as_array().map(Vec::len), Some(300));
    }
}
