use std::cell::RefCell;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::*;

const LINK: &str = "http://127.0.0.1:8787/console#token=host-token";
/// Nobody, on every system.
#[cfg(target_os = "linux")]
const OTHER: u32 = 65534;

/// What somebody reads who asks for an address; that user needs no files.
async fn fetch(address: &str, user: Option<u32>) -> String {
    let rest = address.strip_prefix("http://127.0.0.1:").unwrap();
    let (port, path) = rest.split_once('/').unwrap();
    let script = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{port}; printf 'GET /{path} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' >&3; \
         cat <&3"
    );
    let mut command = Command::new("bash");
    command
        .args(["-c", &script])
        .current_dir("/")
        .stderr(Stdio::null());
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
    let output = tokio::task::spawn_blocking(move || command.output());
    String::from_utf8(output.await.unwrap().unwrap().stdout).unwrap()
}

/// Hands the link over, with a browser that does as it is told.
async fn with_browser<F: Future>(
    guard: HandoverGuard,
    directories: &[PathBuf],
    browser: impl FnOnce(String) -> F,
) -> (Result<()>, F::Output) {
    let opened = RefCell::new(None);
    let open = |url: &str| -> io::Result<()> {
        *opened.borrow_mut() = Some(url.to_owned());
        Ok(())
    };
    let browsing = async {
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let url = opened.borrow().clone();
            if let Some(url) = url {
                return browser(url).await;
            }
        }
    };
    tokio::join!(hand_over_behind(guard, LINK, directories, &open), browsing)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn another_user_who_asks_first_gets_nothing() {
    assert!(peer::can_be_known());
    let is_root = rustix::process::geteuid().is_root();
    let browser = async |url: String| {
        let mut answers = Vec::new();
        if is_root {
            answers.push(fetch(&url, Some(OTHER)).await);
        }
        answers.push(fetch(&url, None).await);
        answers
    };
    let (handed, mut answers) = with_browser(HandoverGuard::SameUser, &[], browser).await;
    handed.unwrap();
    let ours = answers.pop().unwrap();
    assert!(
        ours.contains(&format!("\r\nlocation: {LINK}\r\n")),
        "{ours}"
    );
    for theirs in answers {
        assert!(theirs.starts_with("HTTP/1.1 403 "), "{theirs}");
        assert!(!theirs.contains("host-token"), "{theirs}");
    }
}

#[tokio::test]
async fn where_users_are_not_known_a_private_file_tells_the_address() {
    let parent = tempfile::tempdir().unwrap();
    let unusable = parent.path().join("open");
    fs::DirBuilder::new().create(&unusable).unwrap();
    fs::set_permissions(&unusable, Permissions::from_mode(0o755)).unwrap();
    let directory = parent.path().join("run");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let browser = async |url: String| {
        let path = PathBuf::from(url.strip_prefix("file://").unwrap());
        assert_eq!(path.parent(), Some(directory.as_path()));
        assert_eq!((mode(&directory), mode(&path)), (0o700, 0o600));
        let page = io::read_to_string(fs::File::open(&path).unwrap()).unwrap();
        assert!(!page.contains("host-token"), "{page}");
        let (_, rest) = page.split_once("content=\"0;url=").unwrap();
        fetch(rest.split_once('"').unwrap().0, None).await
    };
    let directories = [unusable, directory.clone()];
    let (handed, answer) = with_browser(HandoverGuard::PrivateFile, &directories, browser).await;
    handed.unwrap();
    assert!(
        answer.contains(&format!("\r\nlocation: {LINK}\r\n")),
        "{answer}"
    );
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_never_asks_is_told() {
    let waited = hand_over_behind(HandoverGuard::SameUser, LINK, &[], &|_| Ok(())).await;
    assert!(
        matches!(waited, Err(TerminalError::BrowserSilent)),
        "{waited:?}"
    );
    let nowhere = hand_over_behind(HandoverGuard::PrivateFile, LINK, &[], &|_| Ok(())).await;
    assert!(
        matches!(nowhere, Err(TerminalError::BrowserFailed(_))),
        "{nowhere:?}"
    );
}
