//! A task of the Windows task scheduler.

use std::path::Path;

use super::ServicePlan;
use super::launch::ServiceLaunch;
use super::launchd::escaped;
use super::step::{FileEncoding, ServiceFile, SystemCommand};

const NAME: &str = "OpenWork server";

pub(super) fn plan(launch: &ServiceLaunch, home: &Path) -> ServicePlan {
    let directory = home.join(".config").join("openwork");
    let path = directory.join("service.xml");
    let create = [
        "schtasks",
        "/Create",
        "/F",
        "/TN",
        NAME,
        "/XML",
        &path.to_string_lossy(),
    ];
    ServicePlan {
        start: vec![
            SystemCommand::of(create),
            SystemCommand::of(["schtasks", "/Run", "/TN", NAME]),
        ],
        stop: vec![
            SystemCommand::of(["schtasks", "/End", "/TN", NAME]),
            SystemCommand::of(["schtasks", "/Delete", "/F", "/TN", NAME]),
        ],
        forget: Vec::new(),
        ask: SystemCommand::of(["schtasks", "/Query", "/TN", NAME]),
        file: ServiceFile {
            text: definition(launch),
            encoding: FileEncoding::Utf16,
            path,
        },
    }
}

fn definition(launch: &ServiceLaunch) -> String {
    let program = escaped(&launch.program.to_string_lossy());
    let words: Vec<String> = launch.arguments.iter().map(|word| quoted(word)).collect();
    let words = escaped(&words.join(" "));
    format!(
        "\
<?xml version=\"1.0\" encoding=\"UTF-16\"?>
<Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">
  <Triggers>
    <LogonTrigger><Enabled>true</Enabled></LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id=\"Author\">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>
  </Settings>
  <Actions Context=\"Author\">
    <Exec><Command>{program}</Command><Arguments>{words}</Arguments></Exec>
  </Actions>
</Task>
"
    )
}

/// A word of a command line as programs of Windows take it apart: backslashes
/// count only before a quotation mark.
fn quoted(word: &str) -> String {
    let mut quoted = String::from("\"");
    let mut backslashes = 0;
    for character in word.chars() {
        match character {
            '\\' => backslashes += 1,
            '"' => {
                quoted.extend(std::iter::repeat_n('\\', backslashes * 2 + 1));
                quoted.push('"');
                backslashes = 0;
            }
            other => {
                quoted.extend(std::iter::repeat_n('\\', backslashes));
                quoted.push(other);
                backslashes = 0;
            }
        }
    }
    quoted.extend(std::iter::repeat_n('\\', backslashes * 2));
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_as_windows_takes_them_apart() {
        for (word, expected) in [
            ("a b", r#""a b""#),
            (r"C:\x y\", r#""C:\x y\\""#),
            (r#"a\"b"#, r#""a\\\"b""#),
            (r#"say "hi""#, r#""say \"hi\"""#),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
