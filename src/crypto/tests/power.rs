//! Holds the quick way of opening a signature against `crypto-bigint`.

use proptest::prelude::*;

use crate::crypto::key::{RsaKey, bit_len};
use crate::crypto::power::power;
use crate::crypto::rsa;

/// The highest modulus that the quick way takes.
const MAX_BITS: usize = 5771;

/// What `crypto-bigint` says; s is below n.
fn expected(s: &[u8], e: u64, n: &[u8]) -> Vec<u8> {
    let exponent = e.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    rsa::open(&rsa::public(&RsaKey { modulus: n.to_vec(), exponent }).unwrap(), s).unwrap()
}

fn compare(s: &[u8], e: u64, n: &[u8]) {
    assert_eq!(power(s, e, n), Some(expected(s, e, n)), "{} bits: {s:02x?}^{e} mod {n:02x?}", bit_len(n));
}

/// A number of so many bits with a 1 at either end.
fn modulus(bits: usize, bit: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut number = vec![0; bits.div_ceil(8)];
    for at in (0..bits).filter(|at| *at == 0 || *at == bits - 1 || bit(*at)) {
        let byte = number.len() - 1 - at / 8;
        number[byte] |= 1 << (at % 8);
    }
    number
}

/// The edges of what may be raised: 0, 1, 2, n/2, n - 2, n - 1.
fn edges(n: &[u8]) -> Vec<Vec<u8>> {
    let small = |last| [vec![0; n.len() - 1], vec![last]].concat();
    let less = |by| [&n[..n.len() - 1], &[n[n.len() - 1] - by]].concat();
    let half = n.iter().scan(0, |carry, byte| Some(std::mem::replace(carry, byte << 7) | byte >> 1)).collect();
    let mut edges = vec![small(0), small(1), small(2), half, less(1)];
    edges.extend((n[n.len() - 1] > 1).then(|| less(2)));
    edges
}

#[test]
fn edges_of_moduli_with_long_runs_are_as_crypto_bigint_has_them() {
    let shapes: [&dyn Fn(usize) -> bool; 9] = [
        &|_| true,
        &|_| false,
        &|at| at % 2 == 0,
        // Digits of 2^22, of 2^22 - 1, and both in turn: the ends of what a digit may be.
        &|at| at % 23 == 22,
        &|at| at % 23 != 22,
        &|at| (at % 23 == 22) != (at / 23 % 2 == 0),
        &|at| at % 64 < 32,
        &|at| at > 300,
        &|at| at < 300,
    ];
    for bits in (512..=512 + 92).chain([1023, 1024, 1025, 2047, 2048, 2049]) {
        for shape in shapes {
            let n = modulus(bits, shape);
            edges(&n).iter().for_each(|s| compare(s, 3, &n));
        }
    }
}

#[test]
fn every_exponent_is_as_crypto_bigint_has_it() {
    for bits in [512, 1024, 2048] {
        let n = modulus(bits, |at| at * at % 7 < 3);
        for e in [3, 5, 7, 17, 35, 257, 65535, 65537, 65539, (1 << 32) + 1, (1 << 33) - 1] {
            edges(&n).iter().for_each(|s| compare(s, e, &n));
        }
    }
}

#[test]
fn the_largest_are_as_crypto_bigint_has_them_and_larger_ones_are_refused() {
    for bits in [3072, 4096, MAX_BITS - 1, MAX_BITS] {
        for n in [modulus(bits, |_| true), modulus(bits, |at| at % 23 == 22), modulus(bits, |at| at * at % 7 < 3)] {
            edges(&n).iter().for_each(|s| compare(s, 3, &n));
            compare(&edges(&n)[3], 65537, &n);
        }
    }
    for bits in [MAX_BITS + 1, 8192, 16384] {
        let n = modulus(bits, |_| true);
        assert_eq!(power(&edges(&n)[1], 3, &n), None, "{bits} bits");
    }
}

#[test]
fn what_is_no_number_below_an_odd_modulus_is_refused() {
    let n = modulus(512, |at| at % 3 == 0);
    let even = [&n[..63], &[n[63] - 1]].concat();
    let above = [&n[..63], &[n[63] + 2]].concat();
    let one = edges(&n)[1].clone();
    assert_eq!(power(&one, 3, &n), Some(one.clone()));
    for (s, n) in
        [(&n, &n), (&above, &n), (&one, &even), (&one[1..].to_vec(), &n), (&one[1..].to_vec(), &n[1..].to_vec())]
    {
        assert_eq!(power(s, 3, n), None, "{s:02x?} mod {n:02x?}");
    }
}

/// A number made of runs: of zeros, of ones, or of anything.
fn number(bits: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Vec<u8>> {
    let run = prop_oneof![
        (1..40_usize).prop_map(|len| vec![0; len]),
        (1..40_usize).prop_map(|len| vec![0xff; len]),
        prop::collection::vec(any::<u8>(), 1..80),
    ];
    (bits, prop::collection::vec(run, 1..24)).prop_map(|(bits, runs)| {
        let bytes = runs.concat();
        modulus(bits, |at| bytes[at / 8 % bytes.len()] >> (at % 8) & 1 == 1)
    })
}

fn agree(n: &[u8], s: &[u8], e: u64) {
    // As long as n, and below it.
    let mut s: Vec<u8> = s.iter().copied().cycle().take(n.len()).collect();
    if s.as_slice() >= n {
        s[0] = 0;
    }
    if s.as_slice() < n {
        compare(&s, e, n);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn small_keys_are_as_crypto_bigint_has_them(
        n in number(512..=1100),
        s in number(512..=1100),
        e in prop_oneof![Just(3), Just(65537), (1..1_u64 << 32).prop_map(|e| 2 * e + 1)],
    ) {
        agree(&n, &s, e);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn large_keys_are_as_crypto_bigint_has_them(
        n in number(1100..=MAX_BITS),
        s in number(1100..=MAX_BITS),
        e in prop_oneof![Just(3), Just(65537)],
    ) {
        agree(&n, &s, e);
    }
}
