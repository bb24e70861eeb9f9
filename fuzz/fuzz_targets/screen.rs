//! `screen` of `chat_fuzz::TARGETS`, over whatever libFuzzer tries.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| (chat_fuzz::target("screen").run)(data));
