//! What an agent waits for, as a person has it on the screen.

use openwork_api::approval::{AgentAsk, AgentQuestion, AgentRequest};
use tokio::time::Instant;

use super::READING;
use super::typed_agent::TypedReply;
use crate::approvals::{self, AgentDecision};
use crate::escape;
use crate::style::{TerminalStyle, TextTone};

/// What an agent waits for, and how far its answer has come.
pub(super) struct AskedAgent {
    pub(super) request: AgentRequest<'static>,
    /// When something about it was last shown.
    since: Instant,
    /// The answers to its questions so far.
    chosen: Vec<Vec<String>>,
}

/// What a line leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum AgentStep {
    /// It came too soon.
    Early,
    /// Not all of what is asked can be shown.
    Cut,
    /// The next of several questions is to be shown.
    Next,
    /// This is the answer.
    Answered(AgentDecision),
    /// It is left to others.
    Skip,
    /// Nothing was said.
    Nothing,
    /// That is no answer to it.
    Unfit,
}

impl AskedAgent {
    /// One that is just being shown.
    pub(super) fn new(request: AgentRequest<'static>) -> Self {
        Self {
            request,
            since: Instant::now(),
            chosen: Vec::new(),
        }
    }

    /// Takes in what was typed.
    pub(super) fn take(&mut self, typed: TypedReply) -> AgentStep {
        match typed {
            TypedReply::Nothing => AgentStep::Nothing,
            TypedReply::Skip => AgentStep::Skip,
            TypedReply::Other => AgentStep::Unfit,
            // A no as well: it was meant for something else.
            _ if self.since.elapsed() < READING => AgentStep::Early,
            TypedReply::Reject { message } => {
                AgentStep::Answered(AgentDecision::Reject { message })
            }
            _ if self.request.truncated => AgentStep::Cut,
            TypedReply::Once if self.is_permission() => AgentStep::Answered(AgentDecision::Once),
            TypedReply::Always if self.is_permission() => {
                AgentStep::Answered(AgentDecision::Always)
            }
            TypedReply::Choose(numbers) => self.choose(&numbers),
            TypedReply::Say(words) => self.say(words),
            TypedReply::Once | TypedReply::Always => AgentStep::Unfit,
        }
    }

    fn is_permission(&self) -> bool {
        matches!(self.request.ask, AgentAsk::Permission { .. })
    }

    fn choose(&mut self, numbers: &[usize]) -> AgentStep {
        let Some((asked, _)) = self.current() else {
            return AgentStep::Unfit;
        };
        let label = |number: &usize| {
            let option = asked.options.get(number.checked_sub(1)?)?;
            Some(option.label.clone().into_owned())
        };
        let labels: Option<Vec<String>> = numbers.iter().map(label).collect();
        match labels {
            Some(labels) if asked.multiple || labels.len() == 1 => self.add(labels),
            _ => AgentStep::Unfit,
        }
    }

    fn say(&mut self, words: String) -> AgentStep {
        match self.current() {
            Some((asked, _)) if asked.custom != Some(false) => self.add(vec![words]),
            _ => AgentStep::Unfit,
        }
    }

    fn add(&mut self, labels: Vec<String>) -> AgentStep {
        self.chosen.push(labels);
        if self.current().is_some() {
            // The next question has to wait as well, or one paste would answer it.
            self.since = Instant::now();
            return AgentStep::Next;
        }
        let answers = std::mem::take(&mut self.chosen);
        AgentStep::Answered(AgentDecision::Choose { answers })
    }

    /// The question that is to be answered now, and how many there are.
    fn current(&self) -> Option<(&AgentQuestion<'static>, usize)> {
        let AgentAsk::Question { questions } = &self.request.ask else {
            return None;
        };
        let asked = questions.get(self.chosen.len())?;
        Some((asked, questions.len()))
    }

    /// What is asked: all of a permission, the first of several questions.
    pub(super) fn lines(&self, style: TerminalStyle) -> Vec<String> {
        let request = &self.request;
        let mark = style.paint(TextTone::Warning, "◆ agent");
        let heading = style.paint(TextTone::Strong, &escape::line(&request.heading()));
        let (workspace, session, id) = (
            escape::line(&request.workspace_name),
            escape::line(&request.session_id),
            escape::line(&request.id),
        );
        let place = format!("  {workspace}, {session}, {id}; the words are the agent's");
        let mut lines = vec![
            format!("{mark}  {heading}"),
            style.paint(TextTone::Faint, &place),
        ];
        lines.extend(approvals::permission_lines(request));
        lines.extend(self.question_lines());
        if request.truncated {
            lines.push("  It is too long to be shown whole, and can only be rejected.".to_owned());
        }
        lines
    }

    /// The question that is to be answered now, and its choices by number.
    pub(super) fn question_lines(&self) -> Vec<String> {
        let Some((asked, count)) = self.current() else {
            return Vec::new();
        };
        let mut lines = Vec::new();
        // A single one is the heading.
        if count > 1 {
            let number = self.chosen.len() + 1;
            let question = escape::line(&asked.question);
            lines.push(format!("  Question {number} of {count}: {question}"));
        }
        for (place, option) in asked.options.iter().enumerate() {
            let (label, meaning) = (
                escape::line(&option.label),
                escape::line(&option.description),
            );
            lines.push(format!("    {}  {label}: {meaning}", place + 1));
        }
        lines
    }

    /// What can be typed.
    pub(super) fn question(&self, style: TerminalStyle) -> String {
        style.paint(TextTone::Strong, &self.choices())
    }

    fn choices(&self) -> String {
        if self.request.truncated {
            return "[r]eject [s]kip".to_owned();
        }
        let Some((asked, _)) = self.current() else {
            return "[o]nce [always] [r]eject [s]kip".to_owned();
        };
        format!("{}[r]eject [s]kip", ways(asked, "[say WORDS] "))
    }

    /// Whether a digit can be nothing but the whole answer.
    pub(super) fn is_single_digit(&self) -> bool {
        let asked = self.current();
        asked.is_some_and(|(asked, _)| !asked.multiple && asked.options.len() < 10)
    }

    /// What can be pressed besides a no; empty, or with a space at its end.
    pub(super) fn keys(&self) -> String {
        if self.request.truncated {
            return String::new();
        }
        let Some((asked, _)) = self.current() else {
            return "[o]nce a[l]ways ".to_owned();
        };
        ways(asked, "[w]ords ")
    }

    /// What can be typed, in a sentence.
    pub(super) fn help(&self) -> String {
        let several = match self.current() {
            Some((asked, _)) if asked.multiple => " Several numbers go between spaces.",
            _ => "",
        };
        format!(
            "Type one of {}; r may be followed by a message to the agent.{several}",
            self.choices()
        )
    }
}

/// How a question can be answered besides a no: by numbers, and by `words` of one's
/// own. Empty, or with a space at its end.
fn ways(asked: &AgentQuestion<'_>, words: &str) -> String {
    let numbers = match asked.options.len() {
        0 => "",
        1 => "[1] ",
        count => &format!("[1-{count}] "),
    };
    let own = if asked.custom == Some(false) {
        ""
    } else {
        words
    };
    format!("{numbers}{own}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn asked(ask: &Value) -> AskedAgent {
        let mut request = json!({ "id": "1", "workspaceId": "ws_1", "digest": "d1" });
        for (key, value) in ask.as_object().unwrap() {
            request[key] = value.clone();
        }
        AskedAgent::new(serde_json::from_value(request).unwrap())
    }

    fn permission() -> Value {
        json!({ "kind": "permission", "permission": "bash", "patterns": ["ls"] })
    }

    fn question(multiple: bool, custom: bool) -> Value {
        json!({
            "question": "Which?", "multiple": multiple, "custom": custom,
            "options": [{ "label": "A" }, { "label": "B" }],
        })
    }

    fn of(questions: &[Value]) -> AskedAgent {
        asked(&json!({ "kind": "question", "questions": questions }))
    }

    async fn typed(asked: &mut AskedAgent, line: &str) -> AgentStep {
        tokio::time::advance(READING).await;
        asked.take(TypedReply::read(line))
    }

    fn chosen(answers: &[&[&str]]) -> AgentStep {
        let own = |labels: &&[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
        AgentStep::Answered(AgentDecision::Choose {
            answers: answers.iter().map(own).collect(),
        })
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_answered_before_it_could_be_read() {
        let mut asked = asked(&permission());
        for line in ["o", "always", "r", "r no"] {
            assert_eq!(
                asked.take(TypedReply::read(line)),
                AgentStep::Early,
                "{line}"
            );
        }
        let once = AgentStep::Answered(AgentDecision::Once);
        assert_eq!(typed(&mut asked, "o").await, once);
        let always = AgentStep::Answered(AgentDecision::Always);
        assert_eq!(typed(&mut asked, "always").await, always);
        assert_eq!(typed(&mut asked, "1").await, AgentStep::Unfit);
        assert_eq!(typed(&mut asked, "say yes").await, AgentStep::Unfit);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_cut_can_only_be_rejected() {
        let mut ask = permission();
        ask["truncated"] = true.into();
        let mut asked = asked(&ask);
        assert_eq!(typed(&mut asked, "o").await, AgentStep::Cut);
        assert_eq!(typed(&mut asked, "always").await, AgentStep::Cut);
        let message = Some("too long".to_owned());
        let rejected = AgentStep::Answered(AgentDecision::Reject { message });
        assert_eq!(typed(&mut asked, "r too long").await, rejected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_choice_is_one_that_is_offered() {
        let mut one = of(&[question(false, false)]);
        for line in ["0", "3", "1 2", "say C", "o"] {
            assert_eq!(typed(&mut one, line).await, AgentStep::Unfit, "{line}");
        }
        assert_eq!(typed(&mut one, "2").await, chosen(&[&["B"]]));
        let mut free = of(&[question(false, true)]);
        assert_eq!(typed(&mut free, "say C").await, chosen(&[&["C"]]));
        let mut several = of(&[question(true, false)]);
        assert_eq!(typed(&mut several, "1,2").await, chosen(&[&["A", "B"]]));
    }

    #[tokio::test(start_paused = true)]
    async fn several_questions_are_answered_one_after_another() {
        let mut both = of(&[question(false, false), question(true, false)]);
        assert_eq!(typed(&mut both, "1").await, AgentStep::Next);
        // A paste of two lines answers the first alone.
        assert_eq!(both.take(TypedReply::read("2")), AgentStep::Early);
        assert_eq!(both.question_lines()[0], "  Question 2 of 2: Which?");
        assert_eq!(typed(&mut both, "2").await, chosen(&[&["A"], &["B"]]));
    }
}
