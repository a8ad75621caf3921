//! An agent of launchd (launchd.plist(5)).

use std::path::Path;

use super::ServicePlan;
use super::launch::ServiceLaunch;
use super::step::{FileEncoding, ServiceFile, SystemCommand};

const LABEL: &str = "dev.openwork.server";

pub(super) fn plan(launch: &ServiceLaunch, home: &Path) -> ServicePlan {
    let file = format!("{LABEL}.plist");
    let path = home.join("Library").join("LaunchAgents").join(file);
    let domain = format!("gui/{}", launch.user);
    let service = format!("{domain}/{LABEL}");
    let start = ["launchctl", "bootstrap", &domain, &path.to_string_lossy()];
    ServicePlan {
        start: vec![SystemCommand::of(start)],
        stop: vec![SystemCommand::of(["launchctl", "bootout", &service])],
        forget: Vec::new(),
        ask: SystemCommand::of(["launchctl", "print", &service]),
        file: ServiceFile {
            text: agent(launch, home),
            encoding: FileEncoding::Utf8,
            path,
        },
    }
}

fn agent(launch: &ServiceLaunch, home: &Path) -> String {
    let program = launch.program.to_string_lossy();
    let words = std::iter::once(&*program).chain(launch.arguments.iter().map(String::as_str));
    let words: Vec<String> = words
        .map(|word| format!("    <string>{}</string>\n", escaped(word)))
        .collect();
    let words = words.concat();
    let log = home
        .join("Library")
        .join("Logs")
        .join("openwork-server.log");
    let log = escaped(&log.to_string_lossy());
    format!(
        "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">
<plist version=\"1.0\">
<dict>
  <key>Label</key>
  <string>{LABEL}</string>
  <key>ProgramArguments</key>
  <array>
{words}  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ProcessType</key>
  <string>Background</string>
  <key>Umask</key>
  <integer>63</integer>
  <key>StandardErrorPath</key>
  <string>{log}</string>
</dict>
</plist>
"
    )
}

/// A text of an XML document.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}
