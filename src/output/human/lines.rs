//! A text for people, line by line.

use crate::output::text::wrap;
use crate::output::{Look, Options};

/// The lines so far.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    /// A line.
    pub(super) fn line(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }

    /// An empty line, unless there is one or nothing was said yet.
    pub(super) fn gap(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with("\n\n") {
            self.0.push('\n');
        }
    }

    /// A text over as many lines as it needs; in the plain look a statement is one line.
    pub(super) fn said(&mut self, options: &Options, indent: usize, text: &str) {
        let room = match options.look {
            Look::Plain => usize::MAX,
            Look::Graphical => options.width.clamp(60, 120).saturating_sub(indent + 2),
        };
        for (number, line) in wrap(text, room).iter().enumerate() {
            let more = if number > 0 { 2 } else { 0 };
            self.line(&format!("{}{line}", " ".repeat(indent + more)));
        }
    }

    /// All of it.
    pub(super) fn take(self) -> String {
        self.0
    }
}
