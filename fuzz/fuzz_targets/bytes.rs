#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| samlens_fuzz::bytes(data));
