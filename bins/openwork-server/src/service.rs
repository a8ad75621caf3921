//! A server that the system starts when its user signs in.
//!
//! | module | what it is |
//! | --- | --- |
//! | `launch` | what is started: the program and its arguments |
//! | `systemd`, `launchd`, `task` | the form that each system takes it in |
//! | `step` | the programs of the system that are run, and the file that is written |
//! | `status` | what the system says of it |

use std::path::{Path, PathBuf};

use crate::environment::Environment;
use crate::problem::StartProblem;

pub(crate) mod launch;
pub(crate) mod launchd;
pub(crate) mod status;
pub(crate) mod step;
pub(crate) mod systemd;
pub(crate) mod task;

use self::launch::ServiceLaunch;
use self::step::{ServiceFile, SystemCommand};

/// What becomes of a service on one system.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ServicePlan {
    /// What the system reads.
    pub(crate) file: ServiceFile,
    /// What is run once the file is there.
    pub(crate) start: Vec<SystemCommand>,
    /// What is run before the file goes.
    pub(crate) stop: Vec<SystemCommand>,
    /// What is run after it went.
    pub(crate) forget: Vec<SystemCommand>,
    /// What says whether it runs.
    pub(crate) ask: SystemCommand,
}

/// A system that starts services of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServiceSystem {
    /// systemd's user manager.
    Systemd,
    /// launchd, for a user's session.
    Launchd,
    /// The task scheduler of Windows.
    Task,
}

impl ServiceSystem {
    /// That of this machine.
    pub(crate) fn of_this_machine() -> Self {
        if cfg!(target_os = "macos") {
            Self::Launchd
        } else if cfg!(windows) {
            Self::Task
        } else {
            Self::Systemd
        }
    }

    /// What has to be done for a launch.
    ///
    /// # Errors
    ///
    /// There is no home directory.
    pub(crate) fn plan(
        self,
        launch: &ServiceLaunch,
        environment: &Environment,
    ) -> Result<ServicePlan, StartProblem> {
        let home = environment.home.clone().ok_or_else(|| {
            StartProblem::new("there is no home directory, and so no place for a service")
                .help("set `HOME`")
        })?;
        Ok(match self {
            Self::Systemd => systemd::plan(launch, &config_directory(environment, &home)),
            Self::Launchd => launchd::plan(launch, &home),
            Self::Task => task::plan(launch, &home),
        })
    }
}

fn config_directory(environment: &Environment, home: &Path) -> PathBuf {
    let given = environment.variable("XDG_CONFIG_HOME").map(PathBuf::from);
    let given = given.filter(|path| path.is_absolute());
    given.unwrap_or_else(|| home.join(".config"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn plan(system: ServiceSystem) -> ServicePlan {
        let launch = ServiceLaunch {
            program: "/opt/open work/openwork-server".into(),
            arguments: vec![
                "--workspace=/home/a/my \"notes\" 100%$HOME".into(),
                "--port=8787".into(),
            ],
            user: 501,
        };
        let environment = Environment {
            home: Some("/home/a".into()),
            ..Environment::default()
        };
        system.plan(&launch, &environment).unwrap()
    }

    #[test]
    fn systemd_is_given_a_unit() {
        insta::assert_snapshot!(plan(ServiceSystem::Systemd).rehearsal(), @r#"
        # /home/a/.config/systemd/user/openwork-server.service
        [Unit]
        Description=OpenWork server: asks before anything changes what agents can do

        [Service]
        Type=notify
        ExecStart="/opt/open work/openwork-server" "--workspace=/home/a/my \"notes\" 100%%$$HOME" "--port=8787"
        Restart=on-failure
        RestartSec=2
        UMask=0077
        NoNewPrivileges=yes
        LockPersonality=yes
        MemoryDenyWriteExecute=yes
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        SystemCallErrorNumber=EPERM

        [Install]
        WantedBy=default.target

        # then
        systemctl --user daemon-reload
        systemctl --user enable --now openwork-server.service
        "#);
    }

    #[test]
    fn launchd_is_given_an_agent() {
        insta::assert_snapshot!(plan(ServiceSystem::Launchd).rehearsal(), @r#"
        # /home/a/Library/LaunchAgents/dev.openwork.server.plist
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0">
        <dict>
          <key>Label</key>
          <string>dev.openwork.server</string>
          <key>ProgramArguments</key>
          <array>
            <string>/opt/open work/openwork-server</string>
            <string>--workspace=/home/a/my "notes" 100%$HOME</string>
            <string>--port=8787</string>
          </array>
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
          <string>/home/a/Library/Logs/openwork-server.log</string>
        </dict>
        </plist>

        # then
        launchctl bootstrap gui/501 /home/a/Library/LaunchAgents/dev.openwork.server.plist
        "#);
    }

    #[test]
    fn windows_is_given_a_task() {
        insta::assert_snapshot!(plan(ServiceSystem::Task).rehearsal(), @r#"
        # /home/a/.config/openwork/service.xml
        <?xml version="1.0" encoding="UTF-16"?>
        <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
          <Triggers>
            <LogonTrigger><Enabled>true</Enabled></LogonTrigger>
          </Triggers>
          <Principals>
            <Principal id="Author">
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
          <Actions Context="Author">
            <Exec><Command>/opt/open work/openwork-server</Command><Arguments>"--workspace=/home/a/my \"notes\" 100%$HOME" "--port=8787"</Arguments></Exec>
          </Actions>
        </Task>

        # then
        schtasks /Create /F /TN "OpenWork server" /XML /home/a/.config/openwork/service.xml
        schtasks /Run /TN "OpenWork server"
        "#);
    }

    #[test]
    fn what_is_taken_back_is_said_too() {
        let plan = plan(ServiceSystem::Systemd);
        insta::assert_snapshot!(plan.removal_rehearsal(), @"
        systemctl --user disable --now openwork-server.service
        # remove /home/a/.config/systemd/user/openwork-server.service
        systemctl --user daemon-reload
        ");
    }
}
