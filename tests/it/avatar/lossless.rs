//! WebP without loss that describes far more Huffman codes than its few pixels need (RFC 9649 §3.7).

/// Bits as a WebP has them, the lowest of a byte first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    length: usize,
}

impl Bits {
    fn put(&mut self, value: u32, count: usize) {
        for place in 0..count {
            if self.length.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let bit = u8::from(value >> place & 1 == 1);
            *self.bytes.last_mut().unwrap() |= bit << (self.length % 8);
            self.length += 1;
        }
    }

    /// A code's bits come from its highest on.
    fn put_code(&mut self, code: u32, count: usize) {
        for place in (0..count).rev() {
            self.put(code >> place & 1, 1);
        }
    }

    /// A code with one symbol, which then costs no bits.
    fn one_symbol(&mut self, symbol: u32) {
        self.put(0b101, 3);
        self.put(symbol, 8);
    }

    /// A code whose symbols 0 to 10 have lengths of 1 to 10 bits, in 93 bits: its decoder makes a table of 1,024 entries.
    fn costly_code(&mut self) {
        self.put(0, 1);
        // the lengths of the code of lengths, in the order of the RFC: 17, 18, 0, 1, …, 5, 16, 6, …, 10
        self.put(14 - 4, 4);
        for length in [0, 0, 0, 3, 3, 3, 3, 3, 0, 3, 4, 4, 4, 4] {
            self.put(length, 3);
        }
        // there are 11 lengths
        self.put(1, 1);
        self.put(1, 3);
        self.put(11 - 2, 4);
        for length in (1..=10).chain([10]) {
            if length <= 6 { self.put_code(length - 1, 3) } else { self.put_code(12 + length - 7, 4) }
        }
    }
}

/// A whole picture of 4 × 4 pixels with that many groups of five codes, 58 bytes each: 1 to 65,536.
pub fn picture(groups: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0x2f, 8);
    bits.put(3, 14);
    bits.put(3, 14);
    // no transparency, version 0, no transforms, no cache of colours; groups, by squares of 4 pixels
    bits.put(0, 1 + 3 + 1 + 1);
    bits.put(1, 1);
    bits.put(0, 3);
    // the one pixel that says which is the last group: in green and red
    bits.put(0, 1);
    let [_, _, high, low] = (groups - 1).to_be_bytes();
    for symbol in [low, high, 0, 0, 0] {
        bits.one_symbol(symbol.into());
    }
    for _ in 0..groups * 5 {
        bits.costly_code();
    }
    // symbol 0 of every colour
    bits.put(0, 32);
    bits.put(0, 32);
    let mut data = bits.bytes;
    let length = u32::try_from(data.len()).unwrap();
    data.resize(data.len().next_multiple_of(2), 0);
    let whole = [b"WEBPVP8L".as_slice(), &length.to_le_bytes(), &data].concat();
    [b"RIFF".as_slice(), &u32::try_from(whole.len()).unwrap().to_le_bytes(), &whole].concat()
}
