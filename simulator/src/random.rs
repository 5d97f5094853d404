//! Ids, session ids and tickets.

use std::fmt::Write as _;

use vim25_runtime::Secret;

/// A source of ids: unguessable, or the same in every run.
pub(crate) enum Random {
    /// The random numbers of the operating system.
    System,
    /// SplitMix64 from a seed: for tests, not for secrets that anybody would want to guess.
    Seeded(u64),
}

impl Random {
    /// A source with a seed, or else that of the operating system, tried once so that later calls can rely on it.
    pub(crate) fn new(seed: Option<u64>) -> Result<Self, getrandom::Error> {
        match seed {
            Some(seed) => Ok(Random::Seeded(seed)),
            None => getrandom::fill(&mut [0; 8]).map(|()| Random::System),
        }
    }

    /// Where in its sequence a source with a seed stands.
    pub(crate) fn position(&self) -> Option<u64> {
        match self {
            Random::System => None,
            Random::Seeded(state) => Some(*state),
        }
    }

    /// Goes to a place in the sequence, if the source has a seed.
    pub(crate) fn go_to(&mut self, position: u64) {
        if let Random::Seeded(state) = self {
            *state = position;
        }
    }

    /// A session id: 40 hexadecimal digits.
    pub(crate) fn session_id(&mut self) -> Secret {
        Secret::from(hex(&self.bytes::<20>()))
    }

    /// A one-time password or the variable part of a ticket: 32 hexadecimal digits.
    pub(crate) fn token(&mut self) -> String {
        hex(&self.bytes::<16>())
    }

    /// A UUID of version 4, such as `5270f5f6-2d7a-4a4c-9d23-0a3f1f5f3a6c`.
    pub(crate) fn uuid(&mut self) -> String {
        let mut bytes = self.bytes::<16>();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let digits = hex(&bytes);
        [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
    }

    /// A number from 0 up to, and without, 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        // As many bits as the number has.
        let bits = u64::from_le_bytes(self.bytes()) >> 11;
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let fraction = bits as f64 / (1_u64 << 53) as f64;
        fraction
    }

    /// A number from 0 up to, and without, a limit that is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        debug_assert!(limit > 0);
        #[expect(clippy::cast_possible_truncation, reason = "it is below the limit")]
        let number = (u64::from_le_bytes(self.bytes()) % limit.max(1) as u64) as usize;
        number
    }

    /// One of some items, of which there must be one.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Random::System => getrandom::fill(&mut bytes).expect("the operating system gave random numbers before"),
            Random::Seeded(state) => {
                for chunk in bytes.chunks_mut(8) {
                    chunk.copy_from_slice(&split_mix(state).to_le_bytes()[..chunk.len()]);
                }
            }
        }
        bytes
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let ids = |seed| {
            let mut random = Random::new(Some(seed)).unwrap();
            (random.session_id(), random.uuid(), random.token())
        };
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
    }

    #[test]
    fn ids_have_their_forms() {
        for mut random in [Random::new(None).unwrap(), Random::new(Some(1)).unwrap()] {
            let session_id = random.session_id();
            assert_eq!(session_id.expose().len(), 40);
            assert!(session_id.expose().bytes().all(|byte| byte.is_ascii_hexdigit()));
            let uuid = random.uuid();
            assert_eq!(uuid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
            assert_eq!(uuid.as_bytes()[14], b'4');
            assert_ne!(uuid, random.uuid());
        }
    }
}
