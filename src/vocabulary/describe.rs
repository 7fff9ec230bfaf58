//! What a word means, in a few plain lines: for `staunch explain` and the book.

use super::{Category, CategoryId, Family, Identifies, PurposeId, Vocabulary, Word};

/// How many words below are named before the rest is only counted.
const NAMED: usize = 12;

impl Identifies {
    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            Identifies::No => "does not identify",
            Identifies::Quasi => "helps to identify, together with other data",
            Identifies::Key => "stands for a person wherever the same key is used",
            Identifies::Direct => "identifies by itself",
        }
    }

    /// The word for it in word lists: `direct`, `key`, `quasi`, `no`.
    pub fn word(self) -> &'static str {
        match self {
            Identifies::No => "no",
            Identifies::Quasi => "quasi",
            Identifies::Key => "key",
            Identifies::Direct => "direct",
        }
    }
}

impl Vocabulary {
    /// Everything that a word means, a few lines for each family that has it; `None` for an unknown word.
    pub fn describe(&self, word: &str) -> Option<String> {
        let mut parts = Vec::new();
        parts.extend(self.list(word));
        if let Some(id) = self.find_category(word) {
            parts.push(self.describe_category(id));
        } else {
            // a last part that several categories share names none of them, but whoever asks means one
            let end = format!(".{word}");
            let sharing: Vec<&str> =
                self.categories.iter().map(|c| c.name.as_str()).filter(|n| n.ends_with(&end)).collect();
            if !sharing.is_empty() {
                parts.push(format!("{word}: several categories end so; write one in full: {}\n", sharing.join(", ")));
            }
        }
        if let Some(id) = self.find_purpose(word) {
            parts.push(self.describe_purpose(id));
        }
        for family in Family::ALL {
            if let Some(found) = self.word(family, word) {
                parts.push(self.describe_word(family, word, found));
            }
        }
        (!parts.is_empty()).then(|| parts.join("\n"))
    }

    /// The words of a list, each with its title, a line each; `None` when there is no list of this name.
    pub fn list(&self, name: &str) -> Option<String> {
        let mut words: Vec<(&str, &str)> = match name {
            "categories" => self.categories.iter().map(|c| (c.name.as_str(), c.title.as_str())).collect(),
            "purposes" => self.purposes.iter().map(|p| (p.name.as_str(), p.title.as_str())).collect(),
            _ => {
                let family = Family::ALL.into_iter().find(|f| f.key() == name)?;
                self.words.get(&family).into_iter().flatten().map(|(n, w)| (n.as_str(), w.title.as_str())).collect()
            }
        };
        words.sort_unstable();
        let lines: Vec<String> = words.iter().map(|(word, title)| format!("  {word}: {title}\n")).collect();
        Some(format!("{name}: {} words, and what they mean\n{}", lines.len(), lines.concat()))
    }

    /// The names of all lists that [`Vocabulary::list`] knows.
    pub fn lists() -> impl Iterator<Item = &'static str> {
        ["categories", "purposes"].into_iter().chain(Family::ALL.into_iter().map(Family::key))
    }

    /// Every word that [`Vocabulary::describe`] knows, sorted, for "did you mean".
    pub fn all_words(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.category_words().chain(self.purpose_words()).collect();
        all.extend(Family::ALL.into_iter().flat_map(|f| self.family_words(f)));
        for list in Vocabulary::lists() {
            all.push(list);
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn describe_category(&self, id: CategoryId) -> String {
        let category = self.category(id);
        let mut text = format!("{} (category of data): {}\n", category.name, category.title);
        if let Some(parent) = category.parent {
            line(&mut text, "under", &self.category(parent).name);
        }
        let below = self.categories.iter().filter(|c| c.parent == Some(id)).map(|c| c.name.as_str());
        line(&mut text, "has under it", &some_of(below));
        line(&mut text, "identifies", &identifies(category));
        if let Some(kind) = &category.special {
            line(
                &mut text,
                "special",
                &format!("special-category data ({}): UK GDPR article 9(1)", kind.replace('-', " ")),
            );
        }
        if category.criminal {
            line(&mut text, "criminal", "criminal-offence data: UK GDPR article 10");
        }
        if category.confidential {
            line(&mut text, "confidential", "owed a duty of confidence");
        }
        let together: Vec<String> = self
            .combinations
            .iter()
            .filter(|c| c.parts.iter().any(|(part, _)| *part == id))
            .map(|c| c.parts.iter().map(|(part, level)| self.part(*part, *level)).collect::<Vec<_>>().join(" + "))
            .collect();
        line(&mut text, "links people", &together.join("; "));
        line(&mut text, "DPV term", category.dpv.as_deref().unwrap_or(""));
        line(&mut text, "Fides key", category.fides.as_deref().unwrap_or(""));
        text
    }

    fn part(&self, id: CategoryId, level: u8) -> String {
        let category = self.category(id);
        let last = category.name.rsplit('.').next().unwrap_or(&category.name);
        match category.levels.get(level as usize) {
            Some(level) if category.levels.len() > 1 => format!("{last} ({} or finer)", level.name),
            _ => last.to_owned(),
        }
    }

    fn describe_purpose(&self, id: PurposeId) -> String {
        let purpose = self.purpose(id);
        let mut text = format!("{} (purpose): {}\n", purpose.name, purpose.title);
        let mut above = Vec::new();
        let mut at = purpose.parent;
        while let Some(parent) = at {
            above.push(self.purpose(parent).name.as_str());
            at = self.purpose(parent).parent;
        }
        line(&mut text, "under", &above.join(", under "));
        let below = self.purposes.iter().filter(|p| p.parent == Some(id)).map(|p| p.name.as_str());
        line(&mut text, "has under it", &some_of(below));
        line(&mut text, "class", purpose.class.as_deref().unwrap_or(""));
        line(&mut text, "DPV term", purpose.dpv.as_deref().unwrap_or(""));
        text
    }

    fn describe_word(&self, family: Family, name: &str, word: &Word) -> String {
        let mut text = format!("{name} ({}): {}\n", family.noun(), word.title);
        let mut above = Vec::new();
        let mut at = word.parent.as_deref();
        // a tree of words has no circle and is not deep; the bound keeps a broken one from hanging us
        while let Some(parent) = at.filter(|_| above.len() < 64) {
            above.push(parent);
            at = self.word(family, parent).and_then(|w| w.parent.as_deref());
        }
        line(&mut text, "under", &above.join(", under "));
        let below = self.words.get(&family).into_iter().flatten().filter(|(_, w)| w.parent.as_deref() == Some(name));
        line(&mut text, "has under it", &some_of(below.map(|(n, _)| n.as_str())));
        line(&mut text, "counts as", &word.marks.join(", ").replace('-', " "));
        line(&mut text, "law", word.law.as_deref().unwrap_or(""));
        line(&mut text, "DPV term", word.dpv.as_deref().unwrap_or(""));
        text
    }
}

fn line(text: &mut String, what: &str, says: &str) {
    if !says.is_empty() {
        text.push_str(&format!("  {what:<13} {says}\n"));
    }
}

fn some_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    match words.len().checked_sub(NAMED) {
        Some(rest) if rest > 0 => format!("{} and {rest} more", words[..NAMED].join(", ")),
        _ => words.join(", "),
    }
}

fn identifies(category: &Category) -> String {
    if category.levels.len() == 1 {
        return category.identifies.meaning().to_owned();
    }
    let levels: Vec<String> =
        category.levels.iter().map(|l| format!("as {} {}", l.name, l.identifies.meaning())).collect();
    levels.join("; ")
}
