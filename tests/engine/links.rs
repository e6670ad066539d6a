//! Cases of any content go into links and come out as they were; a link that is cut anywhere says so.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use samlens::{CaseFile, CasePart, case_from_fragment, case_to_fragment};

fn part() -> impl Strategy<Value = CasePart> {
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..400),
        "(SAMLResponse=|<a>|\\PC|[a-z%+/=]){0,200}".prop_map(String::into_bytes),
    ];
    ("\\PC{0,20}", bytes).prop_map(|(name, bytes)| CasePart { name, bytes })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, rng_seed: RngSeed::Fixed(9), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_case_comes_out_of_a_link_as_it_went_in(inputs in proptest::collection::vec(part(), 0..4), seen in "\\PC{0,30}") {
        let mut case = CaseFile { inputs, ..CaseFile::default() };
        case.context.error_text = Some(seen);
        let fragment = case_to_fragment(&case).unwrap();
        // What a URL takes as it is (RFC 3986 §2.3, §3.5), so that no program rewrites it.
        prop_assert!(fragment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~=".contains(&byte)));
        prop_assert_eq!(case_from_fragment(&fragment), Some(Ok(case)));
    }

    #[test]
    fn a_link_that_is_cut_says_at_which_step_it_failed(input in part(), at in any::<proptest::sample::Index>()) {
        let case = CaseFile { inputs: vec![input], ..CaseFile::default() };
        let fragment = case_to_fragment(&case).unwrap();
        let begins = "case=1.".len();
        let cut = &fragment[..begins + at.index(fragment.len() - begins)];
        let problem = case_from_fragment(cut).unwrap().unwrap_err();
        prop_assert!(problem.starts_with("link: base64url: ") || problem.starts_with("link: inflate: "), "{problem}");
    }

    #[test]
    fn whatever_stands_in_a_fragment_is_read_or_refused_in_words(text in "\\PC{0,80}") {
        let problem = case_from_fragment(&format!("case=1.{text}")).unwrap().unwrap_err();
        prop_assert!(problem.starts_with("link: "), "{problem}");
    }
}
