//! What differs between the texts of two versions of a project, declaration by declaration.
//!
//! A declaration is known by its kind and name, so that it does not matter in which file and on which line it stands; one that
//! has no name, by what it says. One that is only called otherwise is told apart from one that went while another came.

use std::collections::{BTreeMap, BTreeSet};

use similar::TextDiff;

use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Sources, Span};
use crate::syntax::intern::Interner;
use crate::syntax::tree::{Declaration, Makes, Tree};
use crate::syntax::{self, Token, TokenKind};

/// A difference between two versions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// What became of it.
    pub turn: Turn,
    /// Its keyword: `flow`.
    pub kind: String,
    /// Its name; what it says, where it has none.
    pub name: String,
    /// The lines that differ.
    pub lines: Vec<LineChange>,
    /// Where it stands in the new version; of what was removed, in the old one.
    pub span: Span,
}

/// What became of a declaration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Turn {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// It is called otherwise, and may say something else besides.
    Renamed {
        /// What it was called.
        from: String,
    },
}

/// A line of a declaration that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineChange {
    /// What it said.
    pub old: Option<String>,
    /// What it says.
    pub new: Option<String>,
}

/// Where a declaration stands in the trees of its version.
pub(super) type Address = (usize, usize);

/// A change, with where its two sides stand.
#[derive(Clone, Debug)]
pub(super) struct Sided {
    pub(super) change: Change,
    pub(super) old: Option<Address>,
    pub(super) new: Option<Address>,
}

/// A declaration by what it is known by.
type Key = (String, String);

struct Known<'t> {
    at: Address,
    declaration: &'t Declaration,
    file: FileId,
    lines: Vec<String>,
}

/// A version's trees with their texts and words.
#[derive(Clone, Copy)]
pub(super) struct Version<'v> {
    pub(super) trees: &'v [(FileId, Tree)],
    pub(super) sources: &'v Sources,
    pub(super) words: &'v Interner,
}

impl<'v> Version<'v> {
    fn known(&self, except: &dyn Fn(FileId) -> bool) -> BTreeMap<Key, Known<'v>> {
        let mut all = BTreeMap::new();
        for (tree, (file, parsed)) in self.trees.iter().enumerate().filter(|(_, (file, _))| !except(*file)) {
            for (number, declaration) in parsed.declarations.iter().enumerate() {
                let head = declaration.head();
                let lines = lines(self.sources.text(head.span));
                let kind = self.sources.text(head.keyword).to_owned();
                let name = match (declaration, head.name) {
                    (Declaration::Waive(_), _) | (_, None) => lines.first().cloned().unwrap_or_default(),
                    (_, Some(name)) => self.words.word(name.symbol).to_owned(),
                };
                let known = Known { at: (tree, number), declaration, file: *file, lines };
                // whatever has no name may be there twice
                let mut key = (kind, name);
                while all.contains_key(&key) {
                    key.1.push('\u{a0}');
                }
                all.insert(key, known);
            }
        }
        all
    }
}

/// The lines of a declaration as they mean the same: without comments, with one blank between words, the head first.
fn lines(text: &str) -> Vec<String> {
    let parsed = syntax::parse(text, 0, &mut Interner::new(), &mut Diagnostics::new());
    let said = |tokens: &[Token]| {
        let mut line = String::new();
        for token in tokens {
            let span = token.span();
            let word = text.get(span.start as usize..span.end as usize).unwrap_or("");
            let close = matches!(word, "," | ")" | ";") || line.ends_with('(') || (word == "(" && !line.ends_with(','));
            if !line.is_empty() && !close {
                line.push(' ');
            }
            line.push_str(word);
        }
        line
    };
    let facts = parsed.facts();
    let head = facts.first().map_or(parsed.tokens.len(), |first| first.start);
    let head = said(parsed.tokens.get(..head).unwrap_or_default());
    let head = head.trim_end_matches('}').trim_end().trim_end_matches('{').trim_end().to_owned();
    let facts = facts.into_iter().map(|fact| said(parsed.tokens.get(fact).unwrap_or_default()));
    let facts = facts.map(|fact| fact.trim_end_matches(';').to_owned());
    std::iter::once(head).chain(facts).collect()
}

/// What differs between two versions, in the order of the new one's declarations, then what was removed. Packs that come with the
/// program are no concern of either.
pub(super) fn changes(
    (old, new): (Version<'_>, Version<'_>),
    except: (&dyn Fn(FileId) -> bool, &dyn Fn(FileId) -> bool),
    renamed: &BTreeMap<String, String>,
) -> Vec<Sided> {
    let (before, after) = (old.known(except.0), new.known(except.1));
    let mut all: Vec<Sided> = Vec::new();
    let from = |name: &str| renamed.iter().find(|(_, to)| to.as_str() == name).map(|(from, _)| from.clone());
    for (key, known) in &after {
        let span = place(known.declaration);
        let (kind, name) = key.clone();
        match before.get(key) {
            None => all.push(Sided {
                change: Change {
                    turn: Turn::Added,
                    kind,
                    name: name.trim_end_matches('\u{a0}').to_owned(),
                    lines: known.lines.iter().skip(1).map(|l| LineChange { old: None, new: Some(l.clone()) }).collect(),
                    span,
                },
                old: None,
                new: Some(known.at),
            }),
            Some(was) => {
                let renamed = from(&name);
                let lines = difference(&was.lines, &known.lines);
                let moved = moves(known.declaration) && old.file_name(was.file) != new.file_name(known.file);
                if lines.is_empty() && renamed.is_none() && !moved {
                    continue;
                }
                all.push(Sided {
                    change: Change {
                        turn: renamed.map_or(Turn::Changed, |from| Turn::Renamed { from }),
                        kind,
                        name,
                        lines,
                        span,
                    },
                    old: Some(was.at),
                    new: Some(known.at),
                });
            }
        }
    }
    all.sort_by_key(|s| s.new);
    let mut gone: Vec<Sided> = before
        .iter()
        .filter(|(key, _)| !after.contains_key(*key))
        .map(|((kind, name), was)| Sided {
            change: Change {
                turn: Turn::Removed,
                kind: kind.clone(),
                name: name.trim_end_matches('\u{a0}').to_owned(),
                lines: was.lines.iter().skip(1).map(|l| LineChange { old: Some(l.clone()), new: None }).collect(),
                span: place(was.declaration),
            },
            old: Some(was.at),
            new: None,
        })
        .collect();
    gone.sort_by_key(|s| s.old);
    all.extend(gone);
    all
}

impl Version<'_> {
    /// The name of a file as the project has it.
    fn file_name(&self, file: FileId) -> &str {
        let name = self.sources.file(file).map_or("", |f| f.name.as_str());
        name.rsplit_once(':').map_or(name, |(_, name)| name)
    }
}

/// Whether the file in which it stands may say to which activity it belongs.
fn moves(declaration: &Declaration) -> bool {
    matches!(declaration, Declaration::Flow(_) | Declaration::Step(_) | Declaration::Use(_) | Declaration::Decision(_))
}

fn place(declaration: &Declaration) -> Span {
    let head = declaration.head();
    head.name.map_or(head.keyword, |name| name.span)
}

/// The lines that differ: an old line beside the new one that took its place.
fn difference(old: &[String], new: &[String]) -> Vec<LineChange> {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.iter().map(String::as_str).collect(), new.iter().map(String::as_str).collect());
    let mut all: Vec<LineChange> = Vec::new();
    let diff = TextDiff::from_slices(&old, &new);
    for op in diff.ops() {
        let (was, is) = (&old[op.old_range()], &new[op.new_range()]);
        if op.tag() == similar::DiffTag::Equal {
            continue;
        }
        // lines that begin with the same word belong together
        let mut left: Vec<&str> = is.to_vec();
        for line in was {
            let word = line.split_whitespace().next();
            let pair = left.iter().position(|l| l.split_whitespace().next() == word);
            let new = pair.map(|at| left.remove(at).to_owned());
            all.push(LineChange { old: Some((*line).to_owned()), new });
        }
        all.extend(left.into_iter().map(|l| LineChange { old: None, new: Some(l.to_owned()) }));
    }
    all
}

/// What is called otherwise in the new version: the old name and the new one. Two declarations of a kind are the same when they say
/// the same but for their names; or when they have the same title and most of their lines.
pub(super) fn renames(
    old: Version<'_>,
    new: Version<'_>,
    except: (&dyn Fn(FileId) -> bool, &dyn Fn(FileId) -> bool),
) -> BTreeMap<String, String> {
    let (before, after) = (old.known(except.0), new.known(except.1));
    let unnamed = |known: &Known<'_>| known.declaration.head().name.is_none();
    let gone = before.iter().filter(|(key, known)| !after.contains_key(*key) && !unnamed(known));
    let mut come: Vec<(&Key, &Known<'_>)> =
        after.iter().filter(|(key, known)| !before.contains_key(*key) && !unnamed(known)).collect();
    let mut found = made_otherwise((&before, old), (&after, new));
    for ((kind, name), was) in gone {
        let alike = |(key, is): &(&Key, &Known<'_>)| {
            if key.0 != *kind {
                return None;
            }
            let as_new: Vec<String> = was.lines.iter().map(|l| with_word(l, name, &key.1)).collect();
            likeness(&as_new, &is.lines, was, is)
        };
        let best = come.iter().enumerate().filter_map(|(n, one)| Some((alike(one)?, std::cmp::Reverse(n)))).max();
        if let Some((_, std::cmp::Reverse(number))) = best {
            let (key, _) = come.remove(number);
            found.insert(name.clone(), key.1.clone());
        }
    }
    found
}

/// What a step that is there in both versions makes under another name: it has no declaration of its own.
fn made_otherwise(
    (before, old): (&BTreeMap<Key, Known<'_>>, Version<'_>),
    (after, new): (&BTreeMap<Key, Known<'_>>, Version<'_>),
) -> BTreeMap<String, String> {
    let made = |known: &Known<'_>, version: Version<'_>| match known.declaration {
        Declaration::Step(step) => step
            .makes()
            .map(|made| match made {
                Makes::Dataset(name) | Makes::Key(name) | Makes::Pseudonym { key: name, .. } => {
                    version.words.word(name.symbol).to_owned()
                }
            })
            .collect(),
        _ => Vec::new(),
    };
    let all = |declared: &BTreeMap<Key, Known<'_>>, version: Version<'_>| {
        let names = declared.keys().map(|(_, name)| name.clone());
        names.chain(declared.values().flat_map(|known| made(known, version))).collect::<BTreeSet<String>>()
    };
    let (had, has) = (all(before, old), all(after, new));
    let mut found = BTreeMap::new();
    for (key, was) in before {
        let Some(is) = after.get(key) else { continue };
        let (a, b) = (made(was, old), made(is, new));
        if a.len() == b.len() {
            let pairs =
                a.into_iter().zip(b).filter(|(from, to)| from != to && !has.contains(from) && !had.contains(to));
            found.extend(pairs);
        }
    }
    found
}

/// How much two declarations of one kind are alike, in lines of a hundred; `None` where they are two.
fn likeness(old: &[String], new: &[String], was: &Known<'_>, is: &Known<'_>) -> Option<usize> {
    let body = |lines: &[String]| lines.iter().skip(1).cloned().collect::<BTreeSet<String>>();
    let (a, b) = (body(old), body(new));
    let (same, all) = (a.intersection(&b).count(), a.union(&b).count());
    let title = |k: &Known<'_>| k.declaration.head().title.as_ref().map(|t| t.value.clone());
    let titled = title(was).is_some() && title(was) == title(is);
    match (same, all) {
        (0, 0) => titled.then_some(100),
        (same, all) if same == all && all >= 2 => Some(100),
        (same, all) if titled && same * 2 >= all => Some(same * 100 / all),
        _ => None,
    }
}

/// A line with one word in the place of another.
fn with_word(line: &str, old: &str, new: &str) -> String {
    line.split(' ')
        .map(|word| {
            let bare = word.trim_end_matches(',');
            let rest = word.get(bare.len()..).unwrap_or("");
            if bare == old { format!("{new}{rest}") } else { word.to_owned() }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// A text in which words are called otherwise. A team goes with its party.
pub(super) fn with_names(text: &str, renamed: &BTreeMap<String, String>) -> String {
    let parsed = syntax::parse(text, 0, &mut Interner::new(), &mut Diagnostics::new());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for token in parsed.tokens.iter().filter(|t| t.kind == TokenKind::Word) {
        let span = token.span();
        let (start, end) = (span.start as usize, span.end as usize);
        let Some(word) = text.get(start..end) else { continue };
        let (party, team) = word.split_once('.').map_or((word, None), |(party, team)| (party, Some(team)));
        let new = renamed.get(word).cloned().or_else(|| {
            let party = renamed.get(party)?;
            Some(format!("{party}.{}", team?))
        });
        if let Some(new) = new {
            out.push_str(text.get(at..start).unwrap_or(""));
            out.push_str(&new);
            at = end;
        }
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_mean_the_same_however_they_are_laid_out() {
        let one = lines("flow f \"A # in quotes\" { from a ; to b # to the others\n data c,\n d }");
        assert_eq!(one, ["flow f \"A # in quotes\"", "from a", "to b", "data c, d"]);
        assert_eq!(one, lines("flow f \"A # in quotes\" {\n  # why\n  from  a\n  to    b\n  data  c, d\n}\n"));
        assert_eq!(lines("wall between a and b"), ["wall between a and b"]);
    }

    #[test]
    fn names_are_changed_as_whole_words_and_not_in_texts() {
        let names = BTreeMap::from([("a".to_owned(), "z".to_owned())]);
        let text = "party a \"a\" { team x }\nflow aa { from a.x; to a } # a\n";
        assert_eq!(with_names(text, &names), "party z \"a\" { team x }\nflow aa { from z.x; to z } # a\n");
    }

    #[test]
    fn lines_that_begin_alike_stand_side_by_side() {
        let line = |old: Option<&str>, new: Option<&str>| LineChange {
            old: old.map(str::to_owned),
            new: new.map(str::to_owned),
        };
        let texts = |all: &[&str]| all.iter().map(|l| (*l).to_owned()).collect::<Vec<_>>();
        let found = difference(
            &texts(&["flow f", "from a", "to b", "by e"]),
            &texts(&["flow f", "from a", "to b, c", "for x"]),
        );
        assert_eq!(found, [line(Some("to b"), Some("to b, c")), line(Some("by e"), None), line(None, Some("for x"))]);
    }
}
