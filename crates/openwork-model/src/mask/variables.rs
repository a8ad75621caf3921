//! Environment variables: which are secret, and which make programs load code.

use super::is_secret_key;

/// Variables that programs take code, or the place of code, from.
struct VariableFamily {
    /// Their names; `*` stands for any text at one end.
    names: &'static [&'static str],
    /// What they do.
    reason: &'static str,
    /// Whether their values are addresses, which may hold credentials.
    addresses: bool,
}

const fn code(names: &'static [&'static str], reason: &'static str) -> VariableFamily {
    VariableFamily {
        names,
        reason,
        addresses: false,
    }
}

const fn addresses(names: &'static [&'static str], reason: &'static str) -> VariableFamily {
    VariableFamily {
        names,
        reason,
        addresses: true,
    }
}

/// Names are compared without regard to case, as Windows does.
const FAMILIES: &[VariableFamily] = &[
    addresses(
        &["*_PROXY"],
        "sends what a program sends through another host",
    ),
    addresses(
        &[
            "npm_config_registry",
            "*:registry",
            "PIP_INDEX_URL",
            "PIP_EXTRA_INDEX_URL",
            "UV_INDEX*",
            "UV_DEFAULT_INDEX",
            "UV_EXTRA_INDEX_URL",
            "GOPROXY",
            "GEM_HOST",
            "*_REGISTRY",
            "*_MIRROR",
        ],
        "says where packages are loaded from",
    ),
    code(
        &["PATH", "PATHEXT", "CDPATH", "FPATH", "*_PATH", "*_HOME"],
        "says where programs and their code are found",
    ),
    code(
        &[
            "LD_*",
            "DYLD_*",
            "*_PRELOAD",
            "GCONV_PATH",
            "LIBPATH",
            "SHLIB_PATH",
        ],
        "makes the loader put code into programs",
    ),
    code(
        &["NODE_*", "ELECTRON_*", "BUN_*", "DENO_*", "TS_NODE_*"],
        "tells a JavaScript runtime what to load",
    ),
    code(
        &["npm_config_*", "YARN_*", "PNPM_*", "COREPACK_*"],
        "tells a package manager what to run and load",
    ),
    code(
        &[
            "PYTHON*",
            "PIP_*",
            "UV_*",
            "PIPX_*",
            "VIRTUAL_ENV",
            "CONDA_*",
        ],
        "tells Python what to load",
    ),
    code(
        &["PERL5*", "PERL_*", "PERLLIB", "PERLIO*"],
        "tells Perl what to load",
    ),
    code(
        &["RUBY*", "GEM_*", "BUNDLE_*", "BUNDLER_*"],
        "tells Ruby what to load",
    ),
    code(
        &[
            "LUA_*",
            "PHPRC",
            "PHP_INI_*",
            "R_PROFILE*",
            "R_ENVIRON*",
            "JULIA_*",
            "AWKPATH",
            "AWKLIBPATH",
        ],
        "tells an interpreter what to load",
    ),
    code(
        &[
            "JAVA_*",
            "_JAVA_*",
            "JDK_*",
            "CLASSPATH",
            "MAVEN_*",
            "GRADLE_*",
            "SBT_*",
            "JVM_*",
        ],
        "tells Java what to load",
    ),
    code(
        &[
            "DOTNET_*",
            "COMPlus_*",
            "CORECLR_*",
            "COR_*",
            "PSModulePath",
        ],
        "tells .NET what to load",
    ),
    code(
        &[
            "GOPATH",
            "GOROOT",
            "GOBIN",
            "GOENV",
            "GOFLAGS",
            "GOTOOLCHAIN",
            "GOSUMDB",
            "GONOSUM*",
            "GOPRIVATE",
            "CGO_*",
            "CARGO*",
            "RUSTC*",
            "RUSTFLAGS",
            "RUSTDOC*",
            "RUSTUP_*",
            "CC",
            "CXX",
            "*FLAGS",
            "MAKEFILES",
        ],
        "tells a compiler what to run and load",
    ),
    code(
        &[
            "BASH_*",
            "ENV",
            "SHELL",
            "SHELLOPTS",
            "BASHOPTS",
            "PROMPT_COMMAND",
            "PS0",
            "PS1",
            "PS2",
            "PS3",
            "PS4",
            "IFS",
            "ZDOTDIR",
            "FIGNORE",
            "HISTFILE",
            "COMSPEC",
        ],
        "tells a shell what to run",
    ),
    code(
        &[
            "EDITOR",
            "VISUAL",
            "PAGER",
            "BROWSER",
            "*_EDITOR",
            "*_PAGER",
            "*_BROWSER",
            "*_ASKPASS",
            "LESSOPEN",
            "LESSCLOSE",
            "*_COMMAND",
            "*_CMD",
            "*_SHELL",
            "*_EXEC",
            "*_WRAPPER",
            "*_LAUNCHER",
            "*_HELPER",
            "*_PROCESS",
            "*_SCRIPT",
            "*_PROGRAM",
            "*_BINARY",
            "*_HOOK",
        ],
        "names a program that others start",
    ),
    code(
        &[
            "*_OPTIONS",
            "*_OPTS",
            "*_ARGS",
            "*_PLUGINS",
            "*_CONFIG",
            "*RC",
        ],
        "gives options to every start of a program",
    ),
    code(
        &["GIT_*", "SSH_ASKPASS*", "SSH_AUTH_SOCK"],
        "tells git or ssh what to run",
    ),
    code(
        &[
            "SSL_CERT*",
            "*_CA_BUNDLE",
            "*_CA_CERTS",
            "*_CERT_FILE",
            "*_CAFILE",
            "OPENSSL_*",
        ],
        "says whose certificates are trusted",
    ),
    code(
        &[
            "OPENCODE_*",
            "HOME",
            "USERPROFILE",
            "XDG_*",
            "APPDATA",
            "LOCALAPPDATA",
            "TMPDIR",
            "TEMP",
            "TMP",
        ],
        "says where programs find their settings",
    ),
];

/// Ends of names that mean a secret even where a family has a `*`: none of its
/// programs takes code from such a variable.
const SECRETS: &[&str] = &[
    "token",
    "tokens",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "credentials",
    "api_key",
    "apikey",
    "access_key",
    "private_key",
    "secret_key",
    "_auth",
];

/// Why a variable of this name could make a program load or run code, or
/// send and trust something else.
///
/// What it is set to is shown for that reason, whatever the name looks like.
///
/// ```
/// use openwork_model::mask::loads_code;
///
/// assert_eq!(loads_code("LD_PRELOAD"), Some("makes the loader put code into programs"));
/// assert_eq!(loads_code("GITHUB_TOKEN"), None);
/// ```
pub fn loads_code(name: &str) -> Option<&'static str> {
    family(name).map(|family| family.reason)
}

/// How the value of an environment variable is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShownVariable {
    /// Not at all.
    Masked,
    /// As it is.
    Whole,
    /// Without the credentials of the addresses in it.
    Addresses,
}

/// How the value of a variable of this name is shown.
pub(super) fn shown(name: &str) -> ShownVariable {
    match family(name) {
        Some(family) if family.addresses => ShownVariable::Addresses,
        Some(_) => ShownVariable::Whole,
        None if is_secret_variable(name) => ShownVariable::Masked,
        None => ShownVariable::Addresses,
    }
}

fn family(name: &str) -> Option<&'static VariableFamily> {
    let of = |is: fn(&str, &str) -> bool| {
        let has = |family: &&VariableFamily| family.names.iter().any(|pattern| is(pattern, name));
        FAMILIES.iter().find(has)
    };
    let exact = of(str::eq_ignore_ascii_case);
    let is_secret = SECRETS.iter().any(|secret| ends_with(name, secret));
    match exact {
        None if !is_secret => of(is_like),
        exact => exact,
    }
}

/// Whether a name is like a pattern with a `*` at one end.
fn is_like(pattern: &str, name: &str) -> bool {
    match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
        (Some(start), _) => starts_with(name, start),
        (_, Some(end)) => ends_with(name, end),
        (None, None) => false,
    }
}

fn starts_with(name: &str, start: &str) -> bool {
    let own = name.as_bytes().get(..start.len());
    own.is_some_and(|own| own.eq_ignore_ascii_case(start.as_bytes()))
}

fn ends_with(name: &str, end: &str) -> bool {
    let own = name.len().checked_sub(end.len());
    let own = own.and_then(|at| name.as_bytes().get(at..));
    own.is_some_and(|own| own.eq_ignore_ascii_case(end.as_bytes()))
}

/// Personal access tokens are called so in variables only.
fn is_secret_variable(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    is_secret_key(name) || last.eq_ignore_ascii_case("pat")
}

#[cfg(test)]
mod tests;
