//! Tells people elsewhere of what waits: by a program, or by a URL.

use std::collections::HashMap;
use std::ffi::OsString;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openwork_approval::{Event, Request, RequestId};
use openwork_host::{Host, Subject};
use openwork_http::{AgentFeed, Service, WaitingAgent};
use openwork_notify::{
    AnswerDesk, BudgetVerdict, DeliveryOptions, HookCommand, HookUrl, Notice, NoticeBudget, Outbox,
    deliver_all,
};
use tokio_util::sync::CancellationToken;

mod notice;
#[cfg(feature = "tls")]
mod push;

use self::notice::NoticeMaker;
use crate::environment::Environment;
use crate::problem::StartProblem;
use crate::settings::{NotifyFormat, ReachSettings, Settings};

/// What variables begin with that programs are run without: some hold tokens.
const OURS: &str = "OPENWORK_";

/// Tells people elsewhere. Clones are the same.
#[derive(Clone)]
pub(crate) struct Hooks(Arc<HooksShared>);

struct HooksShared {
    maker: NoticeMaker,
    places: Vec<(HookPlace, Outbox)>,
    /// For devices whose page is closed, where there can be such.
    push: Option<Outbox>,
    #[cfg(feature = "tls")]
    push_services: openwork_notify::PushServices,
    options: DeliveryOptions,
    /// Whether the end of requests is told.
    tells_ends: bool,
    state: Mutex<HooksState>,
}

/// Where notices go.
#[derive(Clone)]
enum HookPlace {
    Program(HookCommand),
    Url(Box<HookUrl>),
}

#[derive(Default)]
struct HooksState {
    budget: NoticeBudget,
    /// What was told and waits yet: it is not told again, and its end can be.
    told: HashMap<RequestId, Notice>,
}

impl Hooks {
    /// What the settings want told; `None` if that is nothing.
    ///
    /// # Errors
    ///
    /// A [`StartProblem`] if nothing could be sent to the URL, or the system has no
    /// randomness for a key.
    pub(crate) fn new(
        settings: &Settings,
        environment: &Environment,
    ) -> Result<Option<Self>, StartProblem> {
        let reach = &settings.reach;
        let mut places = Vec::new();
        if let Some((program, arguments)) = reach.command.split_first() {
            let arguments = arguments.iter().map(Into::into).collect();
            let command = HookCommand::new(program, arguments);
            let command = command.without_variables(our_variables(environment));
            places.push(HookPlace::Program(command));
        }
        if let Some(url) = reach.hook_url() {
            let url = url.map_err(|error| StartProblem::new(error.to_string()))?;
            places.push(HookPlace::Url(Box::new(url)));
        }
        let pushes = cfg!(feature = "tls") && settings.token_store.is_some();
        if places.is_empty() && !pushes {
            return Ok(None);
        }
        let places = places.into_iter();
        Ok(Some(Self(Arc::new(HooksShared {
            maker: NoticeMaker::new(reach.public_url.clone(), desk(reach)?),
            places: places.map(|place| (place, Outbox::default())).collect(),
            push: pushes.then(Outbox::default),
            #[cfg(feature = "tls")]
            push_services: openwork_notify::PushServices {
                more: reach.push_services.clone(),
            },
            options: DeliveryOptions {
                deadline: reach.timeout,
                ..DeliveryOptions::default()
            },
            tells_ends: reach.ended,
            state: Mutex::default(),
        }))))
    }

    /// Where the answers are signed that notices carry; none where none do.
    pub(crate) fn desk(&self) -> Option<Arc<AnswerDesk>> {
        self.0.maker.desk()
    }

    /// Begins to deliver, and to tell what agents ask, until `stop`. Within a
    /// tokio runtime.
    pub(crate) fn start(&self, host: &Arc<Host>, service: &Service, stop: &CancellationToken) {
        for (place, outbox) in &self.0.places {
            let (outbox, options) = (outbox.clone(), self.0.options);
            match place.clone() {
                HookPlace::Program(program) => until(stop, deliver_all(outbox, program, options)),
                HookPlace::Url(url) => until(stop, deliver_all(outbox, *url, options)),
            }
        }
        self.start_push(host, stop);
        until(
            stop,
            self.clone()
                .follow_agents(Arc::clone(host), service.clone()),
        );
    }

    #[cfg(feature = "tls")]
    fn start_push(&self, host: &Arc<Host>, stop: &CancellationToken) {
        let Some(outbox) = self.0.push.clone() else {
            return;
        };
        let services = self.0.push_services.clone();
        let place = push::PushPlace::new(Arc::clone(host), self.0.maker.public_url(), services);
        until(stop, deliver_all(outbox, place, self.0.options));
    }

    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, reason = "it is called as the other one is")]
    fn start_push(&self, _: &Arc<Host>, _: &CancellationToken) {}

    /// Tells of what waits now and was not told.
    pub(crate) fn catch_up(&self, waiting: &[Arc<Request<Subject>>]) {
        let known = {
            let mut state = self.lock();
            // Whatever ended meanwhile was not seen.
            state
                .told
                .retain(|id, _| waiting.iter().any(|request| request.id == *id));
            state.told.keys().copied().collect::<Vec<_>>()
        };
        for request in waiting
            .iter()
            .filter(|request| !known.contains(&request.id))
        {
            self.asked(request);
        }
    }

    /// Tells of what has happened, if it is worth it.
    pub(crate) fn tell(&self, event: &Event<Subject>) {
        match event {
            Event::Asked(request) => self.asked(request),
            Event::Replied { id, allowed, .. } => {
                self.ended(*id, if *allowed { "allowed" } else { "denied" });
            }
            Event::Expired { id, .. } => self.ended(*id, "expired"),
            Event::Withdrawn { id } => self.ended(*id, "withdrawn"),
            Event::Aborted { id } => self.ended(*id, "aborted"),
            Event::Rescheduled { .. }
            | Event::Applied { .. }
            | Event::Conflicted { .. }
            | Event::Failed { .. }
            | Event::RulesChanged => {}
        }
    }

    fn asked(&self, request: &Request<Subject>) {
        let notice = self.0.maker.asked(request);
        if self.spend(notice.clone()) {
            self.lock().told.insert(request.id, notice);
        }
    }

    fn ended(&self, id: RequestId, outcome: &str) {
        let told = self.lock().told.remove(&id);
        if let Some(told) = told.filter(|_| self.0.tells_ends) {
            self.put(NoticeMaker::ended(told, outcome));
        }
    }

    /// Tells what agents ask, for as long as there is anybody to be told. Engines
    /// are left alone at any other time.
    async fn follow_agents(self, host: Arc<Host>, service: Service) {
        if !self.0.places.is_empty() {
            return self.tell_agents(service.agents()).await;
        }
        let mut any = host.has_push_devices();
        // So that it is known whether there are devices from before.
        if let Err(error) = host.push_state().await {
            tracing::debug!(%error, "it is not known who is told while the page is closed");
        }
        while any.wait_for(|any| *any).await.is_ok() {
            let mut none = any.clone();
            tokio::select! {
                _gone = none.wait_for(|any| !*any) => {}
                () = self.tell_agents(service.agents()) => return,
            }
        }
    }

    async fn tell_agents(&self, mut agents: AgentFeed) {
        let mut told: HashMap<WaitingAgent, Notice> = HashMap::new();
        while let Some(waiting) = agents.next().await {
            let (still, over): (HashMap<_, _>, HashMap<_, _>) = std::mem::take(&mut told)
                .into_iter()
                .partition(|(agent, _)| waiting.contains(agent));
            told = still;
            if self.0.tells_ends {
                for (_, notice) in over {
                    self.put(NoticeMaker::ended(notice, "over"));
                }
            }
            for agent in waiting {
                if told.contains_key(&agent) {
                    continue;
                }
                let notice = self.0.maker.agent_asked(&agent);
                self.spend(notice.clone());
                told.insert(agent, notice);
            }
        }
    }

    /// Tells, within the budget; whether this one was told.
    fn spend(&self, notice: Notice) -> bool {
        let verdict = self.lock().budget.spend();
        match verdict {
            BudgetVerdict::Tell => self.put(notice),
            BudgetVerdict::TellOfMore => self.put(self.0.maker.more()),
            BudgetVerdict::Hush => {}
        }
        verdict == BudgetVerdict::Tell
    }

    fn put(&self, notice: Notice) {
        let notice = Arc::new(notice);
        let places = self.0.places.iter().map(|(_, outbox)| outbox);
        for outbox in places.chain(&self.0.push) {
            outbox.put(Arc::clone(&notice));
        }
    }

    fn lock(&self) -> MutexGuard<'_, HooksState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers go with messages for ntfy alone, as no other form has buttons, and need
/// an address that they come back to.
fn desk(reach: &ReachSettings) -> Result<Option<Arc<AnswerDesk>>, StartProblem> {
    let has_buttons = reach.url.is_some() && reach.format == NotifyFormat::Ntfy;
    if !has_buttons || !reach.answers || reach.public_url.is_none() {
        return Ok(None);
    }
    let desk = AnswerDesk::new().map_err(|error| StartProblem::new(error.to_string()))?;
    Ok(Some(Arc::new(desk)))
}

/// Variables that a program is run without which tells of requests: some of them
/// hold the tokens that answer those.
fn our_variables(environment: &Environment) -> Vec<OsString> {
    let names = environment.vars.keys();
    let is_ours = |name: &&OsString| name.to_string_lossy().starts_with(OURS);
    names.filter(is_ours).cloned().collect()
}

/// Does something until it is over or the server stops.
fn until(stop: &CancellationToken, done: impl Future<Output = ()> + Send + 'static) {
    let stop = stop.clone();
    tokio::spawn(async move {
        stop.run_until_cancelled(done).await;
    });
}
