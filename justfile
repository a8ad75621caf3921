# Lists the recipes.
default:
    @just --list --unsorted

# Runs everything that CI runs, installing what is missing.
ci:
    .ci/run

# Runs all tests, or those that the arguments name.
test *ARGS:
    cargo test {{ ARGS }}

# Checks format, lints and dependencies.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    if command -v cargo-deny >/dev/null; then cargo deny check bans licenses sources; fi

# Builds the documentation and opens it.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --open

# Runs the benchmarks.
bench *ARGS:
    cargo bench --workspace {{ ARGS }}

# Measures how the server's costs grow, as a table and as docs/img/growth.svg.
bench-server:
    cargo build --release -p openwork-server
    cargo run --release -p openwork-testkit --example load -- target/release/openwork-server docs/img/growth.svg

# Measures what asking the engine through the server costs, beside a bare proxy.
bench-proxy:
    cargo build --release -p openwork-server
    cargo run --release -p openwork-testkit --example proxy -- target/release/openwork-server

# Feeds the corpus to every fuzz target, with any compiler.
fuzz-corpus:
    cargo test --manifest-path fuzz/Cargo.toml --no-default-features --target-dir target

# New inputs go to target/fuzz/corpus, apart from those that the tests read.
# Fuzzes a target (routing, bodies, frontmatter, jsonc, audit) for some seconds; needs nightly and cargo-fuzz.
fuzz TARGET SECONDS="600":
    mkdir -p target/fuzz/corpus/{{ TARGET }}
    cargo +nightly fuzz run --target-dir target/fuzz {{ TARGET }} \
        target/fuzz/corpus/{{ TARGET }} fuzz/corpus/{{ TARGET }} -- -max_total_time={{ SECONDS }}

# Derives the rules for the engine's configuration anew, from the engine of tests/package.json.
schema:
    OPENWORK_UPDATE_SCHEMA=1 cargo test --test engine -- schema/

# Runs the tests with the full counts and fuzzes every target: hours, not minutes.
nightly: counts starvation systems
    just fuzz routing 3600
    just fuzz bodies 3600
    just fuzz frontmatter 3600
    just fuzz jsonc 3600
    just fuzz audit 3600

# Runs the tests with the full counts; each variable is the count of one test.
counts:
    PROPTEST_CASES=100000 OPENWORK_ALL_FAULTS=1 OPENWORK_AUDIT_LINES=1000000 \
    OPENWORK_CONSENT_CASES=3000 \
    OPENWORK_CUT_STRIDE=1 OPENWORK_HISTORIES=10000 OPENWORK_KILLS=1000 OPENWORK_LATER_KILLS=100 \
    OPENWORK_POWER_STATES=100 OPENWORK_RACE_WRITES=100000 OPENWORK_REWRITES=1000 \
    OPENWORK_ROTATIONS=1000 OPENWORK_SERVER_KILLS=1000 OPENWORK_SOAK=1000000 \
    OPENWORK_TWO_SERVER_WRITES=1000 OPENWORK_UNDOS=1000 \
    cargo test --workspace --release -- --include-ignored

# Runs all that this machine shows of Windows, the Macs and ARM Linux.
systems *ARGS:
    PYTHONDONTWRITEBYTECODE=1 tests/systems/run.py {{ ARGS }}

# Attacks the memory and the attention of the release build; the machine ought to be idle.
starvation:
    cargo build --release -p openwork-server
    tests/starvation/run.py target/release/openwork-server --health 50

# Builds the programs of a release for all systems; with --check twice, and compares.
dist *ARGS:
    dist/build.py {{ ARGS }}

# Serves a workspace from this tree, such as `just run --workspace .`.
run *ARGS:
    cargo run --release -p openwork-server -- {{ ARGS }}
