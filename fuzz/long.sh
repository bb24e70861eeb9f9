#!/bin/sh
# Runs one target of cargo-fuzz for so many seconds over its stored corpus, then keeps what reaches
# something new: `fuzz/long.sh hub 360`. In the root of the workspace, after
# `cargo +nightly fuzz build -s none`.
set -eu
name=$1 seconds=$2
program=fuzz/target/x86_64-unknown-linux-gnu/release/$name
mkdir -p "fuzz/corpus/$name" "fuzz/artifacts/$name"
"$program" -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=2048 -timeout=20 -print_final_stats=1 \
    -artifact_prefix="fuzz/artifacts/$name/" "fuzz/corpus/$name" "chat-fuzz/corpus/$name"
