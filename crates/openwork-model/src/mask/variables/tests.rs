use super::*;

#[test]
fn variables_that_load_code_are_known_by_name() {
    for name in [
        "NODE_OPTIONS",
        "node_options",
        "NODE_PATH",
        "PATH",
        "Path",
        "LD_PRELOAD",
        "LD_LIBRARY_PATH",
        "DYLD_INSERT_LIBRARIES",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PERL5OPT",
        "PERL5DB",
        "RUBYOPT",
        "BASH_ENV",
        "ENV",
        "GIT_SSH_COMMAND",
        "GIT_CONFIG_KEY_0",
        "GIT_CONFIG_VALUE_0",
        "GIT_ASKPASS",
        "npm_config_registry",
        "NPM_CONFIG_SCRIPT_SHELL",
        "npm_config_userconfig",
        "JAVA_TOOL_OPTIONS",
        "MAVEN_OPTS",
        "MY_PRELOAD",
        "EDITOR",
        "SHELL",
        "PROMPT_COMMAND",
        "PS4",
        "IFS",
        "HTTP_PROXY",
        "https_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "NODE_EXTRA_CA_CERTS",
        "BROWSER",
        "SSH_ASKPASS",
        "CARGO_HOME",
        "RUSTC_WRAPPER",
    ] {
        assert!(loads_code(name).is_some(), "{name}");
    }
    for name in [
        "LEVEL",
        "GITHUB_TOKEN",
        "API_KEY",
        "LANG",
        "DEBUG",
        "PORT",
        "",
    ] {
        assert_eq!(loads_code(name), None, "{name}");
    }
}

#[test]
fn secrets_are_masked_by_name_unless_they_may_be_code() {
    for (name, expected) in [
        ("GITHUB_TOKEN", ShownVariable::Masked),
        ("GITHUB_PAT", ShownVariable::Masked),
        ("AWS_SECRET_ACCESS_KEY", ShownVariable::Masked),
        ("npm_config__authToken", ShownVariable::Masked),
        (
            "npm_config_//registry.npmjs.org/:_authToken",
            ShownVariable::Masked,
        ),
        ("GIT_PASSWORD", ShownVariable::Masked),
        ("GOOGLE_API_KEY", ShownVariable::Masked),
        ("OPENCODE_API_KEY", ShownVariable::Masked),
        ("SSH_PRIVATE_KEY", ShownVariable::Masked),
        ("GIT_CONFIG_KEY_0", ShownVariable::Whole),
        ("NODE_OPTIONS", ShownVariable::Whole),
        ("VAULT_TOKEN_HELPER", ShownVariable::Whole),
        ("CREDENTIAL_HELPER", ShownVariable::Whole),
        ("AWS_CREDENTIAL_PROCESS", ShownVariable::Whole),
        ("SECRET_SCRIPT", ShownVariable::Whole),
        ("SCRIPT_SECRET", ShownVariable::Masked),
        ("HTTPS_PROXY", ShownVariable::Addresses),
        ("npm_config_registry", ShownVariable::Addresses),
        ("LEVEL", ShownVariable::Addresses),
    ] {
        assert_eq!(shown(name), expected, "{name}");
    }
}
