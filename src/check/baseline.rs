//! A baseline: the findings that a project had when it began to be checked. They are known; what is new counts.
//!
//! Findings are known by their fingerprints, which are made of the rule and of declared names. So lines may move and wording may
//! change, and a finding that was mended does not hide another one of the same rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::report::{Report, Verdict};

/// The version of the format.
const VERSION: u32 = 1;

/// What the format is called.
const FORMAT: &str = "staunch-baseline";

/// The findings that are known.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Entry {
    fingerprint: String,
    rule: String,
    verdict: Word,
    summary: String,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    CannotTell,
    Fail,
}

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    findings: Vec<Entry>,
}

/// What is read of a file of whatever version.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
}

/// An entry whose finding is gone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mended {
    /// The rule.
    pub rule: String,
    /// What it said.
    pub summary: String,
}

impl Baseline {
    /// The findings of a report that no waiver covers.
    pub fn of(report: &Report) -> Baseline {
        let mut entries = BTreeMap::new();
        for rule in &report.rules {
            for finding in rule.findings.iter().filter(|f| f.waived.is_none()) {
                let verdict = word(finding.verdict);
                let entry = Entry {
                    fingerprint: finding.fingerprint.clone(),
                    rule: rule.name.clone(),
                    verdict,
                    summary: finding.summary.clone(),
                };
                entries.insert(finding.fingerprint.clone(), entry);
            }
        }
        Baseline { entries }
    }

    /// Reads what [`Baseline::text`] wrote.
    ///
    /// # Errors
    /// What is wrong with it and what to do, in a sentence each.
    pub fn read(text: &str) -> Result<Baseline, (String, &'static str)> {
        const AGAIN: &str = "write it anew with `staunch check --write-baseline FILE`";
        let head: Head = serde_json::from_str(text).map_err(|e| {
            let place = format!("line {}, column {}", e.line(), e.column());
            (format!("it is not the JSON of a baseline ({place})"), AGAIN)
        })?;
        match (head.format.as_deref(), head.version) {
            (Some(FORMAT), Some(version)) if version == u64::from(VERSION) => {}
            (Some(FORMAT), Some(version)) => {
                return Err((
                    format!("it has version {version} of the format, and this program reads {VERSION}"),
                    AGAIN,
                ));
            }
            _ => return Err((format!("it is some other JSON: a baseline has `\"format\": \"{FORMAT}\"`"), AGAIN)),
        }
        let file: File = serde_json::from_str(text).map_err(|e| {
            let place = format!("line {}, column {}", e.line(), e.column());
            (format!("an entry of it cannot be read ({place})"), AGAIN)
        })?;
        Ok(Baseline { entries: file.findings.into_iter().map(|e| (e.fingerprint.clone(), e)).collect() })
    }

    /// What is kept in a file, an entry a line, in the order of the fingerprints, so that two of them can be compared.
    pub fn text(&self) -> String {
        let mut text = format!("{{\n  \"format\": \"{FORMAT}\",\n  \"version\": {VERSION},\n  \"findings\": [");
        for (number, entry) in self.entries.values().enumerate() {
            text.push_str(if number == 0 { "\n    " } else { ",\n    " });
            // plain strings always serialise
            text.push_str(&serde_json::to_string(entry).unwrap_or_default());
        }
        text.push_str(if self.entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        text
    }

    /// Keeps what another has as well, so that a baseline can only get shorter.
    pub fn keep(&mut self, known: &Baseline) {
        let is_known = |e: &Entry| known.entries.get(&e.fingerprint).is_some_and(|k| k.verdict >= e.verdict);
        self.entries.retain(|_, entry| is_known(entry));
    }

    /// How many findings it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Marks what is known in a report; gives the entries whose findings are gone. What could not be told and is broken now is not
    /// known.
    pub fn mark(&self, report: &mut Report) -> Vec<Mended> {
        let mut left: BTreeMap<&str, &Entry> = self.entries.iter().map(|(f, e)| (f.as_str(), e)).collect();
        for finding in report.rules.iter_mut().flat_map(|r| &mut r.findings) {
            left.remove(finding.fingerprint.as_str());
            let entry = self.entries.get(&finding.fingerprint);
            finding.known |= entry.is_some_and(|e| e.verdict >= word(finding.verdict));
        }
        // what is not judged, or was left out, may be there still
        let whole = |name: &str| {
            let rule = report.rules.iter().find(|r| r.name == name);
            rule.is_none_or(|r| r.standing == super::Standing::Applies && r.findings_left_out == 0)
        };
        let gone = left.into_values().filter(|e| whole(&e.rule));
        gone.map(|e| Mended { rule: e.rule.clone(), summary: e.summary.clone() }).collect()
    }
}

fn word(verdict: Verdict) -> Word {
    match verdict {
        Verdict::Fail => Word::Fail,
        Verdict::CannotTell | Verdict::Pass => Word::CannotTell,
    }
}
