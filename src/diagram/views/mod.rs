//! From an atlas to what is on a page: which things are shown, and what is said of them.

pub(in crate::diagram) mod context;
pub(in crate::diagram) mod lifecycle;
pub(in crate::diagram) mod matrix;
pub(in crate::diagram) mod phases;
mod scope;
pub(in crate::diagram) mod swimlane;
mod trails;
pub(in crate::diagram) mod words;

use super::chart::{Chart, Heading, Life, Picture, Table, Tally};
use crate::check::{Atlas, Report};
use crate::diagnostic::did_you_mean;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// Parties as lanes, time across: datasets, steps and flows.
    #[default]
    Swimlane,
    /// Parties alone, and what flows between them.
    Context,
    /// What becomes of data from its collection to its end, on an axis of time.
    Lifecycle,
    /// Who holds what, at which level, until when.
    Matrix,
}

impl View {
    /// All of them.
    pub const ALL: [View; 4] = [View::Swimlane, View::Context, View::Lifecycle, View::Matrix];

    /// What it is called on the command line.
    pub fn word(self) -> &'static str {
        match self {
            View::Swimlane => "swimlane",
            View::Context => "context",
            View::Lifecycle => "lifecycle",
            View::Matrix => "matrix",
        }
    }
}

/// What a picture is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// To be looked at on a screen: with title, legend and cards.
    #[default]
    Screen,
    /// To stand in a document, on A4 at 100 %: title and legend are the document's own text.
    Document,
}

/// What picture is wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The view.
    pub view: View,
    /// What it is for.
    pub profile: Profile,
    /// Only what has to do with these: datasets, parties, rules, activities, flows or steps by name.
    pub focus: Vec<String>,
    /// Only what one finding tells of: its number among those that count, from 1; or the name of its rule, with `/2` for the
    /// second of them.
    pub finding: Option<String>,
}

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// More copies, steps and uses than this are in no swimlane: nobody could read it.
pub const MOST_BOXES: usize = 400;

/// Makes the picture that is wanted. Large models get the context view instead, with advice.
pub fn picture(atlas: &Atlas, report: &Report, request: &Request) -> Result<Picture, Refusal> {
    let scope = scope::of(atlas, report, request)?;
    let mut heading = heading(atlas, report, &scope);
    match request.view {
        View::Swimlane if scope.boxes() > MOST_BOXES => {
            heading.advice.push(format!(
                "the swimlane would have {} boxes, more than anybody can read: this is the context; ask for all of it on pages \
                 with `--pages`, or for parts with `--activity`, `--focus` or `--finding`",
                scope.boxes()
            ));
            Ok(Picture::Chart(context::chart(atlas, &scope, heading, context::MOST_LINES)))
        }
        View::Swimlane => Ok(Picture::Chart(swimlane::chart(atlas, &scope, heading, request.profile))),
        View::Context => Ok(Picture::Chart(context::chart(atlas, &scope, heading, context::MOST_LINES))),
        View::Matrix => {
            Ok(Picture::Table(matrix::table(atlas, &scope, heading, (matrix::MOST_ROWS, matrix::MOST_COLUMNS))))
        }
        View::Lifecycle => Ok(Picture::Life(lifecycle::life(atlas, &scope, heading, lifecycle::MOST_BARS))),
    }
}

/// What a picture that is split into pages is made from.
#[derive(Debug)]
pub(in crate::diagram) struct Parts {
    scope: scope::Scope,
    heading: Heading,
}

impl Parts {
    /// The part of a project that a request is about.
    pub(in crate::diagram) fn of(atlas: &Atlas, report: &Report, request: &Request) -> Result<Parts, Refusal> {
        let scope = scope::of(atlas, report, request)?;
        let heading = heading(atlas, report, &scope);
        Ok(Parts { scope, heading })
    }

    /// How many boxes a swimlane of it has.
    pub(in crate::diagram) fn boxes(&self) -> usize {
        self.scope.boxes()
    }

    /// All of it.
    pub(in crate::diagram) fn whole(&self, atlas: &Atlas) -> swimlane::Whole {
        swimlane::whole(atlas, &self.scope, self.heading.clone())
    }

    /// Its parties, and at the most so many lines between them.
    pub(in crate::diagram) fn context(&self, atlas: &Atlas, most: usize) -> Chart {
        context::chart(atlas, &self.scope, self.heading.clone(), most)
    }

    /// Who holds what, in so many rows and columns at the most.
    pub(in crate::diagram) fn table(&self, atlas: &Atlas, most: (usize, usize)) -> Table {
        matrix::table(atlas, &self.scope, self.heading.clone(), most)
    }

    /// The life of so many copies at the most.
    pub(in crate::diagram) fn life(&self, atlas: &Atlas, most: usize) -> Life {
        lifecycle::life(atlas, &self.scope, self.heading.clone(), most)
    }

    /// How many copies there are.
    pub(in crate::diagram) fn copies(&self) -> usize {
        self.scope.copies.len()
    }
}

fn heading(atlas: &Atlas, report: &Report, scope: &scope::Scope) -> Heading {
    let tally = report.tally(|_| true);
    let title = atlas.project.clone().unwrap_or_else(|| "What is done with personal data".to_owned());
    Heading {
        title,
        subtitle: scope.subtitle.clone(),
        description: String::new(),
        as_of: atlas.as_of,
        tally: Tally { hold: tally.pass, broken: tally.fail, cannot_tell: tally.cannot_tell },
        advice: scope.advice.clone(),
        sheet: None,
    }
}

/// That a name is not known, with the nearest that is.
fn unknown<'a>(what: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Refusal {
    Refusal { message: format!("the project has no {what} `{name}`"), help: did_you_mean(name, known) }
}
