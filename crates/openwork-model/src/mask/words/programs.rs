//! Programs that start others, or run what they are given.

/// What is known of the program that words are given to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::mask) enum KnownProgram {
    /// It is the next word.
    #[default]
    Unnamed,
    /// It starts what a later word names: a package, a script.
    Launcher,
    /// It starts containers, and has flags of its own.
    Container,
    /// It runs code that its arguments may be.
    Interpreter,
    /// None of these, or the word has come that names what is started.
    Other,
}

/// Programs that start what their arguments name.
const LAUNCHERS: &[&str] = &[
    "npx",
    "bunx",
    "bun",
    "npm",
    "pnpm",
    "pnpx",
    "yarn",
    "deno",
    "uvx",
    "uv",
    "pipx",
    "pip",
    "poetry",
    "cargo",
    "dotnet",
    "java",
    "env",
    "sudo",
    "doas",
    "nohup",
    "setsid",
    "stdbuf",
    "xargs",
    "chroot",
    "unshare",
    "systemd-run",
    "flatpak",
    "nix-shell",
];

/// The same where they come first; later they are words like others.
const FIRST_LAUNCHERS: &[&str] = &[
    "time", "timeout", "nice", "find", "ssh", "watch", "exec", "command", "start", "go", "gem",
    "bundle", "su", "wsl", "snap", "mise", "asdf", "nix",
];

/// Programs that start containers.
const CONTAINERS: &[&str] = &["docker", "podman", "nerdctl", "container"];

/// Programs that run code.
const INTERPRETERS: &[&str] = &[
    "sh",
    "bash",
    "zsh",
    "dash",
    "ash",
    "ksh",
    "fish",
    "csh",
    "tcsh",
    "busybox",
    "pwsh",
    "powershell",
    "cmd",
    "node",
    "nodejs",
    "python",
    "pypy",
    "ipython",
    "ruby",
    "irb",
    "perl",
    "php",
    "lua",
    "luajit",
    "tsx",
    "ts-node",
    "osascript",
    "rscript",
    "julia",
    "awk",
    "gawk",
    "mawk",
    "sed",
    "groovy",
    "scala",
    "jshell",
    "elixir",
    "erl",
    "guile",
    "tclsh",
    "expect",
    "wscript",
    "cscript",
    "mshta",
    "rundll32",
];

/// Words between a launcher and what it starts.
const SUBCOMMANDS: &[&str] = &["run", "exec", "x", "dlx", "tool", "create", "shell", "--"];

impl KnownProgram {
    /// The program that the next word is given to, after this word.
    pub(super) fn after(self, word: &str) -> Self {
        let name = base(word);
        let is_of = |programs: &[&str]| programs.contains(&name.as_str());
        let starts = matches!(self, Self::Unnamed | Self::Launcher);
        match self {
            _ if is_of(INTERPRETERS) => Self::Interpreter,
            _ if is_of(LAUNCHERS) || starts && is_of(FIRST_LAUNCHERS) => Self::Launcher,
            _ if starts && is_of(CONTAINERS) => Self::Container,
            Self::Launcher if word.contains('=') || SUBCOMMANDS.contains(&word) => self,
            Self::Launcher | Self::Interpreter if word.starts_with('-') => self,
            Self::Container => self,
            _ => Self::Other,
        }
    }

    /// The same after a word that says what is started.
    pub(super) fn begun(self) -> Self {
        match self {
            Self::Container => self,
            _ => Self::Other,
        }
    }

    /// Whether the value of an unknown flag cannot be what is to be started.
    /// Programs that start containers refuse flags that they do not know.
    pub(super) fn has_begun(self) -> bool {
        matches!(self, Self::Unnamed | Self::Other | Self::Container)
    }
}

/// The name of a program without its directory and version.
fn base(word: &str) -> String {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
        .to_owned()
}
