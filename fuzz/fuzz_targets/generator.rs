#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| vim25_fuzz_targets::generator(data));
