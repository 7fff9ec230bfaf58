//! A vocabulary as plain lines that are read in a fraction of the time that YAML takes, for the standard words, which every
//! run reads. One line a word, its parts with tabs between; the first part says what it is.

use super::{Category, CategoryId, Combination, Family, Identifies, Level, Purpose, PurposeId, Vocabulary, Word};

/// The letters for how a value identifies.
const IDENTIFIES: [(Identifies, &str); 4] =
    [(Identifies::No, "n"), (Identifies::Quasi, "q"), (Identifies::Key, "k"), (Identifies::Direct, "d")];

/// The lines of a vocabulary whose words have no places in files.
pub(super) fn write(vocabulary: &Vocabulary) -> String {
    let mut out = String::new();
    let mut line = |parts: &[&str]| {
        out.push_str(&parts.join("\t"));
        out.push('\n');
    };
    for c in &vocabulary.categories {
        let levels: Vec<String> = c.levels.iter().map(|l| format!("{}{}", letter(l.identifies), l.name)).collect();
        let parent = number(c.parent.map(|p| p.0));
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        line(&[
            "category",
            &c.name,
            &c.title,
            &parent,
            letter(c.identifies),
            &levels.join(","),
            &text(&c.special),
            if c.criminal { "criminal" } else { "" },
            if c.confidential { "confidential" } else { "" },
            &text(&c.dpv),
            &text(&c.fides),
        ]);
    }
    for p in &vocabulary.purposes {
        let parent = number(p.parent.map(|p| p.0));
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        line(&["purpose", &p.name, &p.title, &parent, &text(&p.class), &text(&p.dpv)]);
    }
    for c in &vocabulary.combinations {
        let parts: Vec<String> = c.parts.iter().map(|(id, level)| format!("{}:{level}", id.0)).collect();
        line(&["combination", &parts.join(",")]);
    }
    for (family, words) in &vocabulary.words {
        for (name, w) in words {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let marks = w.marks.join(",");
            line(&["word", family.key(), name, &w.title, &text(&w.parent), &text(&w.law), &text(&w.dpv), &marks]);
        }
    }
    for (name, id) in &vocabulary.category_names {
        line(&["name", name, &id.0.to_string()]);
    }
    for (name, sharing) in &vocabulary.shared_names {
        let ids: Vec<String> = sharing.iter().map(|id| id.0.to_string()).collect();
        line(&["shared", name, &ids.join(",")]);
    }
    out
}

/// The vocabulary of such lines; `None` when they are not what [`write()`] writes.
pub(super) fn read(text: &str) -> Option<Vocabulary> {
    let mut vocabulary = Vocabulary::default();
    let (mut names, mut purposes, mut words) = (Vec::new(), Vec::new(), Vec::new());
    for line in text.lines() {
        let (kind, rest) = line.split_once('\t')?;
        let mut parts = rest.split('\t');
        let mut part = || parts.next();
        match kind {
            "category" => vocabulary.categories.push(Category {
                name: part()?.to_owned(),
                title: part()?.to_owned(),
                parent: some(part()?).map(str::parse).transpose().ok()?.map(CategoryId),
                identifies: identifies(part()?)?,
                levels: levels(part()?)?,
                special: some(part()?).map(str::to_owned),
                criminal: !part()?.is_empty(),
                confidential: !part()?.is_empty(),
                dpv: some(part()?).map(str::to_owned),
                fides: some(part()?).map(str::to_owned),
                span: None,
            }),
            "purpose" => {
                let name = part()?.to_owned();
                purposes.push((name.clone(), PurposeId(vocabulary.purposes.len() as u32)));
                vocabulary.purposes.push(Purpose {
                    name,
                    title: part()?.to_owned(),
                    parent: some(part()?).map(str::parse).transpose().ok()?.map(PurposeId),
                    class: some(part()?).map(str::to_owned),
                    dpv: some(part()?).map(str::to_owned),
                    span: None,
                });
            }
            "combination" => vocabulary.combinations.push(Combination { parts: combination(part()?)?, span: None }),
            "word" => {
                let family = part()?;
                let family = Family::ALL.into_iter().find(|f| f.key() == family)?;
                let name = part()?.to_owned();
                let word = Word {
                    title: part()?.to_owned(),
                    parent: some(part()?).map(str::to_owned),
                    law: some(part()?).map(str::to_owned),
                    dpv: some(part()?).map(str::to_owned),
                    marks: some(part()?).map_or_else(Vec::new, |m| m.split(',').map(str::to_owned).collect()),
                    span: None,
                };
                words.push((family, name, word));
            }
            "name" => names.push((part()?.to_owned(), CategoryId(part()?.parse().ok()?))),
            "shared" => {
                let name = part()?.to_owned();
                let ids = part()?.split(',').map(|id| id.parse().map(CategoryId));
                vocabulary.shared_names.insert(name, ids.collect::<Result<_, _>>().ok()?);
            }
            _ => return None,
        }
    }
    // all at once, in order: a tree that grows word by word costs several times as much
    vocabulary.category_names = names.into_iter().collect();
    vocabulary.purpose_names = purposes.into_iter().collect();
    vocabulary.combination_parts = vocabulary.combinations.iter().map(|c| c.parts.clone()).collect();
    for (family, name, word) in words {
        vocabulary.words.entry(family).or_default().insert(name, word);
    }
    Some(vocabulary)
}

fn some(part: &str) -> Option<&str> {
    (!part.is_empty()).then_some(part)
}

fn number(id: Option<u32>) -> String {
    id.map_or_else(String::new, |id| id.to_string())
}

fn letter(identifies: Identifies) -> &'static str {
    IDENTIFIES.iter().find(|(i, _)| *i == identifies).map_or("", |(_, letter)| letter)
}

fn identifies(letter: &str) -> Option<Identifies> {
    IDENTIFIES.iter().find(|(_, l)| *l == letter).map(|(i, _)| *i)
}

fn levels(part: &str) -> Option<Vec<Level>> {
    let level = |text: &str| {
        let (letter, name) = text.split_at_checked(1)?;
        Some(Level { name: name.to_owned(), identifies: identifies(letter)? })
    };
    part.split(',').map(level).collect()
}

fn combination(part: &str) -> Option<Vec<(CategoryId, u8)>> {
    let one = |text: &str| {
        let (id, level) = text.split_once(':')?;
        Some((CategoryId(id.parse().ok()?), level.parse().ok()?))
    };
    part.split(',').map(one).collect()
}
