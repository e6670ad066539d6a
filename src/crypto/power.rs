//! Owns the public operation of RSA, s^e mod n, in floating point: what WebAssembly multiplies fastest.
//!
//! WebAssembly has no product of 128 bits, so that big numbers of whole words are slow there. It has two products of
//! `f64` in one instruction, and those are exact as long as they are integers below 2^53. So a number is a row of
//! digits in base 2^23, each between -2^22 and 2^22 (and a little more, see [`settle`]): of such products 500 can be
//! added up before any carry needs to be looked at, and every loop here is one that vector instructions do: natively the
//! compiler finds them by itself, for WebAssembly, which is built for its size, the innermost is written out in them.
//!
//! What it opens a signature to is believed only where that is the very block that a signer would have made. In every
//! other case `crypto-bigint` computes it again and decides ([`super::verify`]). All numbers are public, so that
//! nothing takes constant time.
//!
//! Products are reduced in Montgomery's way: T becomes T/R mod N, where R is the base to the power of the count of digits,
//! by adding the multiple of N that makes the lower half of T vanish. N is not n but a multiple of it whose lowest
//! digit is -1: then the digit to add is the one to be made vanish itself.

use super::limits::MIN_RSA_BITS;

/// The base of the digits.
const BASE: f64 = (1_u64 << BITS) as f64;
const BITS: u32 = 23;
/// Added and taken away again, it rounds to a multiple of the base: the sum is between 2^75 and 2^76, where
/// neighbours are 2^23 apart.
const TO_BASE: f64 = 1.5 * (1_u64 << 52) as f64 * BASE;
/// The same for whole numbers.
const TO_WHOLE: f64 = 1.5 * (1_u64 << 52) as f64;
/// Up to here every whole number is an `f64`.
const EXACT: f64 = (1_u64 << 53) as f64;
/// Digits are taken in fours; a row of them that is taken at four offsets at once has three zeros at either end.
const STEP: usize = 4;
const PAD: usize = STEP - 1;
/// The most digits: a column of a product and of its reduction sums up twice as many products below 2^44 + 2^32, and
/// the sum stays below 2^53.
const MAX_DIGITS: usize = 252;

/// s^e mod n in as many bytes as n has, all numbers big-endian; e is odd and at least 3. None where s is not below n
/// or of another length, where n is even, below 512 bits or above 5771.
pub fn power(s: &[u8], e: u64, n: &[u8]) -> Option<Vec<u8>> {
    let bits = super::key::bit_len(n);
    // R is at least 4·N: where both factors are below N, so is their product (N² / R) with what is added to it (N / 2).
    let len = (bits + BITS as usize + 2).div_ceil(BITS as usize).next_multiple_of(STEP);
    if bits < MIN_RSA_BITS || len > MAX_DIGITS || s.len() != n.len() || s >= n {
        return None;
    }
    let multiple = digits(n, minus_inverse(n)?, len);
    let n = (digits(n, 1, len), n.len());
    let s = digits(s, 1, len);

    // s·R mod N, by long division.
    let mut shifted = vec![0.0; len];
    shifted.extend_from_slice(&s);
    divide(&mut shifted, &multiple);
    let mut room = Room::new(&multiple);
    let mut residue = vec![0.0; len];
    room.settle_twice(0.0, &shifted, &mut residue);

    let mut power = residue.clone();
    for bit in (0..e.ilog2()).rev() {
        room.square(&mut power);
        if e >> bit & 1 == 1 {
            // e is odd: there is always a last product, and one with s itself takes the factor R away.
            room.multiply(&mut power, if bit == 0 { &s } else { &residue });
        }
    }
    divide(&mut power, &n.0);
    bytes(&power, n.1).or_else(|| {
        let sum: Vec<f64> = power.iter().zip(&n.0).map(|(digit, n)| digit + n).collect();
        bytes(&sum, n.1)
    })
}

/// What the products need beside their factors.
struct Room {
    /// N, with zeros at either end.
    n: Vec<f64>,
    /// A factor, with zeros at either end.
    row: Vec<f64>,
    /// A product, twice as long as its factors.
    sum: Vec<f64>,
}

impl Room {
    fn new(n: &[f64]) -> Self {
        let pad = [0.0; PAD];
        Self { n: [&pad, n, &pad].concat(), row: vec![0.0; n.len() + 2 * PAD], sum: vec![0.0; 2 * n.len()] }
    }

    /// a·a/R mod N.
    fn square(&mut self, a: &mut [f64]) {
        self.start(a);
        let (factors, _) = a.as_chunks::<STEP>();
        for (at, factor) in (0..).step_by(STEP).zip(factors) {
            // Twice with every digit above these, once with these themselves: halves are exact as well.
            let own = self.row.get_mut(at + PAD..at + PAD + STEP).unwrap_or_default();
            own.iter_mut().for_each(|digit| *digit *= 0.5);
            let (sum, row) = (self.sum.get_mut(2 * at..), self.row.get(at..));
            add_rows(sum.unwrap_or_default(), factor.map(|digit| 2.0 * digit), row.unwrap_or_default());
            self.row.get_mut(at + PAD..at + PAD + STEP).unwrap_or_default().fill(0.0);
        }
        self.reduce(a);
    }

    /// a·b/R mod N.
    fn multiply(&mut self, a: &mut [f64], b: &[f64]) {
        self.start(b);
        let (factors, _) = a.as_chunks::<STEP>();
        for (at, factor) in (0..).step_by(STEP).zip(factors) {
            add_rows(self.sum.get_mut(at..).unwrap_or_default(), *factor, &self.row);
        }
        self.reduce(a);
    }

    fn start(&mut self, row: &[f64]) {
        self.sum.fill(0.0);
        if let Some(to) = self.row.get_mut(PAD..PAD + row.len()) {
            to.copy_from_slice(row);
        }
    }

    /// The sum, reduced.
    fn reduce(&mut self, to: &mut [f64]) {
        let Some([_, n1, n2, n3]) = self.n.get(PAD..).and_then(|n| n.first_chunk::<STEP>()).copied() else { return };
        let mut carry = 0.0;
        let low = to.len();
        for at in (0..low).step_by(STEP) {
            let Some(([s0, s1, s2, s3], above)) = self.sum.get_mut(at..).and_then(|s| s.split_first_chunk_mut()) else {
                return;
            };
            // Each digit is what N, whose own lowest is -1, is taken that many times; what is a multiple of the base goes up.
            let (m0, carried) = split(*s0 + carry);
            let (m1, carried) = split(*s1 + m0 * n1 + carried);
            let (m2, carried) = split(*s2 + m0 * n2 + m1 * n1 + carried);
            let (m3, carried) = split(*s3 + m0 * n3 + m1 * n2 + m2 * n1 + carried);
            carry = carried;
            add_rows(above, [m0, m1, m2, m3], self.n.get(STEP..).unwrap_or_default());
        }
        let sum = std::mem::take(&mut self.sum);
        self.settle_twice(carry, sum.get(low..).unwrap_or_default(), to);
        self.sum = sum;
    }

    /// Sums up to 2^53 as digits: the second time because the first leaves carries up to 2^30 in them. What is left is up to
    /// 2^22 + 2^8; to take every carry to its end would take longer than it saves, one after the other.
    fn settle_twice(&mut self, carry: f64, from: &[f64], to: &mut [f64]) {
        let between = self.row.get_mut(PAD..PAD + to.len()).unwrap_or_default();
        settle(carry, from, between);
        settle(0.0, between, to);
    }
}

/// Adds a row, at four offsets times four factors, to a sum. The row begins with three zeros.
///
/// Never inlined: as a function it is known that the two do not overlap.
#[cfg(not(target_feature = "simd128"))]
#[inline(never)]
fn add_rows(sum: &mut [f64], [m0, m1, m2, m3]: [f64; STEP], row: &[f64]) {
    for (sum, digits) in sum.iter_mut().zip(row.windows(STEP)) {
        if let [d3, d2, d1, d0] = digits {
            *sum += (m0 * d0 + m1 * d1) + (m2 * d2 + m3 * d3);
        }
    }
}

/// The same, two digits at a time. What is built for its size is not vectorised by the compiler, so that it is written out.
#[cfg(target_feature = "simd128")]
#[inline(never)]
fn add_rows(sum: &mut [f64], [m0, m1, m2, m3]: [f64; STEP], row: &[f64]) {
    use std::arch::wasm32::{f64x2, f64x2_add, f64x2_extract_lane, f64x2_mul, f64x2_splat, i64x2_shuffle};
    let (m0, m1, m2, m3) = (f64x2_splat(m0), f64x2_splat(m1), f64x2_splat(m2), f64x2_splat(m3));
    let (sum, row) = (sum.as_chunks_mut::<2>().0, row.as_chunks::<2>().0);
    let Some(([[a, b], [c, d]], mut row)) = row.split_first_chunk::<2>() else { return };
    let (mut d3, mut d1) = (f64x2(*a, *b), f64x2(*c, *d));
    for [low, high] in sum.iter_mut().take(row.len() + 1) {
        // The row ends with three zeros, and so its highest digit stands before two pairs of zeros, the second not written.
        let next = match row.split_first() {
            Some(([a, b], rest)) => {
                row = rest;
                f64x2(*a, *b)
            }
            None => f64x2_splat(0.0),
        };
        let (d2, d0) = (i64x2_shuffle::<1, 2>(d3, d1), i64x2_shuffle::<1, 2>(d1, next));
        let lower = f64x2_add(f64x2_mul(m0, d0), f64x2_mul(m1, d1));
        let total = f64x2_add(lower, f64x2_add(f64x2_mul(m2, d2), f64x2_mul(m3, d3)));
        *low += f64x2_extract_lane::<0>(total);
        *high += f64x2_extract_lane::<1>(total);
        (d3, d1) = (d1, next);
    }
}

/// Moves what is a multiple of the base from each digit to the next, all at once. The highest has none.
#[inline(always)]
fn settle(carry: f64, from: &[f64], to: &mut [f64]) {
    let (Some(lowest), Some((first, rest))) = (from.first(), to.split_first_mut()) else { return };
    *first = split(*lowest).0 + carry;
    for (to, pair) in rest.iter_mut().zip(from.windows(2)) {
        if let [below, own] = pair {
            *to = split(*own).0 + split(*below).1;
        }
    }
}

/// A digit and its carry.
#[inline(always)]
fn split(sum: f64) -> (f64, f64) {
    debug_assert!(sum.abs() <= EXACT, "{sum} may have lost its lowest bits");
    let multiple = (sum + TO_BASE) - TO_BASE;
    (sum - multiple, multiple / BASE)
}

/// Leaves the remainder of x by n, between -n/2 and n/2 and a little more, in the lower digits of x.
///
/// Long division, a digit of the quotient at a time, each guessed from the highest digits and right within 2^-28.
fn divide(x: &mut [f64], n: &[f64]) {
    let significant = n.iter().rposition(|digit| *digit != 0.0).map_or(0, |last| last + 1);
    let Some(n) = n.get(..significant) else { return };
    let value = |[a, b, c, d]: [f64; 4]| d + (c + (b + a / BASE) / BASE) / BASE;
    let Some(highest) = n.last_chunk().copied().map(value) else { return };
    for at in (0..=x.len().saturating_sub(n.len())).rev() {
        let Some((x, above)) = x.get_mut(at..).and_then(|x| x.split_at_mut_checked(n.len())) else { return };
        let Some([a, b, c, d]) = x.last_chunk_mut() else { return };
        if let Some(above) = above.first_mut() {
            *d += std::mem::take(above) * BASE;
        }
        let carried;
        (*a, carried) = split(*a);
        let (low, carried) = split(*b + carried);
        *b = low;
        let (low, carried) = split(*c + carried);
        *c = low;
        *d += carried;
        let quotient = (value([*a, *b, *c, *d]) / highest + TO_WHOLE) - TO_WHOLE;
        take_away(x, quotient, n);
    }
}

/// x - q·n, digit by digit. Both are of one length.
#[cfg(not(target_feature = "simd128"))]
fn take_away(x: &mut [f64], quotient: f64, n: &[f64]) {
    x.iter_mut().zip(n).for_each(|(x, n)| *x -= quotient * n);
}

/// The same, two digits at a time.
#[cfg(target_feature = "simd128")]
fn take_away(x: &mut [f64], quotient: f64, n: &[f64]) {
    use std::arch::wasm32::{f64x2, f64x2_extract_lane, f64x2_mul, f64x2_splat, f64x2_sub};
    let times = f64x2_splat(quotient);
    let (mut x, mut n) = (x.as_chunks_mut::<2>(), n.as_chunks::<2>());
    while let (Some((to, xs)), Some(([a, b], ns))) = (std::mem::take(&mut x.0).split_first_mut(), n.0.split_first()) {
        let [low, high] = to;
        let rest = f64x2_sub(f64x2(*low, *high), f64x2_mul(times, f64x2(*a, *b)));
        *low = f64x2_extract_lane::<0>(rest);
        *high = f64x2_extract_lane::<1>(rest);
        (x.0, n.0) = (xs, ns);
    }
    if let ([last], [digit]) = (x.1, n.1) {
        *last -= quotient * digit;
    }
}

/// The number -1/n modulo the base; none where n is even.
fn minus_inverse(n: &[u8]) -> Option<u64> {
    let low = n.iter().rev().take(4).rev().fold(0, |low, byte| low << 8 | u32::from(*byte));
    // Right in the lowest three bits to begin with, and in twice as many after each step (Newton).
    let inverse = (0..4).fold(low, |inverse, _| inverse.wrapping_mul(2_u32.wrapping_sub(low.wrapping_mul(inverse))));
    (low % 2 == 1).then(|| u64::from(inverse.wrapping_neg()) % (1 << BITS))
}

/// The digits of a big-endian number times a factor below the base.
fn digits(number: &[u8], factor: u64, len: usize) -> Vec<f64> {
    let mut bytes = number.iter().rev();
    let (mut window, mut held, mut carry) = (0, 0, 0_i64);
    let next = || {
        while held < BITS {
            window |= u64::from(bytes.next().copied().unwrap_or(0)) << held;
            held += 8;
        }
        let sum = (window % (1 << BITS) * factor) as i64 + carry;
        window >>= BITS;
        held -= BITS;
        // Digits from -2^22 on.
        carry = (sum + (1 << (BITS - 1))) >> BITS;
        (sum - (carry << BITS)) as f64
    };
    std::iter::repeat_with(next).take(len).collect()
}

/// The number in so many big-endian bytes; none where it is negative or longer.
fn bytes(digits: &[f64], len: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(len + 4);
    let (mut window, mut held, mut carry) = (0, 0, 0_i64);
    for digit in digits {
        let sum = *digit as i64 + carry;
        carry = sum >> BITS;
        window |= ((sum - (carry << BITS)) as u64) << held;
        held += BITS;
        while held >= 8 {
            bytes.push(window as u8);
            window >>= 8;
            held -= 8;
        }
    }
    let rest = bytes.split_off(len.min(bytes.len()));
    let fits = carry == 0 && window == 0 && bytes.len() == len && rest.iter().all(|byte| *byte == 0);
    bytes.reverse();
    fits.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_fits_is_written_as_bytes() {
        assert_eq!(bytes(&[5.0], 2), Some(vec![0, 5]));
        assert_eq!(bytes(&[-1.0, 1.0], 5), Some(vec![0, 0, 0x7f, 0xff, 0xff]));
        assert_eq!(bytes(&[-1.0, 0.0], 5), None, "negative");
        assert_eq!(bytes(&[0.0, 1.0], 2), None, "a byte too long");
        assert_eq!(bytes(&[65_536.0], 2), None, "a bit too long");
        assert_eq!(bytes(&[5.0], 3), None, "too short");
    }
}
