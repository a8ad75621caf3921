//! Links the layers and runs them until something asks them to stop.

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use openwork_approval::{ApprovalMode, GateOptions};
use openwork_host::{Host, HostOptions, HostWrites};
use openwork_http::engine::{EngineOptions, HttpEngine};
use openwork_http::{
    ApprovalRecorder, ConsoleAccess, HttpOptions, LaterOptions, MetricsAccess, Server, ServerFacts,
    SyncCounts, TokenSource, TokenSources,
};
use openwork_model::workspace::{EngineLogin, Workspace, WorkspaceType};
use openwork_store::disk::DiskSyncs;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::environment::Environment;
use crate::handles;
use crate::hooks::Hooks;
use crate::lifecycle;
use crate::notify;
use crate::problem::StartProblem;
use crate::settings::layer::SettingSource;
use crate::settings::{
    self, ApprovalModeSetting, Console, MetricsSetting, Settings, WorkspaceSettings,
};
use crate::state;
use crate::stores::WorkspaceStores;
use crate::tls::ServerIdentity;
use crate::token_key;
use crate::workspace_list;

/// Threads for file work beside the one that serves.
const FILE_THREADS: usize = 4;

/// Threads for reading large bodies.
const BODY_THREADS: usize = 1;

/// Threads for the server's own files and for names of hosts: those above stay for a
/// moment when they are done, and nobody is to wait for that.
const OTHER_THREADS: usize = 1;

/// How long after a request has ended it is written down at the latest.
const RECORDED_AFTER: Duration = Duration::from_millis(250);

/// How long file work of a stopping server may go on after the drain.
const LAST_CALL: Duration = Duration::from_millis(500);

/// A server that is ready to run.
pub(crate) struct PreparedServer {
    runtime: Runtime,
    host: Arc<Host>,
    server: Server,
    hooks: Option<Hooks>,
}

impl PreparedServer {
    /// Opens the workspaces, settling what an earlier run left behind, for a
    /// process that listens on `port`, may have so many file handles and shows this
    /// identity.
    pub(crate) fn new(
        settings: &Settings,
        environment: &Environment,
        port: u16,
        handles: u64,
        identity: ServerIdentity,
    ) -> Result<Self, StartProblem> {
        let runtime = runtime()?;
        lifecycle::outlive_full_files(&runtime).map_err(cannot_run)?;
        let workspaces = &settings.workspaces;
        let held = handles::for_an_answer(handles, workspaces.len());
        let stores = WorkspaceStores::new(settings, environment, held);
        for workspace in workspaces {
            stores.warn_of_own_files(&workspace.path);
        }
        let opened = workspaces.iter().map(|workspace| {
            let roots = settings.authorized_roots.clone();
            stores.open(describe(workspace), roots)
        });
        let opened = opened.collect();
        let engine = engine(&settings.engine);
        let options = host_options(settings, environment, &engine, stores);
        let host = Host::new(options, opened);
        let host = Arc::new(host.map_err(|cause| StartProblem::new(cause.to_string()))?);
        let hooks = Hooks::new(settings, environment)?;
        let options = HttpOptions {
            engine,
            answers: hooks.as_ref().and_then(Hooks::desk),
            ..http_options(settings, environment, port)
        };
        let server = Server::new(Arc::clone(&host), identity.shown_by(options));
        Ok(Self {
            runtime,
            host,
            server,
            hooks,
        })
    }

    /// Answers requests until the process is asked to end. `announce` is called
    /// once it can be: whoever reads of the start may stop it right away.
    pub(crate) fn run(
        self,
        listener: TcpListener,
        settings: &Settings,
        announce: impl FnOnce() -> Result<(), StartProblem>,
    ) -> Result<(), StartProblem> {
        let Self {
            runtime,
            host,
            server,
            hooks,
        } = self;
        let ended = runtime.block_on(serve(&host, server, hooks, listener, settings, announce));
        runtime.shutdown_timeout(LAST_CALL);
        ended
    }
}

async fn serve(
    host: &Arc<Host>,
    server: Server,
    hooks: Option<Hooks>,
    listener: TcpListener,
    settings: &Settings,
    announce: impl FnOnce() -> Result<(), StartProblem>,
) -> Result<(), StartProblem> {
    // Signals are watched before the listener accepts: one that comes in between
    // would otherwise end the process without the drain.
    let stop = CancellationToken::new();
    lifecycle::watch(settings.exit, &stop).map_err(cannot_run)?;
    let ended = Arc::new(Notify::new());
    if let Some(hooks) = &hooks {
        hooks.start(host, &server.service(), &stop);
    }
    let gate = host.gate().clone();
    tokio::spawn(notify::watch(gate, Arc::clone(&ended), hooks, stop.clone()));
    let recorder = state::approvals(settings.token_store.as_ref())
        .map(|file| Arc::new(ApprovalRecorder::new(Arc::clone(host), file)));
    if let Some(recorder) = recorder.clone() {
        tokio::spawn(record_ended(recorder, ended));
    }
    listener.set_nonblocking(true).map_err(cannot_run)?;
    let listener = tokio::net::TcpListener::from_std(listener).map_err(cannot_run)?;
    // The socket queues connections since it was bound, so whoever reads the boot
    // lines and connects at once is answered.
    announce()?;
    server
        .serve(listener, stop.cancelled_owned())
        .await
        .map_err(cannot_run)?;
    host.shut_down().await;
    // What ended with the server, too.
    if let Some(recorder) = recorder {
        recorder.record().await;
    }
    Ok(())
}

/// Writes down what has ended, soon after it has: what ends together is written
/// together.
async fn record_ended(recorder: Arc<ApprovalRecorder>, ended: Arc<Notify>) {
    loop {
        ended.notified().await;
        tokio::time::sleep(RECORDED_AFTER).await;
        recorder.record().await;
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it turns one error into another"
)]
fn cannot_run(cause: io::Error) -> StartProblem {
    StartProblem::new(format!("the server cannot run: {cause}"))
}

/// One thread serves: answers that are known are given where they are asked
/// for, and file work has threads of its own.
fn runtime() -> Result<Runtime, StartProblem> {
    let mut builder = Builder::new_current_thread();
    builder
        .enable_all()
        .max_blocking_threads(FILE_THREADS + BODY_THREADS + OTHER_THREADS)
        // Threads that idle hold stacks; the default of 10 s shows in the memory
        // at rest of a server that was just asked something.
        .thread_keep_alive(Duration::from_secs(1));
    builder
        .build()
        .map_err(|cause| StartProblem::new(format!("no threads to run on: {cause}")))
}

/// A workspace as the settings have it.
pub(crate) fn describe(configured: &WorkspaceSettings) -> Workspace {
    let workspace = Workspace::at(&configured.path);
    let password = configured.login.password.as_ref();
    Workspace {
        name: configured
            .name
            .clone()
            .unwrap_or_else(|| workspace.name.clone()),
        workspace_type: match configured.workspace_type {
            settings::WorkspaceTypeSetting::Local => WorkspaceType::Local,
            settings::WorkspaceTypeSetting::Remote => WorkspaceType::Remote,
        },
        id: configured.id.clone().unwrap_or(workspace.id),
        display_name: configured.display_name.clone(),
        preset: configured.preset.clone().unwrap_or(workspace.preset),
        base_url: configured.base_url.clone(),
        directory: configured.directory.clone(),
        login: EngineLogin {
            username: configured.login.username.clone(),
            password: password.map(|password| password.expose().to_owned()),
        },
        path: workspace.path,
    }
}

fn host_options(
    settings: &Settings,
    environment: &Environment,
    engine: &HttpEngine,
    stores: WorkspaceStores,
) -> HostOptions {
    let approval = &settings.approval;
    HostOptions {
        read_only: settings.read_only,
        host_writes: match approval.host_writes {
            settings::HostWritesSetting::Allow => HostWrites::Allow,
            settings::HostWritesSetting::Ask => HostWrites::Ask,
        },
        gate: GateOptions {
            mode: match approval.mode {
                ApprovalModeSetting::Manual => ApprovalMode::Manual,
                ApprovalModeSetting::Auto => ApprovalMode::Auto,
            },
            timeout: approval.timeout,
            watched_timeout: approval.watched_timeout,
            max_pending: approval.max_pending,
            max_pending_per_asker: approval.max_pending_per_client,
            ..GateOptions::default()
        },
        engine: Some(Arc::new(engine.clone())),
        tokens: state::kept(
            settings.token_store.as_ref(),
            "no tokens can be made for others",
        ),
        env: state::kept(
            settings.env_store.as_ref(),
            "no environment variables can be kept",
        ),
        push: state::push(settings.token_store.as_ref()),
        workspace_list: Some(workspace_list::of(settings)),
        global_config: state::global_config(environment.engine_directory()),
        workspace_opener: Some(Arc::new(stores)),
        server_log: state::audit(settings.token_store.as_ref()),
        ..HostOptions::default()
    }
}

/// How engines are spoken to that say nothing else themselves.
pub(crate) fn engine(credentials: &settings::EngineCredentials) -> HttpEngine {
    let password = credentials.password.as_ref();
    HttpEngine::new(&EngineOptions {
        username: credentials.username.clone(),
        password: password.map(|password| password.expose().to_owned()),
        ..EngineOptions::default()
    })
}

/// Tells the numbers of the store to the server, which does not know it.
fn syncs() -> SyncCounts {
    let DiskSyncs { count, waited } = DiskSyncs::until_now();
    SyncCounts { count, waited }
}

fn http_options(settings: &Settings, environment: &Environment, port: u16) -> HttpOptions {
    let mut allowed_hosts = settings.allowed_hosts.clone();
    // A phone on the same network types the machine's name. Whoever controls that
    // name on the network controls the machine already, so rebinding gains nothing.
    if let Some(name) = &environment.machine_name {
        // With and without the domain, as people type either.
        let short = name.split_once('.').map(|(short, _)| short.to_owned());
        allowed_hosts.extend(short.into_iter().chain([name.clone()]));
    }
    // Links of notifications lead there.
    let public = settings.reach.public_url.as_ref();
    allowed_hosts.extend(public.map(|url| url.host().to_owned()));
    HttpOptions {
        cors_origins: settings.cors_origins.clone(),
        allowed_hosts,
        console: match settings.console {
            Console::Local => ConsoleAccess::Local,
            Console::Lan => ConsoleAccess::Lan,
            Console::Off => ConsoleAccess::Off,
        },
        metrics: match settings.metrics {
            MetricsSetting::Host => MetricsAccess::Host,
            MetricsSetting::Open => MetricsAccess::Open,
        },
        syncs: Some(syncs),
        push_services: settings.reach.push_services.clone(),
        proxy_machine: settings.proxy_machine,
        log_requests: settings.log.requests,
        approval_log: state::approvals(settings.token_store.as_ref()),
        later: state::later(settings.token_store.as_ref()).map(|file| LaterOptions {
            file,
            patience: settings.approval.async_timeout,
        }),
        facts: facts(settings, port),
        token_key: token_key::source(settings, environment),
        ..HttpOptions::new(
            settings.token.value.expose(),
            settings.host_token.value.expose(),
        )
    }
}

fn facts(settings: &Settings, port: u16) -> ServerFacts {
    let source = |key: &str| match settings.sources.get(key) {
        Some(SettingSource::Flag) => TokenSource::Cli,
        Some(SettingSource::Environment) => TokenSource::Env,
        Some(SettingSource::File) => TokenSource::File,
        Some(SettingSource::Default) | None => TokenSource::Generated,
    };
    ServerFacts {
        host: settings.host.clone(),
        port,
        config_path: settings.file.clone(),
        authorized_roots: settings.authorized_roots.clone(),
        tokens: TokenSources {
            client: source("token"),
            host: source("hostToken"),
        },
    }
}
