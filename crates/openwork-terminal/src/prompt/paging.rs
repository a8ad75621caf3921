//! All of a request, in a pager.

use std::io;

use openwork_api::approval::ApprovalItem;

use super::{ERASED, OnScreen, PromptDialog};
use crate::details;
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::exit::ExitStatus;
use crate::keyboard::{KeyInput, Keyboard, PagerChoice, ScreenSize};
use crate::pager::{PagerStep, TextPager};
use crate::pages::PageSource;
use crate::screen::{OutputForm, Screen};
use crate::style::TextTone;
use crate::watch::{ApprovalFeed, FeedNews};

/// Shows all of the request on the screen, and asks about it again.
pub(super) async fn show_all(
    dialog: &mut PromptDialog<'_, '_>,
    feed: &mut ApprovalFeed<'_>,
    keyboard: &mut dyn Keyboard,
) -> Result<()> {
    let Some(OnScreen::Change(asked)) = &dialog.asked else {
        return Ok(());
    };
    let (item, reveal) = (asked.item.clone(), asked.is_revealed());
    let text = match dialog.whole(&item, reveal).await {
        Ok(text) => text,
        Err(error) if error.exit() == ExitStatus::Token => return Err(error),
        Err(error) => return dialog.say(&error.text()),
    };
    dialog.leave_prompt()?;
    let mut held = HeldNews::default();
    let is_seen = dialog.page(&text, feed, keyboard, &mut held).await?;
    dialog.after_page(&item, is_seen)?;
    held.hand_over(dialog)
}

/// What came while the screen was a pager's. It is read as it comes: a server takes
/// one who does not read for gone, and nobody would watch any more.
#[derive(Default)]
struct HeldNews {
    news: Vec<FeedNews>,
    broken: Option<TerminalError>,
}

impl HeldNews {
    /// Does some work while the news is read.
    async fn during<T>(&mut self, feed: &mut ApprovalFeed<'_>, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                news = feed.next(), if self.broken.is_none() => match news {
                    Ok(news) => self.news.push(news),
                    // The person reads on; there is time to say so afterwards.
                    Err(error) => self.broken = Some(error),
                },
            }
        }
    }

    fn hand_over(self, dialog: &mut PromptDialog<'_, '_>) -> Result<()> {
        for news in self.news {
            dialog.handle(news)?;
        }
        self.broken.map_or(Ok(()), Err)
    }
}

impl PromptDialog<'_, '_> {
    /// The request to its last line, as it is shown.
    async fn whole(&self, item: &ApprovalItem<'_>, reveal: bool) -> Result<String> {
        let (mut text, mut nowhere) = (Vec::new(), io::sink());
        let mut paper = Screen {
            out: &mut text,
            err: &mut nowhere,
            form: OutputForm::Text,
            colour: self.screen.colour,
            columns: None,
            clock: self.screen.clock,
        };
        paper.lines(details::head(item, self.now(), self.screen.style()))?;
        let client = self.client;
        let source = PageSource { client, reveal };
        source.print_all(item, &mut paper).await?;
        // All of it was made of texts.
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Shows a text; whether its end was there to be seen.
    async fn page(
        &mut self,
        text: &str,
        feed: &mut ApprovalFeed<'_>,
        keyboard: &mut dyn Keyboard,
        held: &mut HeldNews,
    ) -> Result<bool> {
        match keyboard.pager() {
            PagerChoice::Straight => {
                self.screen.lines(text.lines())?;
                return Ok(true);
            }
            PagerChoice::Program => {
                let shown = held.during(feed, keyboard.page(text.to_owned())).await;
                let Err(cause) = shown else {
                    return Ok(true);
                };
                let cause = cause.to_string();
                let cause = escape::line(&cause);
                self.say(&format!("The pager cannot be used: {cause}"))?;
            }
            PagerChoice::BuiltIn => {}
        }
        keyboard.forget()?;
        self.page_by_page(text, feed, keyboard, held).await
    }

    async fn page_by_page(
        &mut self,
        text: &str,
        feed: &mut ApprovalFeed<'_>,
        keyboard: &mut dyn Keyboard,
        held: &mut HeldNews,
    ) -> Result<bool> {
        let mut pager = TextPager::new(text, keyboard.size());
        let first = pager.page();
        self.screen.lines(&first)?;
        loop {
            self.ask_pager(&pager, keyboard.size())?;
            let input = held.during(feed, keyboard.next()).await?;
            let keys = match input {
                KeyInput::Keys(keys) => keys,
                KeyInput::Redraw => continue,
                KeyInput::Closed => return Ok(pager.was_at_end()),
            };
            for key in keys {
                match pager.press(key) {
                    PagerStep::Rows(rows) => {
                        self.screen.begin(ERASED)?;
                        self.screen.lines(&rows)?;
                    }
                    PagerStep::Done => {
                        self.screen.begin(ERASED)?;
                        return Ok(pager.was_at_end());
                    }
                    PagerStep::Nothing => {}
                }
            }
        }
    }

    fn ask_pager(&mut self, pager: &TextPager, size: ScreenSize) -> Result<()> {
        let question = pager.question();
        let room = size.columns.saturating_sub(1);
        // Of the pager's own characters each takes a column.
        let question: String = question.chars().take(room).collect();
        let question = self.screen.paint(TextTone::Strong, &question);
        self.screen.begin(&format!("{ERASED}{question}"))
    }

    /// What the request comes down to is above the question again.
    fn after_page(&mut self, item: &ApprovalItem<'_>, is_seen: bool) -> Result<()> {
        self.sum_up(item)?;
        if let Some(OnScreen::Change(asked)) = &mut self.asked {
            if is_seen {
                asked.mark_files_shown();
            } else if asked.has_rest() {
                self.screen.line("It was not shown to its end.")?;
            }
        }
        self.begin_question();
        Ok(())
    }
}
