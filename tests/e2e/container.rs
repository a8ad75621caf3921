//! The container file, read as an engine would; `dist/container.py` builds it where there is one.

use crate::repository::root;

/// The instructions, each on one line.
fn instructions() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("dist/Containerfile")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let joined = lines.collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    let lines = joined.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty())
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn the_image_is_empty_but_for_the_program_and_does_not_run_as_root() {
    let all = instructions();
    let last = all
        .iter()
        .rposition(|line| line.starts_with("FROM "))
        .unwrap();
    let image = &all[last..];
    assert_eq!(
        image,
        [
            "FROM scratch",
            "COPY --from=build --chown=65532:65532 /root-of-image/ /",
            "USER 65532:65532",
            "ENV HOME=/data",
            r#"VOLUME ["/data", "/workspace"]"#,
            "EXPOSE 8787",
            r#"ENTRYPOINT ["/openwork-server"]"#,
            r#"CMD ["--host", "0.0.0.0", "--workspace", "/workspace"]"#,
        ]
    );
    // Nothing is fetched by address, and no version of a dependency is chosen anew.
    assert!(all.iter().all(|line| !line.starts_with("ADD ")), "{all:#?}");
    assert!(
        all.iter()
            .any(|line| line.contains("cargo build --release --locked"))
    );
}
