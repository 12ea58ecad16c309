//! Chance that comes out alike in every run: what the demo shows is worth describing.

use std::time::Duration;

/// A generator of numbers (splitmix64). Not for secrets: those come from `secret::random`.
pub struct Chance(u64);

impl Chance {
    /// The generator that begins at `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when the bound is.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// Whether something happens that happens `percent` times in a hundred.
    pub fn happens(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of the list; the default of an empty one.
    pub fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        self.choose(list)
    }

    /// The same, of things that are dear to copy.
    pub fn choose<T: Clone + Default>(&mut self, list: &[T]) -> T {
        let place = self.below(u64::try_from(list.len()).unwrap_or(0));
        usize::try_from(place).ok().and_then(|place| list.get(place)).cloned().unwrap_or_default()
    }

    /// A time span below `longest`, to the millisecond.
    pub fn span(&mut self, longest: Duration) -> Duration {
        Duration::from_millis(self.below(u64::try_from(longest.as_millis()).unwrap_or(u64::MAX)))
    }

    /// 16 bytes.
    pub fn bytes(&mut self) -> [u8; 16] {
        (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes()
    }

    /// `length` characters of URL-safe base64, as WeChat's ids are made of.
    pub fn text(&mut self, length: usize) -> String {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let letters: Vec<char> = letters.chars().collect();
        (0..length).map(|_| self.pick(&letters)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_makes_one_sequence_within_its_bounds() {
        let (mut one, mut two) = (Chance::new(7), Chance::new(7));
        assert!((0..1000).all(|_| one.below(10) == two.below(10)));
        assert!((0..1000).all(|_| one.below(3) < 3));
        assert_eq!((one.below(0), one.pick::<u8>(&[])), (0, 0));
        assert_ne!(one.text(27), one.text(27));
    }
}
