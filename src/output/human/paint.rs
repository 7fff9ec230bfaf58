//! Colours, where they are wanted.

/// Puts colour on text, or does not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    /// Whether to.
    pub(super) color: bool,
}

impl Paint {
    fn put(self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// What matters.
    pub(super) fn bold(self, text: &str) -> String {
        self.put("1", text)
    }

    /// What matters less.
    pub(super) fn dim(self, text: &str) -> String {
        self.put("2", text)
    }

    /// What is wrong.
    pub(super) fn red(self, text: &str) -> String {
        self.put("1;31", text)
    }

    /// What is not known.
    pub(super) fn yellow(self, text: &str) -> String {
        self.put("1;33", text)
    }

    /// What holds.
    pub(super) fn green(self, text: &str) -> String {
        self.put("32", text)
    }

    /// What helps.
    pub(super) fn cyan(self, text: &str) -> String {
        self.put("36", text)
    }
}
