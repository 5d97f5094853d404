//! The tokens of a JSON text.
//!
//! The tables tell what stands next: a member is recognized by comparing bytes with its name, and is never a token of
//! its own. No tokenizer of a library can be asked for that. What is rare is left to serde_json: texts with escapes,
//! values that no type is known for, and the words for what is wrong with a text that is no JSON.

use std::borrow::Cow;

use super::failure::{Decoded, Failure};

/// How deep arrays and objects may be nested, as in serde_json.
const MAX_DEPTH: usize = 127;

/// A place in a JSON text.
pub(super) struct Reader<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
}

/// An object that was looked through.
pub(super) struct SeenObject {
    /// Where it begins.
    pub(super) start: usize,
    /// Where the text of its `_typeName` begins, if it has one.
    pub(super) name: Option<usize>,
}

/// A JSON number in the narrowest of three kinds.
#[derive(Clone, Copy)]
pub(super) enum Number {
    Signed(i64),
    Unsigned(u64),
    Float(f64),
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, position: 0, depth: 0 }
    }

    /// The number of bytes that were read.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// The first byte of the next token, or 0 at the end.
    #[inline]
    pub(super) fn peek(&mut self) -> u8 {
        match self.text.as_bytes().get(self.position) {
            Some(&byte) if byte > b' ' => byte,
            _ => self.peek_beyond_space(),
        }
    }

    #[cold]
    fn peek_beyond_space(&mut self) -> u8 {
        let rest = self.text.as_bytes().get(self.position..).unwrap_or_default();
        let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r')).count();
        self.position += space;
        rest.get(space).copied().unwrap_or_default()
    }

    /// Takes the next token if it is this byte.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == byte;
        // Not `+= usize::from(is_next)`: rustc 1.95 can take the one for the other byte then (rust-lang/rust#158206).
        if is_next {
            self.position += 1;
        }
        is_next
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Decoded<()> {
        if self.take(byte) { Ok(()) } else { Err(self.malformed()) }
    }

    /// Enters an array or an object.
    #[inline]
    pub(super) fn enter(&mut self, opening: u8) -> Decoded<()> {
        self.expect(opening)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err(self.too_deep()) } else { Ok(()) }
    }

    /// Goes on to the next element or member; false if the array or object ends here, and was left.
    #[inline]
    pub(super) fn next(&mut self, is_first: bool, closing: u8) -> Decoded<bool> {
        let met = self.peek();
        if met == b',' && !is_first {
            self.position += 1;
            return if self.peek() == closing { Err(self.malformed()) } else { Ok(true) };
        }
        if met == closing {
            self.position += 1;
            self.depth -= 1;
            return Ok(false);
        }
        if is_first { Ok(true) } else { Err(self.malformed()) }
    }

    /// Takes a name of a member and its colon, if it is this one, written without escapes and without space.
    #[inline]
    pub(super) fn take_key(&mut self, name: &str) -> bool {
        self.take_key_at(self.position, name)
    }

    /// The same after a comma.
    #[inline]
    pub(super) fn take_next_key(&mut self, name: &str) -> bool {
        self.text.as_bytes().get(self.position) == Some(&b',') && self.take_key_at(self.position + 1, name)
    }

    #[inline]
    fn take_key_at(&mut self, start: usize, name: &str) -> bool {
        let Some(rest) = self.text.as_bytes().get(start..) else { return false };
        let end = name.len() + 1;
        let is_next = rest.len() > end + 1
            && rest[end] == b'"'
            && rest[end + 1] == b':'
            && rest[0] == b'"'
            && is_same(&rest[1..end], name.as_bytes());
        if is_next {
            self.position = start + end + 2;
        }
        is_next
    }

    /// Takes a string if it is this one, written without escapes.
    #[inline]
    pub(super) fn take_text(&mut self, text: &str) -> bool {
        let Some(rest) = self.text.as_bytes().get(self.position..) else { return false };
        let end = text.len() + 1;
        let is_next =
            rest.len() > end && rest[end] == b'"' && rest[0] == b'"' && is_same(&rest[1..end], text.as_bytes());
        if is_next {
            self.position += end + 1;
        }
        is_next
    }

    /// The name of a member, and its colon.
    pub(super) fn key(&mut self) -> Decoded<Cow<'a, str>> {
        let name = self.string()?;
        self.expect(b':')?;
        Ok(name)
    }

    /// A string.
    #[inline]
    pub(super) fn string(&mut self) -> Decoded<Cow<'a, str>> {
        self.expect(b'"')?;
        let start = self.position;
        let end = end_of_plain_text(self.text.as_bytes(), start);
        match self.text.as_bytes().get(end) {
            Some(b'"') => {
                self.position = end + 1;
                Ok(Cow::Borrowed(&self.text[start..end]))
            }
            Some(b'\\') => self.escaped(start, end).map(Cow::Owned),
            _ => {
                self.position = end;
                Err(self.malformed())
            }
        }
    }

    /// A string from `start` on, with an escape at `at`.
    #[cold]
    fn escaped(&mut self, start: usize, mut at: usize) -> Decoded<String> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => at = end_of_plain_text(bytes, at + 2),
                _ => {
                    self.position = at.min(bytes.len());
                    return Err(self.malformed());
                }
            }
        }
        self.position = at + 1;
        serde_json::from_str(&self.text[start - 1..=at]).map_err(|_| self.malformed())
    }

    /// A number.
    #[inline]
    pub(super) fn number(&mut self) -> Decoded<Number> {
        let bytes = self.text.as_bytes();
        let start = self.position;
        let is_negative = self.take(b'-');
        let digits = self.position;
        let mut magnitude = Some(0_u64);
        while let Some(digit) = bytes.get(self.position).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10)
        {
            magnitude = magnitude.and_then(|value| value.checked_mul(10)?.checked_add(digit.into()));
            self.position += 1;
        }
        let is_odd = bytes.get(digits) == Some(&b'0') && self.position > digits + 1;
        if self.position == digits || is_odd {
            return Err(self.malformed());
        }
        if let (false, Some(magnitude)) = (matches!(bytes.get(self.position), Some(b'.' | b'e' | b'E')), magnitude) {
            let number = match (is_negative, magnitude) {
                // An integer has no negative zero.
                (true, 0) => Some(Number::Float(-0.0)),
                (true, magnitude) => 0_i64.checked_sub_unsigned(magnitude).map(Number::Signed),
                (false, magnitude) => {
                    Some(i64::try_from(magnitude).map_or(Number::Unsigned(magnitude), Number::Signed))
                }
            };
            if let Some(number) = number {
                return Ok(number);
            }
        }
        self.float(start)
    }

    /// A number that is no integer of 64 bits; its integral part was read.
    fn float(&mut self, start: usize) -> Decoded<Number> {
        if self.text.as_bytes().get(self.position) == Some(&b'.') {
            self.position += 1;
            self.digits()?;
        }
        if matches!(self.text.as_bytes().get(self.position), Some(b'e' | b'E')) {
            self.position += 1;
            if matches!(self.text.as_bytes().get(self.position), Some(b'+' | b'-')) {
                self.position += 1;
            }
            self.digits()?;
        }
        match self.text[start..self.position].parse() {
            Ok(number) if f64::is_finite(number) => Ok(Number::Float(number)),
            _ => Err(self.malformed()),
        }
    }

    fn digits(&mut self) -> Decoded<()> {
        let rest = &self.text.as_bytes()[self.position..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.position += count;
        if count == 0 { Err(self.malformed()) } else { Ok(()) }
    }

    /// Takes a literal if it stands next: `null`, `true`, `false`.
    #[inline]
    pub(super) fn take_literal(&mut self, literal: &str) -> bool {
        let is_next = self.text.as_bytes()[self.position..].starts_with(literal.as_bytes());
        if is_next {
            self.position += literal.len();
        }
        is_next
    }

    /// Any value, as it is.
    pub(super) fn json(&mut self) -> Decoded<serde_json::Value> {
        let mut values = serde_json::Deserializer::from_str(&self.text[self.position..]).into_iter();
        let value = values.next();
        self.position += values.byte_offset();
        match value {
            // serde_json counts from here on, and the limit is one for the whole text.
            Some(Ok(value)) if self.depth + nesting(&value) > MAX_DEPTH => Err(self.too_deep()),
            Some(Ok(value)) => Ok(value),
            Some(Err(_)) | None => Err(self.malformed()),
        }
    }

    /// The text from a place up to what was read last.
    pub(super) fn since(&self, start: usize) -> &'a str {
        &self.text[start..self.position]
    }

    /// Passes over any value and notes the objects in it. Mistakes that change nothing for the structure are left to whoever
    /// reads the value.
    pub(super) fn skip(&mut self, seen: &mut Vec<SeenObject>) -> Decoded<()> {
        match self.peek() {
            b'{' => {
                let index = seen.len();
                seen.push(SeenObject { start: self.position, name: None });
                self.enter(b'{')?;
                let mut is_first = true;
                while self.next(is_first, b'}')? {
                    is_first = false;
                    if self.take_key(super::TYPE_NAME) || self.key()? == super::TYPE_NAME {
                        self.peek();
                        seen[index].name = Some(self.position);
                    }
                    self.skip(seen)?;
                }
                Ok(())
            }
            b'[' => {
                self.enter(b'[')?;
                let mut is_first = true;
                while self.next(is_first, b']')? {
                    is_first = false;
                    self.skip(seen)?;
                }
                Ok(())
            }
            b'"' => self.string().map(drop),
            b'-' | b'0'..=b'9' => self.number().map(drop),
            _ if ["null", "true", "false"].iter().any(|literal| self.take_literal(literal)) => Ok(()),
            _ => Err(self.malformed()),
        }
    }

    /// Goes back to a place in the array or object that is being read, or to its beginning.
    pub(super) fn back_to(&mut self, position: usize) {
        self.position = position;
    }

    /// The same text, read from the beginning of the object that was entered last.
    pub(super) fn outside(&self, start: usize) -> Self {
        Self { text: self.text, position: start, depth: self.depth - 1 }
    }

    #[cold]
    fn too_deep(&self) -> Failure {
        Failure::new("recursion limit exceeded", self.position)
    }

    /// The text is no JSON from here on.
    #[cold]
    pub(super) fn malformed(&self) -> Failure {
        Failure::malformed(self.position)
    }
}

/// How deep arrays and objects are nested in a value.
fn nesting(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(items) => 1 + items.iter().map(nesting).max().unwrap_or_default(),
        serde_json::Value::Object(members) => 1 + members.values().map(nesting).max().unwrap_or_default(),
        _ => 0,
    }
}

/// The first byte from `at` on that ends a text or is not allowed in it: a quote, a backslash, a control character.
#[inline]
fn end_of_plain_text(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGHS: u64 = ONES << 7;
    // Eight bytes at once: the high bit of each ASCII byte that is less than `limit`. A borrow can only mark bytes after
    // one that is marked rightly.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit));
    while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let word = u64::from_le_bytes(*chunk);
        let quotes = word ^ (ONES * u64::from(b'"'));
        let backslashes = word ^ (ONES * u64::from(b'\\'));
        let marks = (below(word, 0x20) | below(quotes, 1) | below(backslashes, 1)) & !word & HIGHS;
        if marks != 0 {
            return at + marks.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at).is_some_and(|byte| *byte >= 0x20 && *byte != b'"' && *byte != b'\\') {
        at += 1;
    }
    at
}

/// Whether two texts of the same length are the same, without a call for those of up to 32 bytes: nearly all names are.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    match one.len() {
        0..4 => one.iter().eq(other),
        4..8 => same_ends::<4>(one, other),
        8..=16 => same_ends::<8>(one, other),
        17..=32 => same_ends::<16>(one, other),
        _ => one == other,
    }
}

/// Whether the first and the last `N` bytes of two texts are the same.
#[inline]
fn same_ends<const N: usize>(one: &[u8], other: &[u8]) -> bool {
    one.first_chunk::<N>() == other.first_chunk() && one.last_chunk::<N>() == other.last_chunk()
}
